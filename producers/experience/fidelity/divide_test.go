package fidelity

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dreamlog/dreamlog/producers"
)

func attempts(tasks, episodes int) (all []*producers.Recording) {
	for t := range tasks {
		for e := range episodes {
			all = append(all, &producers.Recording{EpisodeID: fmt.Sprint(e), Task: producers.Task{ID: fmt.Sprint("task ", t)}})
		}
	}
	return all
}

func TestNothingLeaksBetweenTheParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := attempts(rapid.IntRange(1, 30).Draw(t, "tasks"), rapid.IntRange(1, 9).Draw(t, "episodes"))
		o := DivideOptions{Tasks: rapid.Float64Range(.01, .99).Draw(t, "share of tasks"), Episodes: rapid.Float64Range(.01, .99).Draw(t, "share of episodes"), Seed: rapid.Int64().Draw(t, "seed")}
		p, err := Divide(all, o)
		if len(all) == 1 {
			require.ErrorIs(t, err, ErrTooFew)
			return
		}
		require.NoError(t, err)
		require.ElementsMatch(t, all, slices.Concat(p.Seen, p.Known, p.Unseen), "each episode is in one part")
		require.NotEmpty(t, p.Seen)
		tasks := map[string]bool{}
		for _, r := range p.Seen {
			tasks[r.Task.ID] = true
		}
		for _, r := range p.Known {
			require.True(t, tasks[r.Task.ID], "a known task is one of which something was seen")
		}
		for _, r := range p.Unseen {
			require.False(t, tasks[r.Task.ID], "nothing of an unseen task was seen")
		}
		shuffled := slices.Clone(all)
		slices.Reverse(shuffled)
		again, err := Divide(shuffled, o)
		require.NoError(t, err)
		require.ElementsMatch(t, p.Unseen, again.Unseen)
		require.ElementsMatch(t, p.Known, again.Known)
	})
}

func TestSharesThatAreHeldOut(t *testing.T) {
	p, err := Divide(attempts(20, 8), DivideOptions{})
	require.NoError(t, err)
	require.Len(t, p.Unseen, 4*8, "a fifth of the tasks")
	require.Len(t, p.Known, 16*2, "a quarter of the episodes")
	other, err := Divide(attempts(20, 8), DivideOptions{Seed: 1})
	require.NoError(t, err)
	require.NotEqual(t, p.Unseen, other.Unseen)
	for _, o := range []DivideOptions{{Tasks: 1}, {Episodes: -.1}} {
		_, err := Divide(attempts(3, 3), o)
		require.ErrorContains(t, err, "shares between 0 and 1")
	}
	_, err = Divide(nil, DivideOptions{})
	require.ErrorIs(t, err, ErrTooFew)
}
