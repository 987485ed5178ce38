package replay_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/schema"
)

func TestEpisodesAreWhole(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "b", task: "two", instruction: "find a key", won: true, version: "1", actions: []string{"go", "take", "use"}})
	p.play(attempt{id: "a", task: "two", version: "1", running: true, ungraded: true})
	p.play(attempt{id: "c", task: "one", version: "1", origin: "synthetic", model: "m", depth: 2})
	all := read(t, p.now(), replay.Visibility{})
	require.Equal(t, "c a b", join(ids(all)), "by task, then by id")

	c, a, b := all[0], all[1], all[2]
	require.Equal(t, "synthetic", c.Origin)
	require.EqualValues(t, 3, c.Steps[0].Depth, "a hop more than the event had")
	require.Nil(t, a.Success)
	require.Nil(t, a.Steps[0].Reward, "not graded")
	require.Empty(t, a.Status)
	require.Equal(t, "completed", b.Status)
	require.True(t, *b.Success)
	require.Equal(t, 1.0, *b.Return)
	require.Equal(t, []any{"house", "1", "train", "two", "find a key", "real"}, []any{b.Environment, b.EnvironmentVersion, b.Split, b.TaskID, b.Instruction, b.Origin})
	require.Len(t, b.Steps, 3)
	require.Equal(t, replay.Step{EventID: "b/2", Step: 2, State: "b: you did take.", Admissible: []string{"use", "look"}, Action: "use",
		Next: "b: you did use.", NextAdmissible: []string{"look"}, Reward: new(1.0), Terminated: true}, b.Steps[2])
}

func TestCorrectionsAreApplied(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a", won: true})
	p.play(attempt{id: "b"})
	p.note("a", "event", "a/0", "reward", "0.25")
	p.note("a", "event", "a/1", "retraction", `"broken"`)
	p.note("b", "episode", "b", "outcome", "true")
	all := read(t, p.now(), house())
	require.Len(t, all[0].Steps, 1)
	require.Equal(t, 0.25, *all[0].Steps[0].Reward)
	require.True(t, *all[1].Success)
}

// What a producer without sequence numbers sends twice is there twice.
func TestWhatWasProducedTwiceIsReadOnce(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a"})
	p.play(attempt{id: "a", actions: []string{"jump", "sing"}})
	all := read(t, p.now(), house())
	require.Len(t, all, 1)
	require.Len(t, all[0].Steps, 2)
	require.Equal(t, "go to drawer 1", all[0].Steps[0].Action, "the first in the log counts")
}

func TestListsAndInstructionsMayBeMissing(t *testing.T) {
	p := newPool(t)
	p.add(&schema.TransitionRow{
		Envelope: schema.Envelope{EventType: schema.TypeTransition, Subject: "a"},
		Transition: schema.Transition{Purpose: "collect", Environment: "house", Split: "train", TaskID: "t", EpisodeID: "a", Origin: "real",
			State: "s", Action: "a", NextState: "n", AdmissibleActions: []string{}},
	})
	e := read(t, p.now(), house())[0]
	require.NotNil(t, e.Steps[0].Admissible, "nothing was allowed")
	require.Nil(t, e.Steps[0].NextAdmissible, "not said")
	require.Empty(t, e.Instruction)
}

// large adds tasks of several episodes; some tasks are far larger than others.
func large(p *pool, tasks int) (episodes int) {
	for task := range tasks {
		n := 3
		if task%10 == 0 {
			n = 60
		}
		for i := range n {
			p.play(attempt{id: fmt.Sprintf("e-%03d-%03d", task, i), task: fmt.Sprintf("t-%03d", task), won: i%2 == 0})
			episodes++
		}
	}
	return episodes
}

func TestSlicesLoseNothing(t *testing.T) {
	p := newPool(t)
	n := large(p, 12)
	s := p.now()
	whole := read(t, s, house())
	require.Len(t, whole, n)
	for _, size := range []int64{1, 7, 50, 1000} {
		defer replay.SetSliceTransitions(size)()
		require.Equal(t, whole, read(t, s, house()), "slices of %d", size)
	}
	for _, e := range whole {
		require.NotNil(t, e.Success, e.ID)
	}
}

func TestASampleHasWholeTasks(t *testing.T) {
	p := newPool(t)
	large(p, 40)
	s := p.now()
	var before map[string]int
	for _, bound := range []int64{1, 50, 200, 600, 100_000} {
		v := house()
		v.MaxTransitions = bound
		count, total := map[string]int{}, int64(0)
		for _, e := range read(t, s, v) {
			count[e.TaskID] += len(e.Steps)
			total += int64(len(e.Steps))
		}
		for task, n := range count {
			require.Contains(t, []int{6, 120}, n, "task %s is whole", task)
		}
		require.True(t, total <= bound || len(count) == 1, "%d transitions of %d tasks", total, len(count))
		for task := range before {
			require.Contains(t, count, task, "a larger bound sees what a smaller one saw")
		}
		before = count
	}
	require.Len(t, before, 40)
}

func TestReadingCanBeBrokenOff(t *testing.T) {
	p := newPool(t)
	large(p, 20)
	s := p.now()
	seen := 0
	for _, err := range replay.Episodes(t.Context(), s, house()) {
		require.NoError(t, err)
		if seen++; seen == 5 {
			break
		}
	}
	require.Equal(t, 5, seen)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for e, err := range replay.Episodes(ctx, s, house()) {
		require.Nil(t, e)
		require.ErrorIs(t, err, context.Canceled)
	}
}

func TestTextsAreSharedWithinAStream(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a", actions: strings.Fields("one two three")})
	for _, e := range read(t, p.now(), house()) {
		for i := 1; i < len(e.Steps); i++ {
			require.Equal(t, e.Steps[i-1].Next, e.Steps[i].State)
			require.Same(t, &e.Steps[i-1].NextAdmissible[0], &e.Steps[0].NextAdmissible[0])
		}
	}
}

// Twenty thousand states of this length would not fit into the memory that DuckDB
// may take to sort them.
func TestLongStates(t *testing.T) {
	p := newPool(t)
	for i := range 30 {
		p.add(&schema.TransitionRow{
			Envelope: schema.Envelope{EventType: schema.TypeTransition, Subject: "e"},
			Transition: schema.Transition{Purpose: "collect", Environment: "house", Split: "train", TaskID: "t", EpisodeID: "e", Step: int64(i), Origin: "real",
				State: strings.Repeat(fmt.Sprint(i%10), 3<<20), Action: "a", NextState: strings.Repeat(fmt.Sprint((i+1)%10), 3<<20)},
		})
	}
	p.snapshot()
	s, err := analytics.Open(t.Context(), at{p, 1}, analytics.Options{Threads: 1, MemoryBytes: 512 << 20})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	all := read(t, s, house())
	require.Len(t, all, 1)
	require.Len(t, all[0].Steps, 30)
}
