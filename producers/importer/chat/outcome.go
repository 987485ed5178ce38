package chat

import "github.com/dreamlog/dreamlog/producers/importer"

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
