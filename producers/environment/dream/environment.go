package dream

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/dreamlog/dreamlog/producers"
)

// Options say what is dreamt.
type Options struct {
	// Model answers. Required.
	Model producers.ExperienceModel
	// Retriever finds what was recorded: first states, walkthroughs and
	// demonstrations; nil: nothing was.
	Retriever producers.Retriever
	// Tasks that can be dreamt, known ones or new ones. Required.
	Tasks []producers.Task
	// K is how many demonstrations ground a prediction; 0: none.
	K int
	// Dense keeps the rewards that the model predicts. Otherwise a reward is 1 at
	// a successful last step, and else 0 (DreamGym, section 4.1).
	Dense bool
	// MaxSteps is the length at which a dream is ended; default DefaultMaxSteps.
	MaxSteps int
	// MaxRepeats is how often in a row an action may lead from a state to the same
	// state; default DefaultMaxRepeats.
	MaxRepeats int
}

// Defaults of Options.
const (
	DefaultMaxSteps   = 200
	DefaultMaxRepeats = 10
)

// Environment is a set of tasks that a model dreams.
type Environment struct {
	options  Options
	snapshot *int64 // of the retriever; nil: there is none

	mu    sync.Mutex
	known map[string]*known // by task, what was recorded of it; guarded by mu
}

var _ producers.Synthetic = (*Environment)(nil)

// New returns an environment. It takes no ownership of model and retriever.
func New(o Options) (*Environment, error) {
	switch {
	case o.Model == nil:
		return nil, errors.New("no experience model: give one that answers")
	case len(o.Tasks) == 0:
		return nil, errors.New("no task to dream: give some")
	case o.K < 0 || o.MaxSteps < 0 || o.MaxRepeats < 0:
		return nil, fmt.Errorf("%d demonstrations, %d steps, %d repeats: give 0 or more", o.K, o.MaxSteps, o.MaxRepeats)
	}
	if o.MaxSteps == 0 {
		o.MaxSteps = DefaultMaxSteps
	}
	if o.MaxRepeats == 0 {
		o.MaxRepeats = DefaultMaxRepeats
	}
	e := &Environment{options: o, known: map[string]*known{}}
	if o.Retriever != nil {
		e.snapshot = new(o.Retriever.Snapshot())
	}
	return e, nil
}

// Model says who answers.
func (e *Environment) Model() producers.Model { return e.options.Model.Model() }

// BufferSnapshot is that of the retriever.
func (e *Environment) BufferSnapshot() *int64 { return e.snapshot }

// Demonstrations is K.
func (e *Environment) Demonstrations() int { return e.options.K }

// Tasks lists the tasks as given.
func (e *Environment) Tasks(context.Context) ([]producers.Task, error) { return e.options.Tasks, nil }

// Open returns a place to dream in.
func (e *Environment) Open(context.Context) (producers.Session, error) {
	return &session{environment: e}, nil
}

// Close does nothing: model and retriever are the caller's.
func (e *Environment) Close() error { return nil }
