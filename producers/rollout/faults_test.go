package rollout_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/rollout"
	"github.com/dreamlog/dreamlog/schema"
)

var errFault = errors.New("the server answered <html>")

// once fails the nth call of a name (from 0), and no other.
func once(name string, n int64) func(context.Context, string) error {
	var calls atomic.Int64
	return func(_ context.Context, call string) error {
		if call == name && calls.Add(1)-1 == n {
			return errFault
		}
		return nil
	}
}

// One fault costs one episode, whatever call it comes in; the others go on.
func TestAFaultEndsItsEpisodeOnly(t *testing.T) {
	for _, call := range []string{"open", "reset", "begin", "act", "step"} {
		for _, workers := range []int{1, 3} {
			for n := range int64(3) {
				if call == "open" && n > 0 {
					continue // sessions are kept: there may be no other call
				}
				t.Run(fmt.Sprintf("%s %d of %d workers", call, n, workers), func(t *testing.T) {
					w, d, m := newWorld(3), straight(), &memory{}
					w.hook, d.hook = once(call, n), once(call, n)
					result := play(t, w, d, m, rollout.Options{Attempts: 2, Workers: workers})
					require.EqualValues(t, 6, result.Episodes)
					require.EqualValues(t, 5, result.Completed)
					status := "failed"
					if call == "act" || call == "step" {
						status = "aborted"
					}
					broken := m.ends()[status]
					require.Len(t, broken, 1)
					require.Contains(t, *broken[0].Reason, errFault.Error())
					require.Nil(t, broken[0].Success)
					require.EqualValues(t, 5, result.Graded, "what broke has no verdict")
				})
			}
		}
	}
}

func TestASessionIsReplacedAfterItBroke(t *testing.T) {
	for call, opened := range map[string]int64{"reset": 2, "step": 2, "act": 1, "begin": 1, "open": 1} {
		w, d := newWorld(3), straight()
		w.hook, d.hook = once(call, 1), once(call, 1)
		if call == "open" {
			w.hook = once(call, 0)
		}
		play(t, w, d, &memory{}, rollout.Options{})
		require.Equal(t, opened, w.opened.Load(), call)
	}
}

// The calls of a decision that failed are recorded: they were made, and paid.
func TestCallsOfAFailedDecisionCount(t *testing.T) {
	w, d, m := newWorld(1), straight(), &memory{}
	d.hook = once("act", 1)
	play(t, w, d, m, rollout.Options{})
	g := played(m.rows)[0]
	require.Equal(t, []string{"llm.called", "llm.called", "transition", "llm.called", "llm.called", "episode.ended"}, g.kinds)
	require.EqualValues(t, 1, *g.calls[3].Step)
	require.Contains(t, *g.ends[0].Reason, "step 1: ask the agent for an action")
}

