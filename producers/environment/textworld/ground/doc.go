// Package ground turns a PDDL domain and problem into a ground problem: facts
// and actions with numbers, over which states are bitsets and steps are cheap.
//
// Conditions are normalised on the way as the classical planners do it: a
// disjunction splits an action in several of the same name, an existential
// becomes a further parameter that the name does not show, a universal becomes
// a derived fact. So what is left of every condition is a conjunction of
// literals. What no sequence of actions can make true, as far as a relaxation
// without deletes can tell, is not there.
//
// It knows nothing of texts and of games: textworld puts words to its actions,
// planner searches its states.
package ground
