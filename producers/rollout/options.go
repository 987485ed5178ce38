package rollout

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// Log takes events to where they last.
type Log interface {
	// Produce takes an event; it may return before the event is stored, and
	// waits while there is no room. An event that breaks a rule is refused with a
	// *schema.FieldError, one that is too large with a *schema.SizeError or an
	// *eventlog.ErrTooLarge; any other error ends the run.
	Produce(ctx context.Context, row schema.Row) error
	// Flush returns when every event taken so far is stored.
	Flush(ctx context.Context) error
}

// Seen knows what is already stored.
type Seen interface {
	// Seen returns the ids of the stored events about the subjects.
	Seen(ctx context.Context, subjects []string) (map[string]struct{}, error)
}

// History knows the episodes of earlier processes.
type History interface {
	// Episodes returns each episode of a run of which a transition or an end is
	// stored, as its first end has it. One without an end has no Status, and what
	// its transitions say: their number is the Length, the sum of their rewards
	// the EpisodeReturn (nil where none has a reward).
	Episodes(ctx context.Context, runID string) ([]schema.Episode, error)
}

// Options are what a user may decide about a run.
type Options struct {
	// Tasks to attempt, in this order; nil: all of the environment's.
	Tasks []producers.Task
	// Attempts at each task, which make a group; default 1.
	Attempts int
	// Workers is how many episodes are played at a time; default 1.
	Workers int
	// MaxSteps cuts an episode off; default DefaultMaxSteps.
	MaxSteps int
	// Seed of every random choice, for the environment and for the agent: the
	// same seed gives the same episodes, whatever the number of workers.
	Seed int64
	// Purpose of the episodes; default collect.
	Purpose string
	// Iteration of the training that plays; nil: none does.
	Iteration *int64
	// RunID names the run in its events; empty: a new one.
	RunID string
	// History makes this the continuation of run RunID: attempts of the same
	// purpose and iteration that are finished are not repeated, and episodes that
	// lack an end get one. nil: nothing of the run was played before.
	History History
	// GiveUpAfter ends the run when that many episodes in a row were aborted or
	// failed. Default: DefaultGiveUpAfter, or twice the workers where that is
	// more, as one breakdown hits the episodes of all workers; negative: never.
	GiveUpAfter int
	// Grace is how long after an interrupt events are still written; default
	// DefaultGrace.
	Grace time.Duration
	// Now is the clock. Required.
	Now func() time.Time
	// Progress hears how far the run is, from one goroutine: when episodes have
	// finished, and every ProgressEvery; nil: nobody does.
	Progress func(Progress)
}

// Defaults of Options.
const (
	DefaultMaxSteps    = 50
	DefaultGiveUpAfter = 20
	DefaultGrace       = 30 * time.Second
)

// withDefaults fills in what was left out.
func (o Options) withDefaults() Options {
	o.Attempts = cmp.Or(o.Attempts, 1)
	o.Workers = cmp.Or(o.Workers, 1)
	o.MaxSteps = cmp.Or(o.MaxSteps, DefaultMaxSteps)
	o.GiveUpAfter = cmp.Or(o.GiveUpAfter, max(DefaultGiveUpAfter, 2*o.Workers))
	o.Grace = cmp.Or(o.Grace, DefaultGrace)
	o.Purpose = cmp.Or(o.Purpose, "collect")
	return o
}

// validate explains what is wrong with the options, all of it at once.
func (o *Options) validate() error {
	var problems []error
	for name, n := range map[string]int{"attempts": o.Attempts, "workers": o.Workers, "max steps": o.MaxSteps} {
		if n < 1 {
			problems = append(problems, fmt.Errorf("%d %s: give 1 or more, or 0 for the default", n, name))
		}
	}
	if o.Grace < 0 {
		problems = append(problems, fmt.Errorf("grace of %s: give a duration, or 0 for the default", o.Grace))
	}
	if o.Now == nil {
		problems = append(problems, errors.New("no clock: give Now"))
	}
	if o.History != nil && o.RunID == "" {
		problems = append(problems, errors.New("a history without a run id: say which run is continued"))
	}
	return errors.Join(problems...)
}
