// Package wording puts a game into words: it reads the text grammar of a game
// and expands its symbols over the facts of a state.
//
// A grammar maps symbols to rules. The first rule whose condition has a match
// is taken; nothing is random. The facts that conditions and queries see are
// not the planner's: they have a history. See World.
//
// Rules that nothing leads to may be nonsense, as they are in games that are
// out there; in all others an error is found when the grammar is read. What is
// written is bounded, whatever a grammar says.
package wording
