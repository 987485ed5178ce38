package copy

import (
	"context"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// ID is the id of the model, Version that of how it copies.
const (
	ID      = "copy"
	Version = "1"
)

// Model repeats transitions. It is safe for concurrent use.
type Model struct{}

var _ producers.ExperienceModel = Model{}

// New returns the model.
func New() Model { return Model{} }

// Model says who answers.
func (Model) Model() producers.Model { return producers.Model{ID: ID, Version: Version} }

// Begin begins as given, or else as the first demonstration begins.
func (Model) Begin(_ context.Context, b producers.Beginning) (producers.Dream, error) {
	d := &Dream{}
	switch {
	case b.Start != nil:
		d.start = *b.Start
	case len(b.Demonstrations) > 0:
		d.start = b.Demonstrations[0].Step().State
	}
	d.now = d.start
	return d, nil
}

// Dream is one episode.
type Dream struct{ start, now producers.Observation }

// Start is the first observation; empty where there was none to copy.
func (d *Dream) Start() producers.Observation { return d.start }

// Calls implements producers.Dream: nobody is asked.
func (d *Dream) Calls() []schema.Call { return nil }

// Nothing is the reasoning where there is nothing to copy. A copy itself has no
// reasoning.
const Nothing = "No demonstration was given, so there is nothing to copy: nothing changes."

// Predict repeats what came of the first demonstration, whatever the action.
// Without one nothing changes, for no reward.
func (d *Dream) Predict(_ context.Context, _ string, demonstrations []producers.Demonstration) (producers.Prediction, error) {
	if len(demonstrations) == 0 {
		return producers.Prediction{Outcome: producers.Outcome{Observation: d.now, Reward: new(0.0)}, Reasoning: Nothing}, nil
	}
	shown := demonstrations[0]
	o := shown.Step().Outcome()
	// A limit cut that recording off, or an interrupt: it is no answer.
	o.Truncated = false
	if o.Terminated {
		o.Success, o.Reason = shown.Recording.Success, "so ended what is repeated"
	}
	return producers.Prediction{Outcome: o}, nil
}

// Advance goes on to what came.
func (d *Dream) Advance(_ string, came producers.Outcome) { d.now = came.Observation }
