package chat

import (
	"time"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// How an episode ended.
const (
	Completed = "completed"
	Truncated = "truncated"
	Aborted   = "aborted"
)

// Grade gives an episode the reward that its source states for the whole: the
// last step has it, the others have 0, so that the rewards sum to the return.
func Grade(e *importer.Episode, outcome float64) {
	e.Return = &outcome
	for i := range e.Steps {
		e.Steps[i].Reward = new(float64)
	}
	if n := len(e.Steps); n > 0 {
		*e.Steps[n-1].Reward = outcome
	}
}

// End marks the last step by how the episode ended: what was cut off or broke
// is truncated, for the task itself did not end there.
func End(e *importer.Episode, status string) {
	e.Status = status
	if n := len(e.Steps); n > 0 {
		e.Steps[n-1].Terminated = status == Completed
		e.Steps[n-1].Truncated = status != Completed
	}
}

// Outcome is the reward of a task that is solved or not.
func Outcome(solved bool) float64 {
	if solved {
		return 1
	}
	return 0
}

// Time reads when something happened, in RFC 3339 or as Python prints it; a
// time without a zone is taken for UTC. It is the zero time where s is neither.
func Time(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, time.DateTime, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}
