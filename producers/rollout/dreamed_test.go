package rollout_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/rollout"
	"github.com/dreamlog/dreamlog/schema"
)

// asleep is a world whose outcomes an experience model gives.
type asleep struct {
	*world
	model    producers.Model
	snapshot int64
	k        int
}

func (a asleep) Model() producers.Model { return a.model }
func (a asleep) BufferSnapshot() *int64 { return &a.snapshot }
func (a asleep) Demonstrations() int    { return a.k }

// sleeper returns a world that is dreamt, with demonstrations of these depths.
func sleeper(depths ...int64) asleep {
	a := asleep{newWorld(1), producers.Model{ID: "lifted/counter", Version: "v1"}, 12, 3}
	recording := &producers.Recording{}
	dreamed := &producers.Dreamed{Reasoning: "as it was then", BufferSnapshot: &a.snapshot,
		Calls: []schema.Call{{Messages: `[]`, Response: "{}"}}}
	for i, depth := range depths {
		recording.Steps = append(recording.Steps, producers.RecordedStep{EventID: string(rune('a' + i)), Depth: depth})
		dreamed.Demonstrations = append(dreamed.Demonstrations, producers.Demonstration{Recording: recording, Index: i, Similarity: 0.5})
	}
	a.bend = func(_ int, o *producers.Outcome) { o.Dreamed = dreamed }
	return a
}

func dream(t *testing.T, a asleep, m *memory, options rollout.Options) (rollout.Result, error) {
	t.Helper()
	options.Now = clock()
	defer a.sound(t)
	return rollout.Run(t.Context(), a, straight(), m, m, options)
}

func TestADreamIsRecordedAsOne(t *testing.T) {
	m := &memory{}
	_, err := dream(t, sleeper(0, 2, 1), m, rollout.Options{})
	require.NoError(t, err)
	g := played(m.rows)[0]
	require.Equal(t, "synthetic", g.ends[0].Origin)
	require.Equal(t, "dream/counter", g.ends[0].Source)
	for i, s := range g.steps {
		require.Equal(t, "synthetic", s.Origin)
		require.Equal(t, "dream/counter", s.Source)
		require.Equal(t, "lifted/counter", *s.ModelID)
		require.Equal(t, "v1", *s.ModelVersion)
		require.EqualValues(t, 12, *s.BufferSnapshot)
		require.Equal(t, "as it was then", *s.Reasoning)
		require.EqualValues(t, 2, *s.DemoDepth)
		require.Equal(t, []schema.Demonstration{{EventID: "a", Similarity: 0.5}, {EventID: "b", Similarity: 0.5}, {EventID: "c", Similarity: 0.5}}, s.Demonstrations)
		require.Len(t, s.CallIDs, 3, "those of the agent, then those of the model")
		call := g.calls[3*i+2]
		require.Equal(t, call.EventID, s.CallIDs[2])
		require.Equal(t, "experience", call.Role)
		require.EqualValues(t, i, *call.Step)
	}
	require.Equal(t, []string{"llm.called", "llm.called", "llm.called", "transition"}, types(m.rows)[1:5], "calls come before their transition")
}

func TestWithoutDemonstrationsThereIsNoDepth(t *testing.T) {
	m := &memory{}
	_, err := dream(t, sleeper(), m, rollout.Options{})
	require.NoError(t, err)
	s := played(m.rows)[0].steps[0]
	require.Nil(t, s.DemoDepth)
	require.Nil(t, s.Demonstrations)
}

// What the model was asked before it failed costs tokens all the same.
func TestTheCallsOfARefusedPredictionAreRecorded(t *testing.T) {
	m, a := &memory{}, sleeper()
	_, err := rollout.Run(t.Context(), speechless{a}, straight(), m, m, rollout.Options{Now: clock()})
	require.NoError(t, err)
	g := played(m.rows)[0]
	require.Equal(t, "aborted", g.ends[0].Status)
	require.Contains(t, *g.ends[0].Reason, "no answer can be read")
	require.Len(t, g.calls, 3)
	require.Equal(t, "experience", g.calls[2].Role)
}

// imagining is what a model was asked for a first state.
var imagining = []schema.Call{{Messages: `[]`, Response: "nonsense"}, {Messages: `[]`, Response: "imagined"}}

// The first step takes the calls of an imagined start along.
func TestTheCallsOfAnImaginedStartAreThoseOfTheFirstStep(t *testing.T) {
	m, a := &memory{}, sleeper()
	a.asked = imagining
	_, err := dream(t, a, m, rollout.Options{})
	require.NoError(t, err)
	m.sound(t)
	g := played(m.rows)[0]
	require.Len(t, g.steps[0].CallIDs, 5, "those of the start, then those of agent and model")
	require.Len(t, g.steps[1].CallIDs, 3)
	for i, call := range g.calls[:5] {
		require.Equal(t, call.EventID, g.steps[0].CallIDs[i])
		require.Zero(t, *call.Step)
	}
	require.Equal(t, []string{"nonsense", "imagined"}, []string{g.calls[0].Response, g.calls[1].Response})
	require.Equal(t, "experience", g.calls[1].Role)
}

