// Package lifted is an experience model that needs no LLM: it learns the rules
// of an environment in text from recorded transitions, with entities lifted to
// variables, so that what was seen with one mug holds for the next.
//
// A lexicon tells the frames of commands ("take _ from _") from the entities
// that fill them. Observations become templates with slots for the action's
// arguments and for lists. A memory holds what the episode has shown so far;
// decision trees over lifted features of it say which template follows and which
// commands are admissible next; learned effects keep remembered lists up to
// date. Demonstrations of the same task are carried back to its reset, and so
// supply what this game contains. What nobody has seen is imagined, once, and
// stays so. Success follows conditions learned for each kind of instruction,
// and only where enough wins were seen.
//
// Nothing in it belongs to one environment. It reads recordings and answers; it
// never reads the lake, writes events or keeps anything between episodes.
// internal/app fits and loads it; producers/environment/dream asks it.
package lifted
