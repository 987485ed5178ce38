package fidelity

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/retrieval"
	"github.com/dreamlog/dreamlog/schema"
)

// climb is an episode on a stair of as many steps as it has actions: up, or stay.
func climb(task, episode string, actions ...string) *producers.Recording {
	r := &producers.Recording{EpisodeID: episode, Origin: "real", Task: producers.Task{ID: task, Instruction: "climb " + task}, Success: new(true)}
	at := 0
	for i, a := range actions {
		state := stair(at)
		if a == "up" {
			at++
		}
		last := i == len(actions)-1
		r.Steps = append(r.Steps, producers.RecordedStep{
			EventID: task + episode + fmt.Sprint(i), Step: int64(i), State: state, Action: a, Next: stair(at), Reward: new(share(last)), Terminated: last,
		})
	}
	return r
}

func stair(at int) producers.Observation {
	return producers.Observation{Text: fmt.Sprintf("You are on stair %d.", at), Admissible: []string{"up", "stay"}}
}

func ups(n int) (actions []string) {
	for range n {
		actions = append(actions, "up")
	}
	return actions
}

// climber knows the stair, from what it was told last. bend changes what it says
// of the n-th prediction of a dream.
type climber struct {
	bend func(n int, p *producers.Prediction) error

	mu     sync.Mutex
	shown  [][]producers.Demonstration
	starts []producers.Observation
}

func (*climber) Model() producers.Model { return producers.Model{ID: "climber", Version: "1"} }

func (c *climber) Begin(_ context.Context, b producers.Beginning) (producers.Dream, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.starts = append(c.starts, *b.Start)
	return &climbing{climber: c, now: b.Start.Text}, nil
}

type climbing struct {
	*climber
	now string
	n   int
}

func (d *climbing) Start() producers.Observation { return stair(0) }

func (d *climbing) Calls() []schema.Call { return nil }

func (d *climbing) Predict(_ context.Context, action string, shown []producers.Demonstration) (p producers.Prediction, err error) {
	d.mu.Lock()
	d.shown = append(d.shown, shown)
	d.mu.Unlock()
	var at int
	if _, err := fmt.Sscanf(d.now, "You are on stair %d.", &at); err != nil {
		return p, err
	}
	if action == "up" {
		at++
	}
	p.Observation, p.Reward = stair(at), new(0.0)
	if d.bend != nil {
		err = d.bend(d.n, &p)
	}
	d.n++
	return p, err
}

func (d *climbing) Advance(_ string, came producers.Outcome) { d.now = came.Text }

func measure(t *testing.T, m producers.ExperienceModel, held []*producers.Recording, o Options) []Row {
	t.Helper()
	rows, err := Measure(t.Context(), Subject{Model: m, Setting: Known}, held, o)
	require.NoError(t, err)
	return rows
}

func at(t *testing.T, rows []Row, history string, depth int) Row {
	t.Helper()
	r, there := At(rows, Known, 0, history, depth, AllSteps)
	require.True(t, there)
	return r
}

func TestAModelThatIsRightIsRightAtEveryDepth(t *testing.T) {
	rows := measure(t, &climber{}, []*producers.Recording{climb("a", "1", ups(30)...), climb("b", "1", append(ups(12), "stay", "up")...)}, Options{})
	one := at(t, rows, OneStep, 1)
	require.EqualValues(t, 44, one.N)
	require.Equal(t, 2, one.Tasks)
	require.Equal(t, 1.0, *one.NextStateExact)
	require.Equal(t, 1.0, *one.AdmissibleExact)
	require.InDelta(t, 2./44, *one.RewardError, 1e-12, "it never promises the reward")
	require.Equal(t, []int64{0, 42, 2, 2}, []int64{one.FalseSuccesses, one.Failures, one.MissedSuccesses, one.Successes})
	require.InDelta(t, 2./44, *one.TerminalError, 1e-12)
	for depth, n := range map[int]int64{1: 5, 5: 5, 10: 5, 20: 4} { // four loops in the long episode, one in the short
		r := at(t, rows, OpenLoop, depth)
		require.Equal(t, 1.0, *r.NextStateExact)
		require.Equal(t, n, r.N)
	}
}

