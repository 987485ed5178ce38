package rollout

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync/atomic"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// task is a task of the plan, and what all episodes of it say alike.
type task struct {
	producers.Task
	groupID string
	source  string
	// proposed says whether the task's event is stored, or on its way.
	proposed atomic.Bool
}

// attempt is one episode to play.
type attempt struct {
	*task
	number int64 // within the group, from 0
	seeds  seeds
}

// place is where an attempt stands in the plan.
type place struct {
	task    string
	attempt int64
}

// plan lays out the tasks of a run: those asked for, else all.
func (r *run) plan(ctx context.Context, env producers.Environment) error {
	listed := r.options.Tasks
	if listed == nil {
		var err error
		if listed, err = env.Tasks(ctx); err != nil {
			return fmt.Errorf("list the tasks of the environment: %w", err)
		}
	}
	if len(listed) == 0 {
		return errors.New("there is no task to attempt: see which tasks the environment has, and which of them were asked for")
	}
	for i := range listed {
		t := r.series.task(listed[i])
		if _, twice := r.tasks[t.ID]; twice {
			return fmt.Errorf("the environment lists task %q twice: ids must be unique within an environment", t.ID)
		}
		if err := r.series.recordable(t); err != nil {
			return err
		}
		r.tasks[t.ID] = t
		r.order = append(r.order, t)
	}
	r.result.Tasks = int64(len(r.order))
	if int64(r.options.Attempts) > math.MaxInt64/r.result.Tasks {
		return fmt.Errorf("%d attempts at each of %d tasks are more than can be counted: give fewer", r.options.Attempts, r.result.Tasks)
	}
	return nil
}

// task returns a task as it is recorded.
func (s *series) task(given producers.Task) *task {
	if given.Split == "" {
		given.Split = "train"
	}
	iteration := ""
	if s.iteration != nil {
		iteration = strconv.FormatInt(*s.iteration, 10)
	}
	compared := []string{"group", s.runID, s.purpose, given.Environment, given.ID, policyName(s.policy.ID, s.policy.Version), iteration}
	group := schema.DeriveID(append(compared, s.answerer.compared()...)...)
	return &task{Task: given, groupID: group, source: s.source(given.Environment)}
}

// policyName names a policy with its version.
func policyName(id string, version *int64) string {
	if version == nil {
		return id
	}
	return id + "@" + strconv.FormatInt(*version, 10)
}

// recordable refuses a task whose episodes could not be recorded at all, so
// that whatever happens to an episode later, its end can be written.
func (s *series) recordable(t *task) error {
	end := newRecorder(s, attempt{task: t}, nil).ended(failed, nil)
	end.Instruction = nil
	if _, _, err := schema.Encode(end); err != nil {
		return fmt.Errorf("task %q of environment %q cannot be recorded: %w", t.ID, t.Environment, err)
	}
	return nil
}

// skip leaves out what is finished.
func (r *run) skip(finished map[place]struct{}) {
	r.finished = finished
	for p := range finished {
		if r.tasks[p.task] != nil && p.attempt < int64(r.options.Attempts) {
			r.result.Skipped++
		}
	}
	r.pending = r.result.Tasks*int64(r.options.Attempts) - r.result.Skipped
}

// attempt returns what is to be played next, and whether anything is. Attempts
// at one task come next to each other, so that groups are complete early.
func (r *run) attempt() (attempt, bool) {
	attempts := int64(r.options.Attempts)
	for {
		i := r.next.Add(1) - 1
		if i >= r.result.Tasks*attempts {
			return attempt{}, false
		}
		t, number := r.order[i/attempts], i%attempts
		if _, done := r.finished[place{t.ID, number}]; !done {
			return attempt{t, number, seedsOf(r.options.Seed, t.Environment, t.ID, number)}, true
		}
	}
}

// seenBatch is how many tasks are asked of Seen at once.
const seenBatch = 1000

// recognise notes which tasks are proposed already.
func (r *run) recognise(ctx context.Context, seen Seen) error {
	if seen == nil {
		return nil
	}
	for first := 0; first < len(r.order); first += seenBatch {
		batch := r.order[first:min(first+seenBatch, len(r.order))]
		subjects := make([]string, len(batch))
		for i, t := range batch {
			subjects[i] = t.ID
		}
		known, err := seen.Seen(ctx, subjects)
		if err != nil {
			return fmt.Errorf("ask which tasks are known already: %w", err)
		}
		for _, t := range batch {
			_, proposed := known[t.EventID()]
			t.proposed.Store(proposed)
		}
	}
	return nil
}
