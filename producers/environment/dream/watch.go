package dream

import (
	"fmt"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
)

// What a dream is ended for, as the info of its last step says.
const (
	// loops: an action led from a state to the same state, again and again.
	loops = "loop"
	// contradicts: the model took back what it had said.
	contradicts = "contradiction"
	// runsOn: the dream is too long.
	runsOn = "length"
	// misses: a recorded success was repeated from its first state to its last
	// step, and the model saw none.
	misses = "missed success"
)

// watch holds a dream against what it has shown so far, and ends it when it can
// no longer be trusted. It costs a comparison of two observations a step.
type watch struct {
	limits *Options
	// precedent are the actions of a recorded success; followed is how many of
	// them were taken, and nothing else; -1: something else was.
	precedent []string
	followed  int
	steps     int
	// still are the actions that changed nothing since something did.
	still []string
	// repeats is how often in a row the last action changed nothing.
	action  string
	repeats int
}

// look looks at what came of an action, and ends the dream there where it must.
// It says why; empty: the dream goes on, or has ended by itself.
func (w *watch) look(action string, before *producers.Observation, came *producers.Outcome) string {
	changed := came.Over() || came.Text != before.Text || !sameSet(came.Admissible, before.Admissible)
	fault, reason := w.fault(action, before, came, changed)
	w.note(action, changed)
	if fault == contradicts {
		// What ends the task in such an answer is not to be trusted either.
		resume(came)
		came.Reward = new(0.0)
	}
	if fault != "" {
		came.Truncated, came.Reason = true, reason
	}
	return fault
}

// sameSet says whether the same actions are admissible: environments list them in
// any order.
func sameSet(a, b []string) bool {
	if len(a) != len(b) || (a == nil) != (b == nil) {
		return false
	}
	return slices.Equal(a, b) || slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// note remembers a step.
func (w *watch) note(action string, changed bool) {
	w.steps++
	if w.followed >= 0 && w.followed < len(w.precedent) && w.precedent[w.followed] == action {
		w.followed++
	} else {
		w.followed = -1
	}
	switch {
	case changed:
		w.still, w.repeats = w.still[:0], 0
	case action == w.action:
		w.repeats++
	default:
		w.repeats = 1
	}
	if !changed && !slices.Contains(w.still, action) {
		w.still = append(w.still, action)
	}
	w.action = action
}

// fault says what the dream is to be ended for, and why in words.
func (w *watch) fault(action string, before *producers.Observation, came *producers.Outcome, changed bool) (fault, reason string) {
	if reason := w.contradiction(action, before, came, changed); reason != "" {
		return contradicts, "the dream contradicts itself: " + reason
	}
	if came.Over() {
		return "", ""
	}
	switch {
	case w.followed >= 0 && w.followed == len(w.precedent)-1 && action == w.precedent[w.followed]:
		return misses, fmt.Sprintf("the %d actions of a recorded success were repeated, but the model sees none", len(w.precedent))
	case !changed && action == w.action && w.repeats+1 > w.limits.MaxRepeats:
		return loops, fmt.Sprintf("the dream loops: %q changed nothing %d times in a row", action, w.repeats+1)
	case w.steps+1 >= w.limits.MaxSteps:
		return runsOn, fmt.Sprintf("the dream has run on for %d steps", w.steps+1)
	}
	return "", ""
}

// contradiction says how an answer contradicts what the dream has shown; empty:
// it does not. An observation is not the whole state, so that the same one may
// well be answered otherwise later. These two leave no such excuse:
//
//   - An action that was named admissible is not understood.
//   - An action that changed nothing changes something, and since then none did.
//     This is only said where admissible actions are known, as two places with
//     the same words may be different ones.
func (w *watch) contradiction(action string, before *producers.Observation, came *producers.Outcome, changed bool) string {
	switch {
	case came.Valid != nil && !*came.Valid && slices.Contains(before.Admissible, action):
		return fmt.Sprintf("it named %q admissible, and then did not understand it", action)
	case changed && before.Admissible != nil && slices.Contains(w.still, action):
		return fmt.Sprintf("%q changed nothing before, and nothing has changed since, but now it does", action)
	}
	return ""
}
