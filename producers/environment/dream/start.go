package dream

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
)

// known is what was recorded of a task.
type known struct {
	// starts are first steps of its episodes, real ones where there are any.
	starts []producers.Demonstration
	// alike are first steps of episodes of other tasks, where there are no starts.
	alike []producers.Demonstration
}

const (
	// mostStarts bounds how many episodes of a task are looked at.
	mostStarts = 1000
	// mostAlike is how many beginnings of other tasks an imagined one rests on.
	mostAlike = 5
)

// recorded returns what was recorded of a task. It asks once a task, as the
// retriever stands at one snapshot while the environment is open.
func (e *Environment) recorded(ctx context.Context, task producers.Task) (*known, error) {
	if e.options.Retriever == nil {
		return &known{}, nil
	}
	e.mu.Lock()
	found := e.known[task.ID]
	e.mu.Unlock()
	if found != nil {
		return found, nil
	}
	found, err := e.lookUp(ctx, task)
	if err != nil {
		return nil, fmt.Errorf("look for beginnings of task %s: %w", task.ID, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.known[task.ID] = found
	return found, nil
}

func (e *Environment) lookUp(ctx context.Context, task producers.Task) (*known, error) {
	all, err := e.options.Retriever.Beginnings(ctx, task, mostAlike)
	if err != nil || len(all) == 0 || all[0].Recording.Task.ID != task.ID {
		return &known{alike: all}, err
	}
	if len(all) == mostAlike {
		if all, err = e.options.Retriever.Beginnings(ctx, task, mostStarts); err != nil {
			return nil, err
		}
	}
	isReal := func(d producers.Demonstration) bool { return d.Recording.Origin == "real" }
	if slices.ContainsFunc(all, isReal) {
		all = slices.DeleteFunc(slices.Clone(all), func(d producers.Demonstration) bool { return !isReal(d) })
	}
	return &known{starts: all}, nil
}

// start returns the first step to begin with, drawn by the seed; nil: none was
// recorded.
func (k *known) start(seed int64) *producers.Demonstration {
	if len(k.starts) == 0 {
		return nil
	}
	return &k.starts[rand.New(rand.NewPCG(uint64(seed), uint64(len(k.starts)))).IntN(len(k.starts))]
}

// walkthrough returns the actions of the shortest real episode that solved the
// task from the same first state; nil: there is none.
func (k *known) walkthrough(from producers.Observation) (actions []string) {
	for _, s := range k.starts {
		r := s.Recording
		if r.Origin != "real" || r.Success == nil || !*r.Success || !whole(r) || s.Step().State.Text != from.Text {
			continue
		}
		if actions == nil || len(r.Steps) < len(actions) {
			actions = make([]string, len(r.Steps))
			for i := range r.Steps {
				actions[i] = r.Steps[i].Action
			}
		}
	}
	return actions
}

// whole says whether a recording has every step to its end.
func whole(r *producers.Recording) bool {
	for i := range r.Steps {
		if r.Steps[i].Step != int64(i) {
			return false
		}
	}
	return len(r.Steps) > 0 && r.Steps[len(r.Steps)-1].Terminated
}
