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

// begin resets the server's environment and reads what it shows.
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
