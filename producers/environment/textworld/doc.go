// Package textworld plays games in the .tw-pddl format: a PDDL domain and
// problem that say what can be done, and a text grammar that says how it reads.
// It is the format of ALFWorld, and this engine answers as the original does,
// to the letter; Check proves it on recorded games.
//
// A Source is what a game file holds. A Compiler makes a Game of it, once. A
// Play is one attempt at it. Environment and its sessions do all of this for
// rollouts, over sets of game files.
//
// From the original it departs where the original breaks down: with nested
// types, lists there repeat entities and bound placeholders match nothing; here
// every fact is met once, in the order of its arguments. And what the original
// would stumble over in the middle of an episode is an error of the game.
//
// It knows nothing of agents and of recording. How a walkthrough is searched
// for is injected: package planner does it.
package textworld
