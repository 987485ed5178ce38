package openenv

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/producers"
)

// session plays episodes in one session of the server.
type session struct {
	environment *Environment
	connection  *connection // nil: broken or closed
	task        producers.Task
	steps       int
	// playing: an episode was begun and is not over.
	playing bool
	now     producers.Observation
}

var errBroken = errors.New("the session is closed or broken: open another one")

// Reset begins an episode of a task.
func (s *session) Reset(ctx context.Context, task producers.Task, seed int64) (producers.Start, error) {
	s.task, s.steps, s.playing = task, 0, false
	start, err := s.begin(ctx, seed)
	if err != nil {
		return producers.Start{}, s.broken("reset", err)
	}
	s.now, s.playing = start.Observation, true
	return start, nil
}

// Step takes an action.
func (s *session) Step(ctx context.Context, action string) (producers.Outcome, error) {
	if s.connection == nil || !s.playing {
		return producers.Outcome{}, s.broken("step", errors.Join(errBroken, errors.New("or no episode has begun")))
	}
	outcome, err := s.step(ctx, action)
	if err != nil {
		return producers.Outcome{}, s.broken(fmt.Sprintf("step %d", s.steps), err)
	}
	s.steps++
	s.now, s.playing = outcome.Observation, !outcome.Over()
	return outcome, nil
}

func (s *session) step(ctx context.Context, action string) (producers.Outcome, error) {
	data, err := s.environment.action.of(action)
	if err != nil {
		return s.invalid(err), nil
	}
	answer, err := s.connection.ask(ctx, message{Type: typeStep, Data: data}, typeObservation)
	if hasCode(err, codeValidation) {
		return s.invalid(err), nil
	}
	if err != nil {
		return producers.Outcome{}, err
	}
	r, err := decodeResult(answer.Data)
	if err != nil {
		return producers.Outcome{}, err
	}
	return s.outcome(r)
}

// invalid is what comes of an action that the environment does not understand:
// nothing changes, and the agent is told why.
func (s *session) invalid(why error) producers.Outcome {
	valid, reward := false, 0.0
	return producers.Outcome{
		Observation: producers.Observation{Text: why.Error(), Admissible: s.now.Admissible},
		Reward:      &reward, Valid: &valid,
	}
}

// outcome reads an observation.
func (s *session) outcome(r result) (o producers.Outcome, err error) {
	e := s.environment
	if o.Observation, err = e.view.of(r); err != nil {
		return o, err
	}
	if o.Reward, err = r.reward(); err != nil {
		return o, err
	}
	o.Info = e.view.info(r)
	if r.Done {
		o.Terminated, o.Reason = true, "the environment says that the episode is done"
		if least := e.options.SuccessReward; least != nil && o.Reward != nil {
			success := *o.Reward >= *least
			o.Success = &success
		}
	}
	return o, nil
}

// broken ends the session and says where it was.
func (s *session) broken(doing string, err error) error {
	if s.connection != nil {
		s.connection.abandon()
		s.connection = nil
	}
	s.playing = false
	return fmt.Errorf("openenv server %s, task %s, %s: %w", s.environment.client.Server(), s.task.ID, doing, err)
}

// Close gives the session back to the server.
func (s *session) Close() error {
	if s.connection != nil {
		s.connection.close()
		s.connection = nil
	}
	return nil
}

var (
	_ producers.Environment = (*Environment)(nil)
	_ producers.Session     = (*session)(nil)
)
