package rollout_test

import (
	"context"
	"hash/fnv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/rollout"
	"github.com/dreamlog/dreamlog/schema"
)

// The runs that are killed: 3 tasks, twice each, of which some win and some
// run into the limit.
func killable(workers int) rollout.Options {
	return rollout.Options{Attempts: 2, Seed: 5, MaxSteps: 8, Workers: workers, RunID: "r", Now: clock()}
}

// A process that is killed leaves a prefix of its events, at whichever event.
// The continuation makes of it what an undisturbed run would have played.
func TestContinuationAfterAKillAtEveryEvent(t *testing.T) {
	whole := &memory{}
	play(t, newWorld(3), newDicer(), whole, killable(2))
	require.Greater(t, len(whole.rows), 60)
	for k := range len(whole.rows) + 1 {
		m := &memory{rows: whole.rows[:k:k]}
		requireContinued(t, m, whole.digest(t))
	}
}

// Partitions are acknowledged apart from each other: what is left is a prefix
// of each.
func TestContinuationAfterAKillByPartition(t *testing.T) {
	whole := &memory{}
	play(t, newWorld(3), newDicer(), whole, killable(3))
	digest := whole.digest(t)
	rapid.Check(t, func(rt *rapid.T) {
		var room [4]int
		for p := range room {
			room[p] = rapid.IntRange(0, len(whole.rows)/3).Draw(rt, "room")
		}
		m := &memory{}
		for _, row := range whole.rows {
			p := partition(row.Head().Subject)
			if room[p]--; room[p] >= 0 {
				m.rows = append(m.rows, row)
			}
		}
		requireContinued(t, m, digest)
	})
}

func partition(key string) int {
	h := fnv.New32a()
	h.Write([]byte(key))
	return int(h.Sum32() % 4)
}

// requireContinued continues what is landed, and requires that nothing is lost,
// nothing twice, and no episode without an end.
func requireContinued(t *testing.T, m *memory, digest string) {
	landed := len(m.rows)
	options := killable(2)
	known, err := m.Episodes(t.Context(), "r")
	require.NoError(t, err)
	if len(known) > 0 {
		options.History = m
	}
	var open, done int64
	for _, e := range known {
		if e.Status == "" {
			open++
		} else {
			done++
		}
	}
	result := play(t, newWorld(3), newDicer(), m, options)
	require.Equal(t, done, result.Skipped)
	require.Equal(t, 6-done, result.Episodes)
	require.Equal(t, open, result.Closed)
	for _, end := range m.ends()["aborted"] {
		require.Equal(t, "the process that played it ended before the episode did", *end.Reason)
		require.Equal(t, schema.DeriveID("event", end.EpisodeID, "end", "0"), end.EventID)
		require.Equal(t, "rollout/counter", end.Source)
	}
	require.Len(t, m.ends()["aborted"], int(open))
	require.Len(t, proposals(m), 3)
	groups := map[string]bool{}
	for _, g := range played(m.rows) {
		for _, s := range g.steps {
			groups[*s.GroupID] = true
		}
	}
	require.Len(t, groups, 3, "attempts join the groups of before")
	m.rows = finished(m.rows)
	require.Len(t, played(m.rows), 6, "every attempt once, of %d events landed", landed)
	require.Equal(t, digest, m.digest(t))
}

// Continuing twice, or what is being continued, repeats nothing either.
func TestContinuationOfAContinuation(t *testing.T) {
	whole := &memory{}
	play(t, newWorld(3), newDicer(), whole, killable(1))
	m := &memory{rows: whole.rows[:20:20]}
	options := killable(1)
	options.History = m
	play(t, newWorld(3), newDicer(), m, options)
	m.rows = m.rows[:40:40]
	requireContinued(t, m, whole.digest(t))
}

// What broke is played again, and a longer plan only adds.
func TestContinuationPlaysWhatBrokeAgain(t *testing.T) {
	w, m := newWorld(3), &memory{}
	w.hook = once("step", 4)
	first := play(t, w, straight(), m, killable(1))
	require.EqualValues(t, 1, first.Aborted)
	options := killable(2)
	options.History, options.Attempts = m, 3
	second := play(t, newWorld(4), straight(), m, options)
	require.EqualValues(t, 5, second.Skipped)
	require.EqualValues(t, 4*3-5, second.Completed)
	require.Zero(t, second.Closed)
}

// A shorter plan leaves the rest of what was played alone, but for their ends.
func TestContinuationOfAShorterPlan(t *testing.T) {
	whole := &memory{}
	play(t, newWorld(3), straight(), whole, killable(1))
	m := &memory{rows: whole.rows[: len(whole.rows)-1 : len(whole.rows)-1]}
	options := killable(1)
	options.History = m
	result := play(t, newWorld(1), straight(), m, options)
	require.EqualValues(t, 2, result.Skipped)
	require.EqualValues(t, 1, result.Closed)
	require.Zero(t, result.Episodes)
}

