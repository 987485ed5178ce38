// Package retrieval finds demonstrations among recordings that are held in
// memory: the k nearest transitions by cosine of phi(state, action), as section
// 4.2 of DreamGym says, those of the task itself first.
//
// It is the Retriever of measurements and of tests, where what may be seen is a
// set of recordings that the caller chose. What a run may see of a lake is
// decided and retrieved by consumers/replay, by the same rules. The package
// reads nothing but what it is given, and never changes it.
package retrieval