// Whatever keeps an episode from its first step, the calls of its start are
// recorded before its end, and once: when the run goes on as well.
func TestTheCallsOfAStartThatLedNowhereAreRecorded(t *testing.T) {
	for call, status := range map[string]string{"reset": "failed", "begin": "failed", "act": "aborted", "step": "aborted"} {
		t.Run(call, func(t *testing.T) {
			m, a, d := &memory{}, sleeper(), newDicer()
			d.hook, a.hook, a.asked = once(call, 0), once(call, 0), imagining
			first, err := rollout.Run(t.Context(), a, d, m, m, rollout.Options{Now: clock()})
			require.NoError(t, err)
			end := m.ends()[status][0]
			require.Contains(t, *end.Reason, errFault.Error())
			g := played(m.rows)[0]
			require.Equal(t, []string{"llm.called", "llm.called"}, g.kinds[:2])
			require.Equal(t, schema.TypeEpisodeEnded, g.kinds[len(g.kinds)-1])
			for i, c := range g.calls[:2] {
				require.Equal(t, imagining[i].Response, c.Response)
				require.Equal(t, "experience", c.Role)
				require.Equal(t, []any{first.RunID, end.EpisodeID, "counter", "dream/counter"}, []any{*c.RunID, *c.EpisodeID, *c.Environment, c.Source})
				require.Zero(t, *c.Step)
			}

			a.hook, d.hook = nil, nil
			again, err := rollout.Run(t.Context(), a, d, m, m, rollout.Options{RunID: first.RunID, History: m, Now: clock()})
			require.NoError(t, err)
			require.Zero(t, again.Skipped)
			require.Zero(t, again.Closed)
			m.sound(t)
			require.Equal(t, 2*len(imagining), imagined(m))
		})
	}
}

// imagined counts the calls of starts that are recorded.
func imagined(m *memory) (n int) {
	for _, g := range played(m.rows) {
		for _, c := range g.calls {
			if c.Response == "nonsense" || c.Response == "imagined" {
				n++
			}
		}
	}
	return n
}

func TestACallOfAStartThatIsRefusedIsSaidSo(t *testing.T) {
	m, a := &memory{}, sleeper()
	a.hook, a.asked = once("reset", 0), []schema.Call{{}}
	result, err := dream(t, a, m, rollout.Options{})
	require.NoError(t, err)
	require.EqualValues(t, 1, result.Failed)
	reason := *m.ends()["failed"][0].Reason
	require.Contains(t, reason, errFault.Error())
	require.Contains(t, reason, "record llm.called")
}

func TestTheLogFailsAtTheCallsOfAStart(t *testing.T) {
	m, a := &memory{hook: once("produce", 0)}, sleeper()
	a.hook, a.asked = once("reset", 0), imagining
	_, err := dream(t, a, m, rollout.Options{RunID: "r"})
	require.ErrorContains(t, err, "run r ended early: record llm.called")
	require.Empty(t, m.rows)
}

// speechless is a dream whose model answers nothing that can be read.
type speechless struct{ asleep }

func (s speechless) Open(ctx context.Context) (producers.Session, error) {
	session, err := s.asleep.Open(ctx)
	return muttering{session}, err
}

type muttering struct{ producers.Session }

func (m muttering) Step(ctx context.Context, action string) (producers.Outcome, error) {
	o, err := m.Session.Step(ctx, action)
	return producers.Outcome{Dreamed: o.Dreamed}, errors.Join(err, errors.New("no answer can be read"))
}

func TestDreamsAreComparedWithTheirLike(t *testing.T) {
	groups := map[string]bool{}
	group := func(m *memory, err error) {
		require.NoError(t, err)
		groups[*played(m.rows)[0].ends[0].GroupID] = true
	}
	for _, a := range []asleep{
		sleeper(),
		{newWorld(1), producers.Model{ID: "lifted/counter", Version: "v2"}, 12, 3},
		{newWorld(1), producers.Model{ID: "copy", Version: "v1"}, 12, 3},
		{newWorld(1), producers.Model{ID: "lifted/counter", Version: "v1"}, 13, 3},
	} {
		m := &memory{}
		_, err := dream(t, a, m, rollout.Options{RunID: "run-1"})
		group(m, err)
	}
	m := &memory{}
	play(t, newWorld(1), straight(), m, rollout.Options{RunID: "run-1"})
	group(m, nil)
	require.Len(t, groups, 5, "every model, version and snapshot makes its own groups, and so does the environment")
}

func TestAContinuationDreamsAsBefore(t *testing.T) {
	m, a := &memory{}, sleeper()
	first, err := dream(t, a, m, rollout.Options{})
	require.NoError(t, err)
	onward := rollout.Options{RunID: first.RunID, History: m, Attempts: 2}
	other := a
	other.snapshot = 13
	_, err = dream(t, other, m, onward)
	require.ErrorContains(t, err, "than model lifted/counter version v1 as of snapshot 13")
	for _, k := range []int{0, 4} {
		other = a
		other.k = k
		_, err = dream(t, other, m, onward)
		require.ErrorContains(t, err, fmt.Sprintf("continue run %s: it was dreamt with 3 demonstrations for an answer, not %d", first.RunID, k))
	}
	_, err = rollout.Run(t.Context(), newWorld(1), straight(), m, m, rollout.Options{RunID: first.RunID, History: m, Now: clock()})
	require.ErrorContains(t, err, `"synthetic", not "real"`)
	again, err := dream(t, a, m, onward)
	require.NoError(t, err)
	require.EqualValues(t, 1, again.Skipped)
	require.EqualValues(t, 1, again.Episodes)
}