// Other iterations and purposes of a run are no matter of this part.
func TestContinuationOfOnePartOfARun(t *testing.T) {
	m := &memory{}
	options := killable(1)
	options.Iteration, options.Purpose = new(int64(0)), "train"
	d := newDicer()
	play(t, newWorld(2), d, m, options)
	options.Iteration, options.History = new(int64(1)), m
	d.policy.Version = new(int64(5))
	require.Zero(t, play(t, newWorld(2), d, m, options).Skipped)
	require.EqualValues(t, 4, play(t, newWorld(2), d, m, options).Skipped)
	options.Purpose = "evaluate"
	require.Zero(t, play(t, newWorld(2), d, m, options).Skipped)
	groups := map[string]int{}
	for _, g := range played(m.rows) {
		groups[*g.ends[0].GroupID]++
	}
	require.Len(t, groups, 6)
}

func TestContinuationThatDoesNotFit(t *testing.T) {
	for message, change := range map[string]func(*world, *dicer, *rollout.Options){
		`policy "dicer@4", not "other@4"`: func(_ *world, d *dicer, _ *rollout.Options) { d.policy.ID = "other" },
		`policy "dicer@4", not "dicer@5"`: func(_ *world, d *dicer, _ *rollout.Options) { d.policy.Version = new(int64(5)) },
		`policy "dicer@4", not "dicer"`:   func(_ *world, d *dicer, _ *rollout.Options) { d.policy.Version = nil },
		`environment version "counter-1", not "counter-2"`: func(w *world, _ *dicer, _ *rollout.Options) {
			w.tasks[1].EnvironmentVersion = "counter-2"
		},
		`environment "counter", not "adder"`: func(w *world, _ *dicer, _ *rollout.Options) {
			for i := range w.tasks {
				w.tasks[i].Environment = "adder"
			}
		},
		`another seed than 6`:       func(_ *world, _ *dicer, o *rollout.Options) { o.Seed = 6 },
		`nothing of it is recorded`: func(_ *world, _ *dicer, o *rollout.Options) { o.RunID = "typo" },
	} {
		t.Run(message, func(t *testing.T) {
			w, d, m := newWorld(2), newDicer(), &memory{}
			options := killable(1)
			play(t, w, d, m, options)
			before := len(m.rows)
			options.History = m
			change(w, d, &options)
			_, err := rollout.Run(t.Context(), w, d, m, m, options)
			require.ErrorContains(t, err, message)
			require.ErrorContains(t, err, "continue run "+options.RunID)
			require.Len(t, m.rows, before, "nothing was written")
		})
	}
}

// Another environment is noticed even where none of its tasks has a name in
// common with what was played.
func TestContinuationInAnotherEnvironment(t *testing.T) {
	m, options := &memory{}, killable(1)
	play(t, newWorld(1), newDicer(), m, options)
	options.History = m
	other := newWorld(0)
	other.tasks = []producers.Task{{ID: "add/1", Environment: "adder"}}
	_, err := rollout.Run(t.Context(), other, newDicer(), m, m, options)
	require.ErrorContains(t, err, `environment "counter", not "adder"`)
}

type lost struct{ *memory }

func (lost) Episodes(context.Context, string) ([]schema.Episode, error)  { return nil, errFault }
func (lost) Seen(context.Context, []string) (map[string]struct{}, error) { return nil, errFault }

func TestHistoryThatCannotBeRead(t *testing.T) {
	m, options := &memory{}, killable(1)
	_, err := rollout.Run(t.Context(), newWorld(1), newDicer(), m, lost{m}, options)
	require.ErrorIs(t, err, errFault)
	require.ErrorContains(t, err, "which tasks are known")
	options.History = lost{m}
	_, err = rollout.Run(t.Context(), newWorld(1), newDicer(), m, m, options)
	require.ErrorIs(t, err, errFault)
	require.True(t, strings.HasPrefix(err.Error(), "ask what was played of run r"))
}

func TestTheLogFailsWhileOldEpisodesAreEnded(t *testing.T) {
	for _, call := range []string{"produce", "flush"} {
		whole := &memory{}
		play(t, newWorld(1), straight(), whole, killable(1))
		m := &memory{rows: whole.rows[:6:6], hook: once(call, 0)}
		options := killable(1)
		options.History = m
		_, err := rollout.Run(t.Context(), newWorld(1), straight(), m, m, options)
		require.ErrorIs(t, err, errFault, call)
	}
}
