package app_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/schema"
)

// groups puts groups of two attempts on the log, and lands them.
func (h *home) groups(names ...string) {
	h.Helper()
	w, err := h.app().Writer(h.Context(), app.WriterOptions{})
	require.NoError(h, err)
	for _, name := range names {
		for _, attempt := range []string{"a", "b"} {
			id := name + "-" + attempt
			t := schema.Transition{Purpose: "collect", Environment: "coin", Split: "train", TaskID: name, EpisodeID: id, GroupID: new(name),
				Origin: "real", State: "a coin", Action: "flip", NextState: "heads", Reward: new(1.0), Terminated: true, PolicyID: new("p"), PolicyVersion: new(int64(1))}
			e := schema.Episode{Purpose: "collect", Environment: "coin", Split: "train", TaskID: name, EpisodeID: id, GroupID: new(name),
				Origin: "real", Status: "completed", Success: new(true), EpisodeReturn: new(1.0), Length: 1, PolicyID: new("p"), PolicyVersion: new(int64(1))}
			envelope := schema.Envelope{EventID: schema.NewID(), EventType: schema.TypeTransition, Time: 1, Source: "test", Subject: id}
			require.NoError(h, w.Produce(h.Context(), &schema.TransitionRow{Envelope: envelope, Transition: t}))
			envelope.EventID, envelope.EventType = schema.NewID(), schema.TypeEpisodeEnded
			require.NoError(h, w.Produce(h.Context(), &schema.EpisodeRow{Envelope: envelope, Episode: e}))
		}
	}
	_, err = w.Finish(h.Context())
	require.NoError(h, err)
	require.NoError(h, w.Close(h.Context()))
}

func TestADrawIsRecordedAndTakenOnce(t *testing.T) {
	h := newHome(t)
	h.groups("one", "two", "three")
	o := app.SampleOptions{Draw: replay.DrawSpec{Groups: 2}, Seed: 7, Iteration: new(int64(4))}
	drawn, err := h.app().Sample(t.Context(), o)
	require.NoError(t, err)
	require.True(t, drawn.Recorded)
	require.Len(t, drawn.Items, 2)
	require.Equal(t, []float64{1, 1}, drawn.Probabilities)
	require.Equal(t, [][]any{{drawn.BatchID, "rollouts", int64(7), drawn.Snapshot, drawn.Digest, int64(4), true, drawn.Items[0].ID}},
		h.sql(`SELECT batch_id, "use", seed, snapshot, digest, iteration, complete, items[1].id FROM batches`))
	require.Greater(t, drawn.Landed.Snapshot, drawn.Snapshot)

	o.At = "1"
	shown, err := h.app().Sample(t.Context(), o)
	require.NoError(t, err)
	require.False(t, shown.Recorded)
	require.Equal(t, drawn.Digest, shown.Digest, "what was drawn is drawn again")
	require.Equal(t, drawn.BatchID, shown.BatchID)

	o.At = ""
	_, err = h.app().Sample(t.Context(), o)
	require.ErrorContains(t, err, "2 were drawn before")
	o.Draw.Groups = 1
	rest, err := h.app().Sample(t.Context(), o)
	require.NoError(t, err)
	require.NotContains(t, []string{drawn.Items[0].ID, drawn.Items[1].ID}, rest.Items[0].ID)
	h.requireOnce()
}

// What was drawn but not landed counts all the same.
func TestADrawThatWasNotLandedCounts(t *testing.T) {
	h := newHome(t)
	h.groups("one", "two")
	o := app.SampleOptions{Draw: replay.DrawSpec{Groups: 1}, NoLand: true}
	first, err := h.app().Sample(t.Context(), o)
	require.NoError(t, err)
	require.Zero(t, h.value("SELECT count(*) FROM batches"))
	second, err := h.app().Sample(t.Context(), o)
	require.NoError(t, err)
	require.NotEqual(t, first.Items[0].ID, second.Items[0].ID)
	_, err = h.app().Sample(t.Context(), o)
	require.ErrorContains(t, err, "2 were drawn before")
}

// Beside a process that lands, any number of others may draw: each group is
// drawn once.
func TestDrawsAtTheSameTime(t *testing.T) {
	h := newHome(t)
	h.groups("one", "two", "three", "four")
	following := h.follow()
	var mu sync.Mutex
	drawn := map[string]int{}
	var drawing sync.WaitGroup
	for range 4 {
		a := h.app()
		drawing.Go(func() {
			s, err := a.Sample(t.Context(), app.SampleOptions{Draw: replay.DrawSpec{Groups: 1}})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			drawn[s.Items[0].ID]++
		})
	}
	drawing.Wait()
	following()
	require.Equal(t, map[string]int{"one": 1, "two": 1, "three": 1, "four": 1}, drawn)
}

func TestDemonstrationsAreRetrieved(t *testing.T) {
	h := newHome(t)
	h.bring("key", "coin")
	o := app.RetrieveOptions{Query: replay.Query{TaskID: "find-key/trial_1", State: "The drawer 1 is closed.", Action: "open drawer 1", K: 2}}
	found, err := h.app().Retrieve(t.Context(), o)
	require.NoError(t, err)
	require.Len(t, found.Items, 2)
	require.Equal(t, "In it, you see a key.", found.Items[0].NextState)
	require.Equal(t, []float64{1, 1}, found.Probabilities)
	again, err := h.app().Retrieve(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, found, again)
	h.bring("ring")
	o.At, o.BasisSnapshot = "1", 0
	past, err := h.app().Retrieve(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, found, past)

	o.Query.K = 1000
	o.At = ""
	all, err := h.app().Retrieve(t.Context(), o)
	require.NoError(t, err)
	require.Len(t, all.Items, 6)
	require.NotEqual(t, found.Digest, all.Digest)
}

func TestNothingToRetrieveFrom(t *testing.T) {
	h := newHome(t)
	_, err := h.app().Retrieve(t.Context(), app.RetrieveOptions{Query: replay.Query{Action: "x", K: 1}})
	require.ErrorIs(t, err, replay.ErrNothingVisible)
	_, err = h.app().Sample(t.Context(), app.SampleOptions{Draw: replay.DrawSpec{Groups: 1}})
	require.ErrorContains(t, err, "nothing can be drawn as of snapshot 0")
}