// What the log cannot hold ends the episode before the step that has it.
func TestWhatIsRefusedLeavesNoGap(t *testing.T) {
	large, text := strings.Repeat("x", schema.MaxEventBytes), "\xffoops"
	at := func(n int, f func(o *producers.Outcome)) func(int, *producers.Outcome) {
		return func(step int, o *producers.Outcome) {
			if step == n {
				f(o)
			}
		}
	}
	decide := func(n int, f func(d *producers.Decision)) func(int, *producers.Decision) {
		return func(step int, d *producers.Decision) {
			if step == n {
				f(d)
			}
		}
	}
	for name, test := range map[string]struct {
		outcome  func(int, *producers.Outcome)
		decision func(int, *producers.Decision)
		start    func(*producers.Start)
		status   string
		length   int64
		reason   string
	}{
		"10 MB observation":    {outcome: at(1, func(o *producers.Outcome) { o.Text = large }), status: "aborted", length: 1, reason: "field next_state alone has 8388608"},
		"text that is none":    {outcome: at(2, func(o *producers.Outcome) { o.Text = text }), status: "aborted", length: 2, reason: "field next_state"},
		"reward NaN":           {outcome: at(1, func(o *producers.Outcome) { o.Reward = new(math.NaN()) }), status: "aborted", length: 1, reason: "step 1: the environment gave the reward NaN"},
		"reward infinite":      {outcome: at(0, func(o *producers.Outcome) { o.Reward = new(math.Inf(-1)) }), status: "aborted", length: 0, reason: "the reward -Inf"},
		"rewards overflow":     {outcome: func(_ int, o *producers.Outcome) { o.Reward = new(math.MaxFloat64) }, status: "aborted", length: 1, reason: "the return is +Inf"},
		"info is no object":    {outcome: at(1, func(o *producers.Outcome) { o.Info = new(schema.JSON(`[1]`)) }), status: "aborted", length: 1, reason: "field info"},
		"info and malformed":   {outcome: at(1, func(o *producers.Outcome) { o.Info = new(schema.JSON(`[1]`)) }), decision: decide(1, func(d *producers.Decision) { d.Malformed = "?" }), status: "aborted", length: 1, reason: "field info"},
		"action that is none":  {decision: decide(1, func(d *producers.Decision) { d.Action = text }), status: "aborted", length: 1, reason: "field action"},
		"logprob NaN":          {decision: decide(1, func(d *producers.Decision) { d.Logprob = new(math.NaN()) }), status: "aborted", length: 1, reason: "field action_logprob"},
		"call of no messages":  {decision: decide(1, func(d *producers.Decision) { d.Calls = []schema.Call{{}} }), status: "aborted", length: 1, reason: "step 1: record llm.called"},
		"10 MB answer":         {decision: decide(1, func(d *producers.Decision) { d.Calls[1].Response = large }), status: "aborted", length: 1, reason: "field response alone has 8388608"},
		"10 MB instruction":    {start: func(s *producers.Start) { s.Instruction = large }, status: "aborted", length: 0, reason: "field instruction alone has 8388608"},
		"instruction not text": {start: func(s *producers.Start) { s.Instruction = text }, status: "aborted", length: 0, reason: "field instruction"},
	} {
		t.Run(name, func(t *testing.T) {
			w, d, m := newWorld(2), straight(), &memory{}
			w.bend, w.begun = test.outcome, test.start
			if test.decision != nil {
				plain := d.bend
				d.bend = func(step int, d *producers.Decision) {
					plain(step, d)
					test.decision(step, d)
				}
			}
			result, err := rollout.Run(t.Context(), w, d, m, m, rollout.Options{Now: clock(), Workers: 2})
			require.NoError(t, err)
			w.sound(t)
			require.EqualValues(t, 2, result.Aborted, "each, and the run goes on")
			for _, end := range m.ends()[test.status] {
				require.Contains(t, *end.Reason, test.reason)
				require.Equal(t, test.length, end.Length)
				require.Equal(t, test.start != nil, end.Instruction == nil, "only what is refused is left out")
			}
			for _, g := range played(m.rows) {
				requireSteps(t, g)
				require.Len(t, g.steps, int(test.length))
			}
		})
	}
}

// A task whose words cannot be recorded fails; another whose can is played.
func TestATaskThatCannotBeProposed(t *testing.T) {
	w, m := newWorld(2), &memory{}
	w.tasks[0].Info = new(schema.JSON(`"no object"`))
	options := rollout.Options{Attempts: 2, RunID: "r"}
	result := play(t, w, straight(), m, options)
	require.EqualValues(t, 2, result.Failed)
	require.EqualValues(t, 2, result.Completed)
	options.History = m
	require.EqualValues(t, 2, play(t, w, straight(), m, options).Failed, "nor when the run is continued")
	require.Contains(t, *m.ends()["failed"][0].Reason, "record task.proposed of count/0: field info")
}

// An event can be small enough for its schema and too large with its stamp.
func TestAnEventThatIsTooLargeForTheLog(t *testing.T) {
	w, m := newWorld(1), &memory{}
	n := 0
	m.hook = func(_ context.Context, call string) error {
		if n++; n == 4 {
			return &eventlog.ErrTooLarge{Bytes: schema.MaxEventBytes + 1, Limit: schema.MaxEventBytes}
		}
		return nil
	}
	require.EqualValues(t, 1, play(t, w, straight(), m, rollout.Options{}).Aborted)
}

