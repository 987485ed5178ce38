package rollout

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// The origins of transitions.
const (
	originReal      = "real"
	originSynthetic = "synthetic"
)

// answerer is what answers the actions of a run: an environment, or an
// experience model with the demonstrations of a snapshot.
type answerer struct {
	model    *producers.Model // nil: an environment answers
	snapshot *int64           // nil: none
	k        *int             // demonstrations for an answer; nil: an environment answers
}

func answererOf(env producers.Environment) answerer {
	dream, ok := env.(producers.Synthetic)
	if !ok {
		return answerer{}
	}
	return answerer{new(dream.Model()), dream.BufferSnapshot(), new(dream.Demonstrations())}
}

func (a answerer) origin() string {
	if a.model == nil {
		return originReal
	}
	return originSynthetic
}

func (a answerer) modelID() *string {
	if a.model == nil {
		return nil
	}
	return optional(a.model.ID)
}

func (a answerer) modelVersion() *string {
	if a.model == nil {
		return nil
	}
	return optional(a.model.Version)
}

// compared is what episodes must have in common to be of one group, beside what
// those of an environment must.
func (a answerer) compared() []string {
	if a.model == nil {
		return nil
	}
	return []string{originSynthetic, a.model.ID, a.model.Version, a.snapshotText()}
}

func (a answerer) snapshotText() string {
	if a.snapshot == nil {
		return ""
	}
	return strconv.FormatInt(*a.snapshot, 10)
}

// String names the model with what grounds it.
func (a answerer) String() string {
	switch {
	case a.model == nil:
		return "an environment"
	case a.snapshot == nil:
		return fmt.Sprintf("model %s version %s without demonstrations", a.model.ID, a.model.Version)
	}
	return fmt.Sprintf("model %s version %s as of snapshot %s", a.model.ID, a.model.Version, a.snapshotText())
}

// source of the events of a run.
func (s *series) source(environment string) string {
	if s.answerer.model == nil {
		return "rollout/" + environment
	}
	return "dream/" + environment
}

// callsBehind are the requests behind a step: those of the agent, then those of
// the experience model.
func callsBehind(d *producers.Decision, o *producers.Outcome) []schema.Call {
	if o.Dreamed == nil || len(o.Dreamed.Calls) == 0 {
		return d.Calls
	}
	all := slices.Clone(d.Calls)
	for _, call := range o.Dreamed.Calls {
		if call.Role == "" {
			call.Role = "experience"
		}
		all = append(all, call)
	}
	return all
}

// dreamt records how an outcome came about that no environment gave. Its depth
// is the largest of its demonstrations'; without any it has none.
func dreamt(row *schema.Transition, d *producers.Dreamed) {
	if d == nil {
		return
	}
	row.Reasoning, row.BufferSnapshot = optional(d.Reasoning), d.BufferSnapshot
	for _, shown := range d.Demonstrations {
		step := shown.Step()
		row.Demonstrations = append(row.Demonstrations, schema.Demonstration{EventID: step.EventID, Similarity: shown.Similarity})
		if row.DemoDepth == nil || *row.DemoDepth < step.Depth {
			row.DemoDepth = new(step.Depth)
		}
	}
}
