// Package scripted acts by the walkthrough of a task: the agent that knows the
// answer, as the ceiling that others are measured from. With noise, it takes a
// random action now and then, and so shows what lies beside the path and how
// one gets back to it.
//
// It owns the choice between the path and a random step, and the way back
// (path.go, detour.go). It knows no environment: what it goes by are the
// walkthrough and which actions are admissible. internal/app makes it.
package scripted

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/noise"
)

// ID is the id of the policy without noise; with noise its rate follows, see
// noise.Policy.
const ID = "scripted"

// Agent follows the walkthrough of each episode.
type Agent struct{ noise float64 }

// New returns an agent that takes a random step in place of its own with
// probability rate, in [0, 1].
func New(rate float64) (*Agent, error) {
	if err := noise.Check(rate); err != nil {
		return nil, err
	}
	return &Agent{rate}, nil
}

// Policy says who acts.
func (a *Agent) Policy() producers.Policy { return noise.Policy(ID, a.noise) }

// Begin asks for the walkthrough, which the environment may have to search for.
func (a *Agent) Begin(ctx context.Context, e producers.Episode) (producers.Actor, error) {
	if e.Walkthrough == nil {
		return nil, fmt.Errorf("the environment knows no walkthrough of task %q: let another agent play it", e.Task.ID)
	}
	steps, err := e.Walkthrough(ctx)
	if err != nil {
		return nil, fmt.Errorf("find a walkthrough of task %q: %w", e.Task.ID, err)
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("the walkthrough of task %q has no steps", e.Task.ID)
	}
	if a.noise == 0 {
		return &follower{steps: steps}, nil
	}
	return &wanderer{noise: a.noise, random: rand.New(rand.NewPCG(uint64(e.Seed), 0)), path: path{steps: steps}}, nil
}

// follower takes the walkthrough step by step, whatever it meets.
type follower struct {
	steps []string
	taken int
}

// Act takes the next step.
func (f *follower) Act(_ context.Context, o producers.Observation) (d producers.Decision, err error) {
	if f.taken == len(f.steps) {
		return d, fmt.Errorf("the walkthrough of %d steps has ended, but the episode has not: it does not solve the task", len(f.steps))
	}
	d.Action = f.steps[f.taken]
	f.taken++
	if slices.Contains(o.Admissible, d.Action) {
		d.Logprob = new(0.0)
	}
	return d, nil
}

// wanderer takes random steps now and then.
type wanderer struct {
	noise  float64
	random *rand.Rand
	path   path
}

var errUnknown = errors.New("the environment does not say which actions are admissible, so there are no random ones to take: play without noise")

// Act takes a random admissible action with the rate of the noise, and wherever
// the path does not go on; else the action by which the path goes on. The
// log-probability is that of the two chances together.
func (w *wanderer) Act(_ context.Context, o producers.Observation) (d producers.Decision, err error) {
	n := len(o.Admissible)
	if n == 0 {
		return d, errUnknown
	}
	intent, noise := w.path.intend(o.Admissible), w.noise
	if intent.action == "" {
		noise = 1
	}
	d.Action = intent.action
	if w.random.Float64() < noise {
		d.Action = o.Admissible[w.random.IntN(n)]
	}
	probability := noise / float64(n)
	if d.Action == intent.action {
		probability += 1 - noise
	}
	d.Logprob = new(math.Log(probability))
	w.path.took(d.Action, intent, o.Admissible)
	return d, nil
}
