// Package pddl reads PDDL domains and problems: the typed ADL part of the
// language with derived predicates, as the games of TextWorld use it.
//
// It owns the syntax and nothing of its meaning: package ground gives it one.
// It is as strict and as lenient as the planner that the games were written
// for: text is lower-cased, predicates may be given objects of any type, the
// action costs are read over, and an action may name objects that only a
// problem declares. What it does not support is an error that names the line
// and the construct; no input makes it panic, or recurse deeper than MaxDepth.
package pddl