func TestReasonsAreBounded(t *testing.T) {
	w, m := newWorld(1), &memory{}
	w.hook = func(context.Context, string) error { return errors.New("\xff" + strings.Repeat("é", 5<<20)) }
	play(t, w, straight(), m, rollout.Options{})
	reason := *m.ends()["failed"][0].Reason
	require.True(t, utf8.ValidString(reason))
	require.Less(t, len(reason), 2100)
	require.True(t, strings.HasPrefix(reason, "open the environment: \uFFFDéé"))
}

// When the log fails the run ends, whoever notices.
func TestTheLogFails(t *testing.T) {
	for _, call := range []string{"produce", "flush"} {
		for n := range int64(20) {
			w, m := newWorld(40), &memory{hook: once(call, n)}
			result, err := rollout.Run(t.Context(), w, straight(), m, m, rollout.Options{Workers: 4, Now: clock(), RunID: "r"})
			if call == "flush" && err == nil {
				require.LessOrEqual(t, int64(m.flushes), n, "fewer flushes were needed")
				continue
			}
			require.ErrorIs(t, err, errFault)
			require.ErrorContains(t, err, "run r ended early")
			require.Less(t, result.Episodes, int64(40))
			w.sound(t)
		}
	}
}

func TestARunThatOnlyBreaksIsGivenUp(t *testing.T) {
	for name, test := range map[string]struct {
		options rollout.Options
		most    int
	}{
		"as asked":     {rollout.Options{GiveUpAfter: 5}, 5},
		"default":      {rollout.Options{}, 20},
		"many workers": {rollout.Options{Workers: 30}, 60 + 29},
		"never":        {rollout.Options{GiveUpAfter: -1}, 500},
	} {
		t.Run(name, func(t *testing.T) {
			w, m := newWorld(500), &memory{}
			w.hook = func(_ context.Context, call string) error {
				if call == "step" {
					return errFault
				}
				return nil
			}
			test.options.Now, test.options.RunID = clock(), "r"
			result, err := rollout.Run(t.Context(), w, newDicer(), m, m, test.options)
			require.LessOrEqual(t, result.Aborted, int64(test.most))
			require.GreaterOrEqual(t, result.Aborted, int64(min(test.most, 5)))
			w.sound(t)
			m.sound(t)
			if test.options.GiveUpAfter < 0 {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "episodes in a row broke")
			require.ErrorContains(t, err, errFault.Error())
			require.ErrorContains(t, err, "continue run r")
		})
	}
}

func TestAFinishedEpisodeEndsAStreak(t *testing.T) {
	w, m := newWorld(100), &memory{}
	n := 0
	w.hook = func(_ context.Context, call string) error {
		if call == "reset" {
			n++
			if n%5 != 0 {
				return errFault
			}
		}
		return nil
	}
	result := play(t, w, straight(), m, rollout.Options{GiveUpAfter: 5})
	require.EqualValues(t, 80, result.Failed)
	require.EqualValues(t, 20, result.Completed)
}

// A panic is a broken invariant, and not caught; but sessions are closed.
func TestAPanicClosesItsSession(t *testing.T) {
	if os.Getenv("ROLLOUT_PANICS") != "" {
		w := newWorld(1)
		w.hook = func(_ context.Context, call string) error {
			if call == "step" {
				panic("the invariant is broken")
			}
			return nil
		}
		_, err := rollout.Run(t.Context(), outspoken{w}, newDicer(), &memory{}, nil, rollout.Options{Now: clock()})
		t.Fatalf("it was caught: %v", err)
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestAPanicClosesItsSession$")
	command.Env = append(os.Environ(), "ROLLOUT_PANICS=1")
	output, err := command.CombinedOutput()
	require.ErrorAs(t, err, new(*exec.ExitError))
	require.Contains(t, string(output), "panic: the invariant is broken")
	require.Contains(t, string(output), "session closed")
	require.NotContains(t, string(output), "it was caught")
}

// outspoken says when its sessions are closed.
type outspoken struct{ *world }

func (o outspoken) Open(ctx context.Context) (producers.Session, error) {
	s, err := o.world.Open(ctx)
	return outspokenSession{s}, err
}

type outspokenSession struct{ producers.Session }

func (outspokenSession) Close() error {
	fmt.Println("session closed")
	return nil
}
