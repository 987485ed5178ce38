package environmenttest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/dreamlog/dreamlog/producers"
)

// behaviour is something that rollouts rely on.
type behaviour struct {
	name string
	// holds says in what way it does not.
	holds func(context.Context, *suite) error
	// unasked says which environments do not promise it; nil: all do.
	unasked func(Options) bool
}

var behaviours = []behaviour{
	{"tasks are stable, unique and recordable", tasksAreStable, nil},
	{"outcomes are consistent to the end", outcomesAreConsistent, nil},
	{"the same seed and actions give the same episode", episodesRepeat, func(o Options) bool { return o.Random }},
	{"an action that nobody understands is no error", nonsenseIsNoError, nil},
	{"reset leaves an abandoned episode behind", resetStartsAfresh, nil},
	{"a walkthrough solves its task", walkthroughsSolve, nil},
	{"two sessions do not mix", sessionsDoNotMix, func(o Options) bool { return o.Alone || o.Random }},
	{"sessions play at the same time", sessionsPlayAtOnce, func(o Options) bool { return o.Alone }},
	{"a cancelled context ends a call promptly", cancelledCallsReturn, nil},
	{"close is idempotent", closeIsIdempotent, nil},
}

func tasksAreStable(ctx context.Context, s *suite) error {
	again, err := s.env.Tasks(ctx)
	if err != nil {
		return fmt.Errorf("list tasks again: %w", err)
	}
	if !reflect.DeepEqual(s.tasks, again) {
		return errors.New("the tasks are others when listed again, or in another order")
	}
	return checkTasks(s.tasks)
}

func outcomesAreConsistent(ctx context.Context, s *suite) error {
	return s.with(ctx, func(session producers.Session) error {
		for i, task := range s.samples() {
			if _, err := s.play(ctx, session, task, int64(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

func episodesRepeat(ctx context.Context, s *suite) error {
	for _, task := range s.samples() {
		var first, again, elsewhere episode
		err := s.with(ctx, func(session producers.Session) (err error) {
			if first, err = s.play(ctx, session, task, 7); err == nil {
				again, err = s.play(ctx, session, task, 7)
			}
			return err
		})
		if err != nil {
			return err
		}
		err = s.with(ctx, func(session producers.Session) (err error) {
			elsewhere, err = s.play(ctx, session, task, 7)
			return err
		})
		if err := errors.Join(err, differ(first, again), differ(first, elsewhere)); err != nil {
			return err
		}
	}
	return nil
}

// nonsenseIsNoError goes on after the nonsense, as an agent does.
func nonsenseIsNoError(ctx context.Context, s *suite) error {
	return s.with(ctx, func(session producers.Session) error {
		w, err := s.begin(ctx, session, s.tasks[0], 1)
		if err != nil {
			return err
		}
		if err := w.take(ctx, s.options.Nonsense); err != nil {
			return err
		}
		if valid := w.episode.Outcomes[0].Valid; !s.options.UnderstandsAll && valid != nil && *valid {
			return fmt.Errorf("action %q counts as understood", s.options.Nonsense)
		}
		_, err = w.walk(ctx)
		return err
	})
}

func resetStartsAfresh(ctx context.Context, s *suite) error {
	return s.with(ctx, func(session producers.Session) error {
		task := s.tasks[len(s.tasks)-1]
		first, err := s.play(ctx, session, task, 3)
		if err != nil {
			return err
		}
		abandoned, err := s.begin(ctx, session, s.tasks[0], 4)
		if err != nil {
			return err
		}
		if err := abandoned.take(ctx, abandoned.choose()); err != nil {
			return err
		}
		again, err := s.play(ctx, session, task, 3)
		if err != nil || s.options.Random {
			return err
		}
		return differ(first, again)
	})
}

func walkthroughsSolve(ctx context.Context, s *suite) error {
	return s.with(ctx, func(session producers.Session) error {
		for _, task := range s.samples() {
			w, err := s.begin(ctx, session, task, 5)
			if err != nil {
				return err
			}
			if w.walkthrough == nil {
				continue
			}
			if err := w.solve(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// solve follows the walkthrough: each step is understood, the last one solves.
func (w *walker) solve(ctx context.Context) error {
	actions, err := w.walkthrough(ctx)
	if err != nil {
		return fmt.Errorf("walkthrough of task %s: %w", w.episode.Task.ID, err)
	}
	for i, action := range actions {
		if w.over() {
			return fmt.Errorf("task %s ended at step %d of %d of its walkthrough", w.episode.Task.ID, i-1, len(actions))
		}
		if err := w.take(ctx, action); err != nil {
			return err
		}
		if valid := w.episode.Outcomes[i].Valid; valid != nil && !*valid {
			return fmt.Errorf("action %q of the walkthrough of task %s is not understood", action, w.episode.Task.ID)
		}
	}
	if !w.over() {
		return fmt.Errorf("the walkthrough of task %s, %q, does not end it", w.episode.Task.ID, actions)
	}
	if success := w.episode.Outcomes[len(actions)-1].Success; success == nil || !*success {
		return fmt.Errorf("the walkthrough of task %s ends without success", w.episode.Task.ID)
	}
	return nil
}

// cancelledCallsReturn: a call in process may not look at its context at all;
// what it must not do is wait.
func cancelledCallsReturn(ctx context.Context, s *suite) error {
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	return s.with(ctx, func(session producers.Session) error {
		began := time.Now()
		_, err := session.Reset(cancelled, s.tasks[0], 1)
		if err == nil {
			_, err = session.Step(cancelled, s.options.Nonsense)
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("the error of a cancelled call hides why it ended: %w", err)
		}
		if took := time.Since(began); took > promptly {
			return fmt.Errorf("a cancelled call took %v", took)
		}
		return nil
	})
}

func closeIsIdempotent(ctx context.Context, s *suite) error {
	session, err := s.env.Open(ctx)
	if err != nil {
		return fmt.Errorf("open a session: %w", err)
	}
	if _, err := s.begin(ctx, session, s.tasks[0], 1); err != nil {
		return err
	}
	for _, close := range []func() error{session.Close, session.Close, s.env.Close, s.env.Close} {
		if err := close(); err != nil {
			return fmt.Errorf("close, the second time as well: %w", err)
		}
	}
	return nil
}
