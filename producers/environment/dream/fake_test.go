package dream_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/dream"
	"github.com/dreamlog/dreamlog/schema"
)

// The world of these tests is a stair: "up" three times is the top, and the end.

func stair(at int) producers.Observation {
	return producers.Observation{Text: "step " + strconv.Itoa(at), Admissible: []string{"down", "up", "wait"}}
}

func climb(at int, action string) (int, producers.Outcome) {
	o := producers.Outcome{Reward: new(0.0), Valid: new(true)}
	switch action {
	case "up":
		at++
	case "down":
		at = max(0, at-1)
	case "wait":
	default:
		o.Valid = new(false)
		o.Observation = producers.Observation{Text: "What?", Admissible: stair(at).Admissible}
		return at, o
	}
	o.Observation = stair(at)
	if at == 3 {
		o.Terminated, o.Success, o.Reward, o.Reason = true, new(true), new(1.0), "at the top"
	}
	return at, o
}

func task(id string) producers.Task {
	return producers.Task{ID: id, Environment: "stair", EnvironmentVersion: "1", Split: "train", Instruction: "go to the top"}
}

// recorded plays actions for the record.
func recorded(id, taskID, origin string, actions ...string) *producers.Recording {
	r := &producers.Recording{EpisodeID: id, Task: task(taskID), Origin: origin, Success: new(false)}
	at, state := 0, stair(0)
	for i, action := range actions {
		var o producers.Outcome
		at, o = climb(at, action)
		r.Steps = append(r.Steps, producers.RecordedStep{
			EventID: fmt.Sprintf("%s/%d", id, i), Step: int64(i), State: state, Action: action, Valid: o.Valid,
			Next: o.Observation, Reward: o.Reward, Terminated: o.Terminated,
		})
		state = o.Observation
		if o.Terminated {
			r.Success = new(true)
		}
	}
	return r
}

// buffer is a retriever over recordings: what has state and action comes first.
type buffer struct {
	recordings []*producers.Recording
	fails      error
}

func (b *buffer) Snapshot() int64 { return 7 }

func (b *buffer) Retrieve(_ context.Context, q producers.RetrievalQuery) (found []producers.Demonstration, err error) {
	for _, similarity := range []float64{1, 0.5, 0} {
		for _, r := range b.recordings {
			for i, s := range r.Steps {
				alike := 0.0
				if s.Action == q.Action {
					alike += 0.5
				}
				if s.State.Text == q.State {
					alike += 0.5
				}
				if alike == similarity && len(found) < q.K {
					found = append(found, producers.Demonstration{Recording: r, Index: i, Similarity: similarity})
				}
			}
		}
	}
	return found, b.fails
}

func (b *buffer) Beginnings(_ context.Context, t producers.Task, n int) (found []producers.Demonstration, err error) {
	for _, own := range []bool{true, false} {
		for _, r := range b.recordings {
			if (r.Task.ID == t.ID) == own && len(found) < n {
				found = append(found, producers.Demonstration{Recording: r})
			}
		}
		if len(found) > 0 {
			break
		}
	}
	return found, b.fails
}

// climber is a model that knows the stair. Hooks make it say otherwise.
type climber struct {
	// bend changes predictions; nil: it does not.
	bend func(step int, p *producers.Prediction)
	// dull: it imagines no beginnings.
	dull bool
	// asked are the calls that imagine a beginning; fails is why it fails, if it does.
	asked []schema.Call
	fails error
	// begun is what the last dream was told at its start.
	begun *producers.Beginning
}

func (c *climber) Model() producers.Model { return producers.Model{ID: "climber", Version: "3"} }

func (c *climber) Begin(_ context.Context, b producers.Beginning) (producers.Dream, error) {
	if c.begun != nil {
		*c.begun = b
	}
	d := &climbing{climber: c}
	switch {
	case b.Start != nil:
		d.start = *b.Start
	case !c.dull:
		d.start, d.imagined = stair(0), c.asked
	default:
		d.imagined = c.asked
	}
	return d, c.fails
}

type climbing struct {
	*climber
	start     producers.Observation
	imagined  []schema.Call
	at, steps int
}

func (c *climbing) Start() producers.Observation { return c.start }

func (c *climbing) Calls() []schema.Call { return c.imagined }

func (c *climbing) Predict(_ context.Context, action string, demonstrations []producers.Demonstration) (producers.Prediction, error) {
	_, o := climb(c.at, action)
	p := producers.Prediction{Outcome: o, Reasoning: fmt.Sprintf("%d demonstrations", len(demonstrations)), Calls: []schema.Call{{Response: action}}}
	if c.bend != nil {
		c.bend(c.steps, &p)
	}
	if p.Text == "broken" {
		return producers.Prediction{Calls: p.Calls}, errors.New("the model is broken")
	}
	return p, nil
}

func (c *climbing) Advance(action string, came producers.Outcome) {
	c.steps++
	c.at, _ = climb(c.at, action)
}

// opened opens a dream of tasks a (recorded) and b (not).
func opened(t *testing.T, o dream.Options) *dream.Environment {
	t.Helper()
	if o.Tasks == nil {
		o.Tasks = []producers.Task{task("a"), task("b")}
	}
	e, err := dream.New(o)
	require.NoError(t, err)
	return e
}

func begun(t *testing.T, e *dream.Environment, taskID string) (producers.Session, producers.Start) {
	t.Helper()
	s, err := e.Open(t.Context())
	require.NoError(t, err)
	start, err := s.Reset(t.Context(), task(taskID), 1)
	require.NoError(t, err)
	return s, start
}

func take(t *testing.T, s producers.Session, actions ...string) (o producers.Outcome) {
	t.Helper()
	for _, action := range actions {
		require.False(t, o.Over(), "the dream ended early: %s", o.Reason)
		var err error
		o, err = s.Step(t.Context(), action)
		require.NoError(t, err)
	}
	return o
}

func ids(all []producers.Demonstration) (ids []string) {
	for _, d := range all {
		ids = append(ids, d.Step().EventID)
	}
	return slices.Clip(ids)
}
