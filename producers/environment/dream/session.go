package dream

import (
	"context"
	"fmt"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
)

// session dreams one episode after another.
type session struct {
	environment *Environment

	task  producers.Task
	dream producers.Dream
	now   producers.Observation
	watch watch
	// first is what is to be noted of the first state, at the first step.
	first notes
}

// Reset begins a dream: with the first state of a recorded episode of the task,
// or, where there is none, with one that the model imagines. With an error the
// start has the calls that were made all the same.
func (s *session) Reset(ctx context.Context, task producers.Task, seed int64) (start producers.Start, err error) {
	e := s.environment
	k, err := e.recorded(ctx, task)
	if err != nil {
		return start, err
	}
	b := producers.Beginning{Task: task, Seed: seed, Demonstrations: k.alike}
	s.task, s.first = task, notes{FirstState: imagined}
	if shown := k.start(seed); shown != nil {
		b.Start = &shown.Step().State
		s.first = notes{FirstState: demonstrated, FirstStateFrom: shown.Step().EventID}
	}
	s.dream, err = e.options.Model.Begin(ctx, b)
	if s.dream != nil {
		start.Calls = s.dream.Calls()
	}
	if err != nil {
		return start, fmt.Errorf("begin to dream task %s: %w", task.ID, err)
	}
	s.now = s.dream.Start()
	if b.Start != nil && b.Start.Text == "" && s.now.Text == "" {
		return start, fmt.Errorf("task %s has no beginning: the first state that was recorded of it, by event %s, is empty: record an episode of it that begins with an observation, first",
			task.ID, s.first.FirstStateFrom)
	}
	if s.now.Text == "" {
		return start, fmt.Errorf("task %s has no beginning: no episode of it was recorded, and model %s imagined none: record it, or some tasks like it, first",
			task.ID, e.Model().ID)
	}
	walkthrough := k.walkthrough(s.now)
	s.watch = watch{limits: &e.options, precedent: walkthrough}
	start.Observation = s.now
	if walkthrough != nil {
		start.Walkthrough = func(context.Context) ([]string, error) { return slices.Clone(walkthrough), nil }
	}
	return start, nil
}

// Step asks the model what comes of an action. With an error the outcome has the
// calls that were made all the same.
func (s *session) Step(ctx context.Context, action string) (o producers.Outcome, err error) {
	e := s.environment
	d := &producers.Dreamed{BufferSnapshot: e.snapshot}
	if e.options.Retriever != nil && e.options.K > 0 {
		d.Demonstrations, err = e.options.Retriever.Retrieve(ctx, producers.RetrievalQuery{
			Task: s.task, State: s.now.Text, Action: action, K: e.options.K,
		})
		if err != nil {
			return o, fmt.Errorf("retrieve demonstrations of %q: %w", action, err)
		}
	}
	p, err := s.dream.Predict(ctx, action, d.Demonstrations)
	d.Reasoning, d.Calls = p.Reasoning, p.Calls
	if err != nil {
		return producers.Outcome{Dreamed: d}, fmt.Errorf("predict what comes of %q: %w", action, err)
	}
	o = p.Outcome
	o.Dreamed = d
	e.options.grade(&o)
	n := s.first
	s.first = notes{}
	n.DreamEnded = s.watch.look(action, &s.now, &o)
	o.Info = n.addTo(o.Info)
	s.dream.Advance(action, o)
	s.now = o.Observation
	return o, nil
}

// Close leaves the dream behind.
func (s *session) Close() error { return nil }

// grade says what an outcome is worth: an action that is not understood nothing,
// whatever else the model says of it.
func (o *Options) grade(came *producers.Outcome) {
	invalid := came.Valid != nil && !*came.Valid
	if invalid {
		resume(came)
	}
	won := came.Terminated && came.Success != nil && *came.Success
	switch {
	case won:
		came.Reward = new(1.0)
	case invalid || !o.Dense || came.Reward == nil:
		came.Reward = new(0.0)
	}
	if came.Over() && came.Reason == "" {
		came.Reason = "the model says that the task has ended"
	}
}

// resume takes back that an outcome ended the task.
func resume(o *producers.Outcome) {
	o.Terminated, o.Truncated, o.Success, o.Reason = false, false, nil, ""
}