// Each dream says of its third prediction that nothing moved. Along the true
// history that is one error in an episode; in an open loop all that follows is
// wrong, though alike.
func TestErrorsAddUpInAnOpenLoop(t *testing.T) {
	stumbles := &climber{bend: func(n int, p *producers.Prediction) error {
		if n == 2 {
			p.Observation = stair(0)
		}
		return nil
	}}
	rows := measure(t, stumbles, []*producers.Recording{climb("a", "1", ups(20)...)}, Options{Depths: []int{1, 2, 3, 20}})
	require.InDelta(t, .95, *at(t, rows, OneStep, 1).NextStateExact, 1e-12)
	for depth, want := range map[int]float64{1: 1, 2: 1, 3: 0, 20: 0} {
		require.Equal(t, want, *at(t, rows, OpenLoop, depth).NextStateExact, "depth %d", depth)
	}
	require.InDelta(t, .8, *at(t, rows, OpenLoop, 20).TokenF1, 1e-12)
}

func TestADreamThatEndsHasNothingMoreToShow(t *testing.T) {
	ends := &climber{bend: func(n int, p *producers.Prediction) error {
		p.Terminated = n == 1
		return nil
	}}
	rows := measure(t, ends, []*producers.Recording{climb("a", "1", ups(5)...)}, Options{Depths: []int{1, 2, 3, 5}})
	for depth, want := range map[int][2]float64{1: {1, 0}, 2: {1, 1}, 3: {0, 1}, 5: {0, 0}} {
		r := at(t, rows, OpenLoop, depth)
		require.Equal(t, want, [2]float64{*r.NextStateExact, *r.TerminalError}, "depth %d", depth)
	}
}

func TestWhatAModelFailsToPredictCountsAsWrong(t *testing.T) {
	mute := &climber{bend: func(n int, _ *producers.Prediction) error {
		if n%2 == 1 {
			return errors.New("no words")
		}
		return nil
	}}
	var observed, refused int
	rows := measure(t, mute, []*producers.Recording{climb("a", "1", ups(10)...)}, Options{Observe: func(p Pair) error {
		observed++
		if p.Refused != nil {
			refused++
		}
		return nil
	}})
	require.Equal(t, []int{10, 5}, []int{observed, refused})
	one := at(t, rows, OneStep, 1)
	require.EqualValues(t, 5, one.Refused)
	var table bytes.Buffer
	require.NoError(t, WriteTable(&table, rows))
	require.Regexp(t, `one_step +1 +10 +5 +0\.500`, table.String())
	require.InDelta(t, .5, *one.NextStateExact, 1e-12)
	require.Zero(t, *at(t, rows, OpenLoop, 5).NextStateExact, "the dream could not go on")

	gone := errors.New("connection refused")
	dead := &climber{bend: func(int, *producers.Prediction) error { return gone }}
	_, err := Measure(t.Context(), Subject{Model: dead, Setting: Known}, []*producers.Recording{climb("a", "1", ups(100)...)}, Options{})
	require.ErrorIs(t, err, gone)
	require.ErrorContains(t, err, "20 predictions in a row failed")
	_, err = Measure(t.Context(), Subject{Model: dead, Setting: Known}, []*producers.Recording{climb("a", "1", ups(3)...)}, Options{Depths: []int{1}, Loops: 1})
	require.ErrorIs(t, err, gone)
	require.ErrorContains(t, err, "predictions failed", "a row of noughts would say that it was measured")
}

func TestWhatIsHeldOutIsNeverShown(t *testing.T) {
	seen := []*producers.Recording{climb("a", "1", ups(6)...), climb("b", "1", ups(6)...)}
	held := climb("a", "2", ups(7)...)
	retriever, err := retrieval.New(t.Context(), seen, retrieval.Options{})
	require.NoError(t, err)
	m := &climber{}
	rows, err := Measure(t.Context(), Subject{Model: m, Retriever: retriever, K: 3, Setting: Known}, []*producers.Recording{held}, Options{})
	require.NoError(t, err)
	require.Equal(t, 3, rows[0].K)
	for _, shown := range m.shown {
		require.Len(t, shown, 3)
		require.Equal(t, "a", shown[0].Recording.Task.ID, "the task first")
	}

	// Planted: the retriever has the other held-out episode of the task.
	leaky, err := retrieval.New(t.Context(), append(seen, climb("a", "3", ups(7)...)), retrieval.Options{})
	require.NoError(t, err)
	_, err = Measure(t.Context(), Subject{Model: m, Retriever: leaky, K: 3, Setting: Known}, []*producers.Recording{held, climb("a", "3", ups(7)...)}, Options{})
	require.ErrorIs(t, err, errLeak)
	require.ErrorContains(t, err, "of episode 3, task a")

	// Planted: something of an unseen task is in what is shown.
	_, err = Measure(t.Context(), Subject{Model: m, Retriever: careless{retriever}, K: 3, Setting: Unseen}, []*producers.Recording{held}, Options{})
	require.ErrorIs(t, err, errLeak)
	m.shown = nil
	_, err = Measure(t.Context(), Subject{Model: m, Retriever: retriever, K: 3, Setting: Unseen}, []*producers.Recording{held}, Options{})
	require.NoError(t, err)
	for _, shown := range m.shown {
		for _, d := range shown {
			require.Equal(t, "b", d.Recording.Task.ID)
		}
	}
}

