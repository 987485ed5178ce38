package app_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/producers/importer"
)

func TestSecondImportOfAFileAddsNothing(t *testing.T) {
	h := newHome(t)
	file := h.write("games.jsonl", game("key"), game("coin"))
	first, err := h.app().Import(t.Context(), transcripts(t, file))
	require.NoError(t, err)
	require.EqualValues(t, 2, first.Episodes)
	require.EqualValues(t, 4, first.Landed.Rows["transitions"])
	before := h.value("SELECT count(*) FROM lake.transitions")

	again, err := h.app().Import(t.Context(), transcripts(t, file))
	require.NoError(t, err)
	require.NotEqual(t, first.RunID, again.RunID)
	require.Zero(t, again.Episodes)
	require.Equal(t, first.Episodes+first.Transitions+first.Tasks+1, again.Duplicates, "the note on the import as well")
	require.Zero(t, again.Landed.Rows["transitions"])
	require.Equal(t, before, h.value("SELECT count(*) FROM lake.transitions"))
	h.requireOnce()
}

func TestGrownFileAddsWhatIsNew(t *testing.T) {
	h := newHome(t)
	file := h.write("games.jsonl", game("key"), game("coin"))
	_, err := h.app().Import(t.Context(), transcripts(t, file))
	require.NoError(t, err)
	// The second copy of a record is an episode of its own.
	require.NoError(t, os.WriteFile(file, []byte(game("key")+game("coin")+game("ring")+game("key")), 0o600))
	grown, err := h.app().Import(t.Context(), transcripts(t, file))
	require.NoError(t, err)
	require.EqualValues(t, 4, grown.Landed.Rows["transitions"])
	require.EqualValues(t, 4, h.value("SELECT count(*) FROM lake.episodes"))
	require.EqualValues(t, 3, h.value("SELECT count(*) FROM lake.tasks"))
	h.requireOnce()
}

// many are games with names of their own.
func many(n int64) (games []string) {
	for i := range n {
		games = append(games, game(fmt.Sprint("coin-", i)))
	}
	return games
}

func TestInterruptedImportIsFinishedByTheNext(t *testing.T) {
	for _, noLand := range []bool{false, true} {
		t.Run(fmt.Sprintf("no land %v", noLand), func(t *testing.T) {
			const n = int64(1500)
			h := newHome(t)
			file := h.write("games.jsonl", many(n)...)
			ctx, interrupt := context.WithCancel(t.Context())
			options := transcripts(t, file)
			options.NoLand = noLand
			options.Progress = func(p importer.Progress) {
				if p.Result.Episodes > 0 {
					interrupt()
				}
			}
			partly, err := h.app().Import(ctx, options)
			require.ErrorIs(t, err, context.Canceled)
			require.Less(t, partly.Episodes, n)
			if !noLand {
				landed, _ := h.value("SELECT count(*) FROM lake.transitions").(int64)
				require.Equal(t, partly.Landed.Rows["transitions"], landed, "what was produced is landed")
			}

			options.Progress = nil
			rest, err := h.app().Import(t.Context(), options)
			require.NoError(t, err)
			require.Equal(t, n-partly.Episodes, rest.Episodes)
			_, err = h.app().Land(t.Context(), app.LandOptions{})
			require.NoError(t, err)
			require.EqualValues(t, n, h.value("SELECT count(*) FROM lake.episodes"))
			require.EqualValues(t, 2*n, h.value("SELECT count(*) FROM lake.transitions"))
			h.requireOnce()
		})
	}
}

func TestTwoImportsAtOnceAreRefused(t *testing.T) {
	h := newHome(t)
	a := h.app()
	running := flock.New(h.file("import.lock")) // as another process has it
	require.NoError(t, running.Lock())
	options := transcripts(t, h.write("games.jsonl", game("key")))
	_, err := a.Import(t.Context(), options)
	require.ErrorContains(t, err, "another import runs on data directory "+h.path)
	require.NoError(t, running.Unlock())
	_, err = a.Import(t.Context(), options)
	require.NoError(t, err)
}

func TestWriterKeepsOthersOut(t *testing.T) {
	h := newHome(t)
	w, err := h.app().Writer(t.Context(), app.WriterOptions{})
	require.NoError(t, err)
	_, err = h.app().Import(t.Context(), transcripts(t, h.write("games.jsonl", game("key"))))
	require.ErrorContains(t, err, "is being written by process")
	status, err := h.app().Status(t.Context())
	require.NoError(t, err)
	require.Nil(t, status.Lag)
	require.Equal(t, "another command is writing to the data directory", status.LagUnknown)
	require.NoError(t, w.Close(t.Context()))
}

// follow lands beside the test, as `dreamlog land --follow` does, until stop.
func (h *home) follow() (stop func() app.Landed) {
	h.Helper()
	a := h.app()
	ctx, cancel := context.WithCancel(h.Context())
	ready, done := make(chan string, 1), make(chan struct{})
	var landed app.Landed
	var err error
	go func() {
		defer close(done)
		landed, err = a.Land(ctx, app.LandOptions{Follow: true, Ready: func(broker string) { ready <- broker }})
	}()
	select {
	case broker := <-ready:
		require.NotEmpty(h, broker)
	case <-done:
		require.NoError(h, err, "the follower ended early")
	}
	return func() app.Landed {
		cancel()
		<-done
		require.NoError(h, err)
		return landed
	}
}

func TestCommandsBesideAFollower(t *testing.T) {
	h := newHome(t)
	stop := h.follow()
	defer stop()
	imported := h.bring("key", "coin")
	require.EqualValues(t, 2, imported.Episodes)
	require.Positive(t, imported.Landed.Snapshot)
	require.EqualValues(t, 2, h.value("SELECT count(*) FROM lake.episodes"), "visible when the import returns")
	h.bring("key", "coin", "ring")
	require.EqualValues(t, 3, h.value("SELECT count(*) FROM lake.episodes"))

	again, err := h.app().Land(t.Context(), app.LandOptions{})
	require.NoError(t, err)
	require.Empty(t, again.Rows, "there is nothing left to land")
	_, err = h.app().Land(t.Context(), app.LandOptions{Follow: true})
	require.ErrorContains(t, err, "runs on this data directory already")
	status, err := h.app().Status(t.Context())
	require.NoError(t, err)
	require.Zero(t, *status.Lag)
	findings, err := h.app().Doctor(t.Context())
	require.NoError(t, err)
	require.Empty(t, failed(findings))

	require.EqualValues(t, 6, stop().Rows["transitions"])
	require.NoFileExists(t, h.file("broker.json"))
	h.requireOnce()
}
