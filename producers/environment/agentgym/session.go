package agentgym

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/remote"
)

// session plays episodes in one environment of the server.
type session struct {
	environment *Environment
	place       place
	// lost: the environment is not this session's any more.
	lost atomic.Bool

	task  producers.Task
	steps int
	// playing: an episode was begun and is not over.
	playing bool
	broken  bool
	closed  bool
}

var (
	errBroken = errors.New("the session is closed or broken, or no episode has begun: open another one, or reset")
	errLost   = errors.New("the server handed out the session's environment a second time: it was restarted, or has too many of them")
)

// Reset begins an episode of a task.
func (s *session) Reset(ctx context.Context, task producers.Task, _ int64) (producers.Start, error) {
	s.task, s.steps, s.playing = task, 0, false
	v, err := s.begin(ctx)
	if err != nil {
		return producers.Start{}, s.fail("reset", err)
	}
	s.playing = true
	return producers.Start{Observation: v.Observation, Instruction: v.instruction}, nil
}

func (s *session) begin(ctx context.Context) (view, error) {
	if s.broken || s.closed {
		return view{}, errBroken
	}
	number, found := strings.CutPrefix(s.task.ID, s.environment.options.Dialect+"-")
	index, err := strconv.ParseInt(number, 10, 64)
	if !found || err != nil {
		return view{}, fmt.Errorf("the task is not one of this environment, whose tasks are called %s-NUMBER", s.environment.options.Dialect)
	}
	v, err := s.environment.dialect.begin(ctx, s.place, index)
	switch err = cmp.Or(s.ours(), err); {
	case err != nil:
		return view{}, err
	case v.done:
		return view{}, errors.New("the episode is over before its first step")
	case v.instruction == "":
		return view{}, errors.New("the server does not say what the task is")
	}
	return v, nil
}

// ours says whether an answer was this session's.
func (s *session) ours() error {
	if s.lost.Load() {
		return errLost
	}
	return nil
}

// Step takes an action.
func (s *session) Step(ctx context.Context, action string) (producers.Outcome, error) {
	v, err := s.step(ctx, action)
	if err != nil {
		return producers.Outcome{}, s.fail(fmt.Sprintf("step %d", s.steps), err)
	}
	s.steps++
	s.playing = !v.done
	return v.outcome(), nil
}

// step asks before and after whether the environment is still the session's: a
// second session could have been given it while the request was under way.
func (s *session) step(ctx context.Context, action string) (view, error) {
	if !s.playing {
		return view{}, errBroken
	}
	if err := s.ours(); err != nil {
		return view{}, err
	}
	v, err := s.environment.dialect.step(ctx, s.place, action)
	return v, cmp.Or(s.ours(), err)
}

// outcome is a view as all environments put it.
func (v view) outcome() producers.Outcome {
	o := producers.Outcome{Observation: v.Observation, Reward: &v.reward, Valid: v.valid, Terminated: v.done, Info: v.info}
	if v.done {
		o.Success = &v.success
		o.Reason = "the environment says that the episode is done"
	}
	return o
}

// fail ends the session and says where it was. Where there was no answer, the
// server may have been restarted, and the number may be that of another client's
// environment by now: it is left alone.
func (s *session) fail(doing string, err error) error {
	s.broken, s.playing = true, false
	var request *remote.Error
	if errors.As(err, &request) && request.Status == 0 {
		s.lost.Store(true)
	}
	return s.environment.failed(fmt.Errorf("task %s, %s: %w", s.task.ID, doing, err))
}

// closing is how long a server may take to free an environment.
const closing = 5 * time.Second

// Close has the server free the environment, if it can: not every server has the
// route. That it does not end a broken one is no error.
func (s *session) Close() error {
	if s.closed {
		return nil
	}
	s.closed, s.playing = true, false
	defer s.environment.release(s)
	if s.lost.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	var answer jsontext.Value
	err := s.place.post(ctx, "close", map[string]any{}, &answer)
	var request *remote.Error
	missing := errors.As(err, &request) && (request.Status == http.StatusNotFound || request.Status == http.StatusMethodNotAllowed)
	if err == nil || missing || s.broken {
		return nil
	}
	return s.environment.failed(fmt.Errorf("close environment %d: %w", s.place.id, err))
}

var (
	_ producers.Environment = (*Environment)(nil)
	_ producers.Session     = (*session)(nil)
)
