package app

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/producers"
)

// walks imports transcripts of two steps, one of each game named.
func walks(t *testing.T, a *App, names ...string) {
	t.Helper()
	var lines []byte
	for _, name := range names {
		line, err := json.Marshal(map[string]any{
			"name": "find-" + name + "/trial_1", "result": true,
			"traj": "You are in the middle of a room.\nYour task is to: find the " + name + ".\n" +
				"> go to drawer 1\nThe drawer 1 is closed.\n> open drawer 1\nIn it, you see a " + name + ".",
		})
		require.NoError(t, err)
		lines = append(append(lines, line...), '\n')
	}
	path := filepath.Join(t.TempDir(), "walks.jsonl")
	require.NoError(t, os.WriteFile(path, lines, 0o600))
	format, err := NewFormat("react", "")
	require.NoError(t, err)
	_, err = a.Import(t.Context(), ImportOptions{Format: format, Paths: []string{path}})
	require.NoError(t, err)
}

func session(t *testing.T, a *App, at string) *Session {
	t.Helper()
	s, err := a.Session(t.Context(), at, analytics.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func created(t *testing.T) *App {
	t.Helper()
	a, err := Create(t.Context(), Config{Data: filepath.Join(t.TempDir(), "data"), Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.Close()) })
	return a
}

func TestRecordingsAreInTheWordsOfProducers(t *testing.T) {
	a := created(t)
	walks(t, a, "key", "coin")
	var all []*producers.Recording
	for r, err := range a.recordings(t.Context(), session(t, a, ""), replay.Visibility{}) {
		require.NoError(t, err)
		all = append(all, r)
	}
	require.Len(t, all, 2)
	coin := all[0]
	require.Equal(t, "real", coin.Origin)
	require.True(t, *coin.Success)
	require.Equal(t, "alfworld", coin.Task.Environment)
	require.Equal(t, "train", coin.Task.Split)
	require.Equal(t, "find the coin.", coin.Task.Instruction)
	require.Len(t, coin.Steps, 2)
	last := coin.Steps[1]
	require.Equal(t, "The drawer 1 is closed.", last.State.Text)
	require.Nil(t, last.State.Admissible, "the source does not say")
	require.Equal(t, "open drawer 1", last.Action)
	require.Equal(t, "In it, you see a coin.", last.Next.Text)
	require.True(t, last.Terminated)
	require.Equal(t, 1.0, *last.Reward)

	for r, err := range a.recordings(t.Context(), session(t, a, ""), replay.Visibility{Environment: "moon"}) {
		require.Nil(t, r)
		require.ErrorIs(t, err, replay.ErrNothingVisible)
	}
}

func TestTheRetrieverGroundsAModel(t *testing.T) {
	a := created(t)
	walks(t, a, "key", "coin")
	first := session(t, a, "")
	r, err := a.retriever(t.Context(), first, replay.Visibility{}, RetrieverOptions{})
	require.NoError(t, err)
	require.Equal(t, first.Snapshot(), r.Snapshot())
	key := producers.Task{ID: "find-key/trial_1", Instruction: "find the key."}
	ask := producers.RetrievalQuery{Task: key, State: "The drawer 1 is closed.", Action: "open drawer 1", K: 3}
	found, err := r.Retrieve(t.Context(), ask)
	require.NoError(t, err)
	require.Len(t, found, 3)
	require.Equal(t, "find-key/trial_1", found[0].Recording.Task.ID, "the task itself comes first")
	require.Equal(t, "In it, you see a key.", found[0].Step().Next.Text)
	require.Equal(t, 1.0, found[0].Similarity)
	require.Same(t, found[0].Recording, found[1].Recording, "an episode is converted once")
	ask.WithoutTask = true
	found, err = r.Retrieve(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, "find-coin/trial_1", found[0].Recording.Task.ID)

	beginnings, err := r.Beginnings(t.Context(), producers.Task{ID: "new", Instruction: "find the coin"}, 1)
	require.NoError(t, err)
	require.Len(t, beginnings, 1)
	require.Equal(t, "find-coin/trial_1", beginnings[0].Recording.Task.ID)
	require.Zero(t, beginnings[0].Index)

	walks(t, a, "ring")
	second := session(t, a, "")
	require.NoError(t, r.Follow(t.Context(), second))
	require.Equal(t, second.Snapshot(), r.Snapshot())
	opened, err := a.retriever(t.Context(), second, replay.Visibility{}, RetrieverOptions{BasisSnapshot: first.Snapshot()})
	require.NoError(t, err)
	ask = producers.RetrievalQuery{Task: producers.Task{ID: "find-ring/trial_1"}, State: "The drawer 1 is closed.", Action: "open drawer 1", K: 9}
	want, err := opened.Retrieve(t.Context(), ask)
	require.NoError(t, err)
	got, err := r.Retrieve(t.Context(), ask)
	require.NoError(t, err)
	require.Len(t, got, 6)
	require.Equal(t, want, got)

	_, err = a.retriever(t.Context(), first, replay.Visibility{}, RetrieverOptions{BasisSnapshot: second.Snapshot()})
	require.ErrorContains(t, err, "their basis is snapshot "+strconv.FormatInt(second.Snapshot(), 10))
	_, err = a.retriever(t.Context(), first, replay.Visibility{}, RetrieverOptions{BasisSnapshot: 99})
	require.ErrorContains(t, err, "there is no snapshot 99")
}
