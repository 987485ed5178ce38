package chat

import (
	"fmt"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// verdict is what an answer is taken for.
type verdict struct {
	answer *Answer
	// admissible are the actions before.
	admissible []string
	// shown are the demonstrations that the model has seen, by its numbers less
	// one.
	shown []producers.Demonstration
	dense bool
	// withheld says why a success that was claimed is not granted; empty: it was
	// granted, or none was claimed.
	withheld string
}

// outcome is what comes of the action, and why.
func (v *verdict) outcome() (o producers.Outcome, reasoning string) {
	a := v.answer
	o.Observation = producers.Observation{Text: a.NextState, Admissible: a.admissible(v.admissible)}
	o.Valid, o.Reward = &a.Valid, new(0.0)
	if v.dense && a.Valid && a.Reward != nil {
		o.Reward = a.Reward
	}
	reasoning = a.Reasoning
	switch {
	case a.Success && v.granted():
		o.Terminated, o.Success, o.Reason = true, new(true), "the model says that the task is accomplished"
		o.Reward = new(1.0)
	case a.Success:
		o.Reward = new(0.0) // it was for the success
		reasoning += "\n\n(" + v.withheld + ")"
	case a.Terminated && a.Valid:
		o.Terminated, o.Success, o.Reason = true, new(false), "the model says that the task has failed"
	}
	return o, reasoning
}

// granted says whether a success has what it takes, and notes what it lacks.
func (v *verdict) granted() bool {
	switch p := v.answer.Precedent; {
	case !v.answer.Valid:
		v.withheld = "by an invalid action"
	case p == nil:
		v.withheld = "without a demonstration to rest on"
	case *p < 1 || *p > len(v.shown):
		v.withheld = fmt.Sprintf("by demonstration %d, and there were %d", *p, len(v.shown))
	case !won(v.shown[*p-1]):
		v.withheld = fmt.Sprintf("by demonstration %d, which is not the last step of a real success", *p)
	default:
		return true
	}
	v.withheld = "A success was claimed " + v.withheld + ": it is not granted."
	return false
}

// won says whether a demonstration is the step by which a real episode came to
// success.
func won(d producers.Demonstration) bool {
	success := successOf(d)
	return d.Recording.Origin == "real" && success != nil && *success
}

// successOf is the success of the episode at its last step; nil: it is not graded,
// was cut off, or the step is not its last.
func successOf(d producers.Demonstration) *bool {
	if d.Index != len(d.Recording.Steps)-1 || d.Step().Truncated {
		return nil
	}
	return d.Recording.Success
}

// notes are what is recorded of a prediction beside what it says.
type notes struct {
	Withheld string `json:"success_withheld,omitempty"`
	Repaired string `json:"repaired,omitempty"`
	LeftOut  int    `json:"demonstrations_left_out,omitempty"`
}

func (n notes) json() *schema.JSON {
	if n == (notes{}) {
		return nil
	}
	return new(schema.JSONOf(n))
}

func repairedText(fault error) string {
	if fault == nil {
		return ""
	}
	return fault.Error()
}
