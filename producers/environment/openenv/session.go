package openenv

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

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

func (s *session) begin(ctx context.Context, seed int64) (producers.Start, error) {
	data, err := s.arguments(seed)
	if err != nil {
		return producers.Start{}, err
	}
	first, err := s.reset(ctx, data)
	if err != nil {
		return producers.Start{}, err
	}
	if first.Done {
		return producers.Start{}, errors.New("the episode is over before its first step")
	}
	return s.start(first)
}

// start reads the first observation.
func (s *session) start(first result) (start producers.Start, err error) {
	e := s.environment
	if start.Observation, err = e.view.of(first); err != nil {
		return start, err
	}
	if s.task.Instruction == "" {
		if start.Instruction, err = e.view.instructionOf(first); err != nil {
			return start, err
		}
		start.Instruction = cmp.Or(start.Instruction, e.described)
	}
	return start, nil
}

// reset sends a reset. Where the connection has seen an episode, a request for
// the state follows: an answer that was left from before would come first, and
// the state would be answered by an observation.
func (s *session) reset(ctx context.Context, data jsontext.Value) (result, error) {
	if err := s.renew(ctx); err != nil {
		return result{}, err
	}
	answer, err := s.connection.ask(ctx, message{Type: typeReset, Data: data}, typeObservation)
	if err != nil {
		return result{}, err
	}
	if s.connection.used {
		if _, err := s.connection.ask(ctx, message{Type: typeState}, typeState); err != nil {
			return result{}, fmt.Errorf("make sure that the answer is that of this episode, by asking for its state (give each episode a connection of its own if the environment has none): %w", err)
		}
	}
	s.connection.used = true
	return decodeResult(answer.Data)
}

// renew opens a new connection where each episode has its own.
func (s *session) renew(ctx context.Context) (err error) {
	switch {
	case s.connection == nil:
		return errBroken
	case s.environment.options.FreshConnections && s.connection.used:
		s.connection.close()
		s.connection, err = s.environment.dial(ctx)
	}
	return err
}

// arguments are those of a reset. Environments take seeds that numpy takes, so
// that of 64 bits the lower 32 are given.
func (s *session) arguments(seed int64) (jsontext.Value, error) {
	arguments := maps.Clone(s.environment.arguments)
	arguments["seed"] = jsontext.Value(strconv.FormatUint(uint64(uint32(seed)), 10))
	if tasks := s.environment.options.Tasks; tasks.To > 0 {
		number, err := s.number()
		if err != nil {
			return nil, err
		}
		arguments[tasks.Argument] = jsontext.Value(strconv.FormatInt(number, 10))
	}
	return json.Marshal(arguments, json.Deterministic(true))
}

// number is that of the task, which its id ends in.
func (s *session) number() (int64, error) {
	at := strings.LastIndexByte(s.task.ID, '-')
	number, err := strconv.ParseInt(s.task.ID[at+1:], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("task %q is not one of this environment: %w", s.task.ID, err)
	}
	return number, nil
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
