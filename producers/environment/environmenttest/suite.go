package environmenttest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/producers"
)

// Options say how to walk in an environment, and what it does not promise.
type Options struct {
	// Random environments need not begin nor go on alike with the same seed.
	Random bool
	// Alone: only one session can be open at a time.
	Alone bool
	// Action chooses what to do at a step (from 0) of a walk. Nil: one of the
	// admissible actions by chance, or Nonsense where none is told.
	Action func(step int, o producers.Observation) string
	// Nonsense is an action that the environment does not understand; empty:
	// words that no environment should.
	Nonsense string
	// UnderstandsAll: to this environment no action is nonsense.
	UnderstandsAll bool
	// MaxSteps of a walk; 0: 30.
	MaxSteps int
}

// withDefaults fills in what is left out.
func (o Options) withDefaults() Options {
	if o.MaxSteps == 0 {
		o.MaxSteps = 30
	}
	if o.Nonsense == "" {
		o.Nonsense = "frobnicate the quux with a wibble"
	}
	return o
}

// promptly is how long a call may take after its context was cancelled.
const promptly = 10 * time.Second

// Run asks an environment for everything that a rollout relies on. open returns
// a new one, which Run closes; what else open starts ends with t's cleanup.
func Run(t *testing.T, open func(t *testing.T) producers.Environment, o Options) {
	for _, b := range behaviours {
		t.Run(b.name, func(t *testing.T) {
			if b.unasked != nil && b.unasked(o) {
				t.Skipf("the environment does not promise this: %+v", o)
			}
			runOne(t, open, o, b)
		})
	}
}

// runOne asks for one behaviour of an environment of its own, and then that
// nothing of it still runs.
func runOne(t *testing.T, open func(t *testing.T) producers.Environment, o Options, b behaviour) {
	before := goleak.IgnoreCurrent()
	t.Run("holds", func(t *testing.T) {
		env := open(t)
		defer func() { require.NoError(t, env.Close()) }()
		require.NoError(t, ask(t.Context(), env, o, b))
	})
	require.NoError(t, goleak.Find(before), "goroutines outlive the environment")
}

// ask says what is wrong with one behaviour of an environment.
func ask(ctx context.Context, env producers.Environment, o Options, b behaviour) error {
	tasks, err := env.Tasks(ctx)
	if err != nil {
		return fmt.Errorf("list tasks: %w", err)
	}
	if len(tasks) == 0 {
		return errors.New("the environment has no tasks: open one that has some")
	}
	return b.holds(ctx, &suite{env: env, options: o.withDefaults(), tasks: tasks})
}

// suite is one environment under test.
type suite struct {
	env     producers.Environment
	options Options
	tasks   []producers.Task
}

// samples are a few tasks from all over the set.
func (s *suite) samples() []producers.Task {
	last := len(s.tasks) - 1
	switch last {
	case 0, 1:
		return s.tasks
	}
	return []producers.Task{s.tasks[0], s.tasks[last/2], s.tasks[last]}
}

// with opens a session, uses it and closes it.
func (s *suite) with(ctx context.Context, use func(producers.Session) error) error {
	session, err := s.env.Open(ctx)
	if err != nil {
		return fmt.Errorf("open a session: %w", err)
	}
	if err := use(session); err != nil {
		return errors.Join(err, session.Close())
	}
	if err := session.Close(); err != nil {
		return fmt.Errorf("close the session: %w", err)
	}
	return nil
}
