package intercode

import (
	"github.com/dreamlog/dreamlog/producers/importer"
)

// addSteps adds the turns; the rewards say by how much each surpassed the best
// before it.
func (r *record) addSteps(e *importer.Episode) {
	h, state, best := r.History, "", 0.0
	if r.Query != nil {
		state = *r.Query
	}
	for i, action := range h.Actions {
		step := importer.Step{State: state, Action: action, NextState: state, ActionValid: at(h.Valid, i), Thought: at(h.Thoughts, i)}
		if i < len(h.Observations) {
			step.NextState = plain(h.Observations[i])
		}
		if grade := at(h.Rewards, i); grade != nil {
			gain := max(*grade-best, 0)
			best = max(best, *grade)
			step.Reward = &gain
			step.Info = importer.Info(map[string]any{"reward": *grade})
		}
		e.Steps = append(e.Steps, step)
		state = step.NextState
	}
	if len(h.Rewards) > 0 {
		success := best >= 1
		e.Return, e.Success = &best, &success
	}
}

// end says how the episode ended.
func (r *record) end(e *importer.Episode) {
	h := r.History
	n := len(h.Actions)
	if n == 0 {
		e.Status = "failed"
		return
	}
	final := &e.Steps[n-1]
	grade := at(h.Rewards, n-1)
	switch {
	case len(h.Observations) < n:
		reason := "the environment never answered the last action"
		e.Status, e.Reason, final.Truncated = "aborted", &reason, true
	case h.Actions[n-1] == "submit" || (grade != nil && *grade >= 1):
		e.Status, final.Terminated = "completed", true
	default:
		e.Status, final.Truncated = "truncated", true
	}
}

// at returns entry i of a list that may be shorter; nil where it is.
func at[T any](list []*T, i int) *T {
	if i >= len(list) {
		return nil
	}
	return list[i]
}
