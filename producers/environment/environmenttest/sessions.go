package environmenttest

import (
	"context"
	"errors"
	"sync"

	"github.com/dreamlog/dreamlog/producers"
)

// sessionsDoNotMix plays two episodes step by step in turns, and compares them
// with what they are when each is played alone.
func sessionsDoNotMix(ctx context.Context, s *suite) error {
	tasks := [2]producers.Task{s.tasks[0], s.tasks[len(s.tasks)-1]}
	var alone [2]episode
	for i := range tasks {
		err := s.with(ctx, func(session producers.Session) (err error) {
			alone[i], err = s.play(ctx, session, tasks[i], int64(i))
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.with(ctx, func(a producers.Session) error {
		return s.with(ctx, func(b producers.Session) error {
			together, err := s.playInTurns(ctx, [2]producers.Session{a, b}, tasks)
			return errors.Join(err, differ(alone[0], together[0]), differ(alone[1], together[1]))
		})
	})
}

// playInTurns plays the i-th task with seed i in the i-th session.
func (s *suite) playInTurns(ctx context.Context, sessions [2]producers.Session, tasks [2]producers.Task) (played [2]episode, err error) {
	var walkers [2]*walker
	for i := range walkers {
		if walkers[i], err = s.begin(ctx, sessions[i], tasks[i], int64(i)); err != nil {
			return played, err
		}
	}
	for range s.options.MaxSteps {
		for _, w := range walkers {
			if w.over() {
				continue
			}
			if err := w.take(ctx, w.choose()); err != nil {
				return played, err
			}
		}
	}
	return [2]episode{walkers[0].episode, walkers[1].episode}, nil
}

func sessionsPlayAtOnce(ctx context.Context, s *suite) error {
	const sessions = 4
	var all sync.WaitGroup
	errs := make([]error, sessions)
	for i := range errs {
		all.Go(func() {
			errs[i] = s.with(ctx, func(session producers.Session) error {
				_, err := s.play(ctx, session, s.tasks[i%len(s.tasks)], int64(i))
				return err
			})
		})
	}
	all.Wait()
	return errors.Join(errs...)
}