// careless leaves nothing out.
type careless struct{ *retrieval.Retriever }

func (c careless) Retrieve(ctx context.Context, q producers.RetrievalQuery) ([]producers.Demonstration, error) {
	q.WithoutTask, q.WithoutEpisode = false, false
	return c.Retriever.Retrieve(ctx, q)
}

func TestBoundsSpreadEvenly(t *testing.T) {
	held := []*producers.Recording{climb("a", "1", ups(40)...), climb("b", "1", ups(40)...), climb("c", "1", ups(20)...)}
	rows := measure(t, &climber{}, held, Options{MaxSteps: 10, MaxLoops: 3})
	require.EqualValues(t, 10, at(t, rows, OneStep, 1).N)
	require.Equal(t, 3, at(t, rows, OneStep, 1).Tasks)
	require.EqualValues(t, 3, at(t, rows, OpenLoop, 1).N)
	for n := 1; n < 50; n++ {
		for most := 1; most < n; most++ {
			taken := 0
			for i := range n {
				if chosen(i, n, most) {
					taken++
				}
			}
			require.Equal(t, most, taken)
		}
	}
}

func TestWorkersChangeNothing(t *testing.T) {
	var held, seen []*producers.Recording
	for i := range 9 {
		held = append(held, climb(fmt.Sprint(i), "1", ups(25+i)...))
		seen = append(seen, climb(fmt.Sprint(i), "2", ups(20+i)...))
	}
	retriever, err := retrieval.New(t.Context(), seen, retrieval.Options{})
	require.NoError(t, err)
	var tables []string
	for _, workers := range []int{1, 8} {
		rows, err := Measure(t.Context(), Subject{Model: &climber{}, Retriever: retriever, K: 2, Setting: Known}, held,
			Options{Workers: workers, Vocabulary: LearnVocabulary(seen), Seed: 3})
		require.NoError(t, err)
		var table bytes.Buffer
		require.NoError(t, WriteTable(&table, rows))
		tables = append(tables, table.String())
	}
	require.Equal(t, tables[0], tables[1])
	require.Regexp(t, `climber +known +2 +one_step +1 +261 +0 +1\.000`, tables[0])
}

func TestOnlyTheBeginningOfADamagedEpisodeCounts(t *testing.T) {
	gap := climb("a", "1", ups(9)...)
	gap.Steps = append(gap.Steps[:4:4], gap.Steps[5:]...)
	headless := climb("b", "1", ups(5)...)
	headless.Steps = headless.Steps[1:]
	rows := measure(t, &climber{}, []*producers.Recording{gap, headless, {EpisodeID: "empty"}}, Options{})
	one := at(t, rows, OneStep, 1)
	require.EqualValues(t, 4, one.N)
	require.Zero(t, one.Successes+one.Failures, "how the episode ended is not in its beginning")
	require.Empty(t, measure(t, &climber{}, nil, Options{}))
}

func TestPairsAreObserved(t *testing.T) {
	var events []string
	held := []*producers.Recording{climb("a", "1", ups(3)...)}
	measure(t, &climber{}, held, Options{Observe: func(p Pair) error {
		events = append(events, p.Recording.Steps[p.Index].EventID+": "+p.Prediction.Text)
		return nil
	}})
	require.Equal(t, []string{"a10: You are on stair 1.", "a11: You are on stair 2.", "a12: You are on stair 3."}, events, "one step, and not the open loops")
	full := errors.New("disk full")
	_, err := Measure(t.Context(), Subject{Model: &climber{}, Setting: Known}, held, Options{Observe: func(Pair) error { return full }})
	require.ErrorIs(t, err, full)
}

func TestMeasureSaysWhatIsWrong(t *testing.T) {
	for want, s := range map[string]Subject{
		`setting "new"`:                 {Setting: "new"},
		"-1 demonstrations":             {Setting: Known, K: -1},
		"nothing to retrieve them from": {Setting: Known, K: 1},
	} {
		_, err := Measure(t.Context(), s, nil, Options{})
		require.ErrorContains(t, err, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stops := &climber{bend: func(int, *producers.Prediction) error { cancel(); return ctx.Err() }}
	_, err := Measure(ctx, Subject{Model: stops, Setting: Known}, []*producers.Recording{climb("a", "1", "up")}, Options{})
	require.ErrorIs(t, err, context.Canceled)
}
