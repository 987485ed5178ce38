// Package environmenttest is the conformance suite of producers.Environment:
// what a rollout relies on, whatever kind of environment it plays.
//
// It holds for every implementation alike and knows none of them; what only one
// of them promises is tested beside it. The tests of the environments call Run.
// It is not part of the program.
package environmenttest
