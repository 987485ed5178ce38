package replay_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
)

func demonstrations(t *testing.T, s *analytics.Session, v replay.Visibility) *replay.Demonstrations {
	t.Helper()
	basis, err := replay.NewBasis(t.Context(), s, v, replay.BasisOptions{})
	require.NoError(t, err)
	d, err := basis.Open(t.Context(), s)
	require.NoError(t, err)
	return d
}

// retrieved are the ids of the events that a query finds.
func retrieved(t *testing.T, d *replay.Demonstrations, q replay.Query) (all []string) {
	t.Helper()
	found, err := d.Retrieve(t.Context(), q)
	require.NoError(t, err)
	for i := range found {
		all = append(all, found[i].Step().EventID)
	}
	return all
}

func TestNoCanaryIsRetrieved(t *testing.T) {
	d := demonstrations(t, planted(t, attempt{}), seen())
	q := replay.Query{TaskID: "task", State: "you are in a room.", Action: "open drawer 1", K: 1000}
	for _, origin := range []string{"real", "synthetic"} {
		q.Origin = origin
		for _, without := range []bool{false, true} {
			q.WithoutTask = without
			found, err := d.Retrieve(t.Context(), q)
			require.NoError(t, err)
			for _, f := range found {
				require.Contains(t, visible, f.Episode.ID)
				require.Equal(t, origin, f.Episode.Origin)
			}
			if !without {
				require.Len(t, found, map[string]int{"real": 8, "synthetic": 2}[origin], "all that is visible")
			} else {
				require.Empty(t, found, "there is one task")
			}
		}
	}
	found, err := d.Beginnings(t.Context(), "task", "", 1000)
	require.NoError(t, err)
	require.Len(t, found, len(visible))
	for _, f := range found {
		require.Contains(t, visible, f.Episode.ID)
	}
}

func TestTheTaskComesFirstAndRealOnesBeforeSynthetic(t *testing.T) {
	p := newPool(t)
	open := []string{"open drawer 1"}
	p.play(attempt{id: "own", task: "t", actions: open})
	p.play(attempt{id: "own-dream", task: "t", origin: "synthetic", model: "m", actions: open})
	p.play(attempt{id: "own-dream-2", task: "t", origin: "synthetic", model: "m", actions: open})
	for i := range 5 {
		p.play(attempt{id: fmt.Sprint("other-", i), task: "u", actions: open})
		p.play(attempt{id: fmt.Sprint("other-dream-", i), task: "u", origin: "synthetic", model: "m", actions: open})
	}
	d := demonstrations(t, p.now(), house())
	q := replay.Query{TaskID: "t", State: "own: you are in a room.", Action: "open drawer 1", K: 8}
	found, err := d.Retrieve(t.Context(), q)
	require.NoError(t, err)
	var order []string
	for _, f := range found {
		order = append(order, f.Episode.TaskID+" "+f.Episode.Origin)
	}
	require.Equal(t, []string{"t real", "t synthetic", "t synthetic", "u real", "u real", "u real", "u real", "u real"}, order)
	require.Equal(t, 1.0, found[0].Similarity)
	require.EqualValues(t, 0, found[0].Step().Depth)
	require.EqualValues(t, 1, found[1].Step().Depth)

	q.K = 12
	synthetic := 0
	found, err = d.Retrieve(t.Context(), q)
	require.NoError(t, err)
	for _, f := range found {
		if f.Episode.Origin == "synthetic" {
			synthetic++
		}
	}
	require.Len(t, found, 12)
	require.Equal(t, 6, synthetic, "at most half")
	q.K = 1
	require.Equal(t, []string{"own/0"}, retrieved(t, d, q))
	q.K = 1000
	require.Len(t, retrieved(t, d, q), 13, "k larger than the buffer: all there are")
	q.K = 0
	require.Empty(t, retrieved(t, d, q))
	q.TaskID, q.K = "unknown", 3
	require.Len(t, retrieved(t, d, q), 3)
}

func TestWhatTheQueryStandsInIsLeftOut(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a", task: "t", actions: []string{"open", "close", "open", "close"}})
	p.play(attempt{id: "b", task: "t", actions: []string{"open"}})
	p.play(attempt{id: "c", task: "u", actions: []string{"open"}})
	d := demonstrations(t, p.now(), house())
	ask := func(change func(q *replay.Query)) []string {
		q := replay.Query{TaskID: "t", State: "a", Action: "open", K: 9, EpisodeID: "a", Step: 2}
		change(&q)
		return retrieved(t, d, q)
	}
	require.ElementsMatch(t, []string{"a/0", "a/1", "b/0", "c/0"}, ask(func(*replay.Query) {}), "neither this step nor a later one")
	require.ElementsMatch(t, []string{"b/0", "c/0"}, ask(func(q *replay.Query) { q.Step = 0 }))
	require.ElementsMatch(t, []string{"b/0", "c/0"}, ask(func(q *replay.Query) { q.WithoutEpisode = true }))
	require.ElementsMatch(t, []string{"c/0"}, ask(func(q *replay.Query) { q.WithoutTask = true }))
	require.ElementsMatch(t, []string{"a/0", "a/1", "b/0", "c/0"}, ask(func(q *replay.Query) { q.TaskID = "" }), "whatever the task is said to be")
	require.Len(t, ask(func(q *replay.Query) { q.EpisodeID = "" }), 6)
	require.Len(t, ask(func(q *replay.Query) { q.Step = 1 << 40 }), 6)
}
