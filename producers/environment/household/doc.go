// Package household makes our own text games: small tasks in the rooms of a
// home, in the .tw-pddl format that package textworld plays.
//
// It owns the rules (domain.pddl), the wording (grammar.twl), what rooms and
// things there are, and the guarantee of its splits: valid_unseen has rooms
// that no other split uses, and dev and valid_seen have tasks that train never
// has. Every game is certified before it is written: a planner finds a
// walkthrough, and the engine wins the game with it.
//
// It never plays a game for an agent and writes no events. internal/app calls
// it for `dreamlog games generate`, and the tests of others for games to play.
package household
