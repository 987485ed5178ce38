// Package planner finds a plan for a ground problem: actions that lead from its
// beginning to its goal.
//
// It searches forward through the states, best first, guided by plans of a
// relaxed problem in which nothing that became true ever ceases to be. It knows
// no domain and no text, only literals: package ground grounds, package
// textworld turns plans into commands. Its search is deterministic. A plan is
// short, though not the shortest.
//
// Package household calls it to certify games, and internal/app hands it to
// textworld for the walkthroughs of games that carry none.
package planner
