package app_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/internal/app"
)

// withoutLog returns a copy of a data directory, in which the log is missing.
func (h *home) withoutLog() *home {
	h.Helper()
	other := newHome(h.T)
	require.NoError(h, os.CopyFS(other.path, os.DirFS(h.path)))
	require.NoError(h, os.RemoveAll(other.file("log")))
	return other
}

func TestLostLogHaltsWhoeverWrites(t *testing.T) {
	h := newHome(t)
	h.bring("key")
	h = h.withoutLog()
	snapshot := h.newest()
	_, err := h.app().Land(t.Context(), app.LandOptions{})
	var halted *lander.HaltError
	require.ErrorAs(t, err, &halted)
	require.Contains(t, halted.Remedy, "--new-generation")

	var misfit *app.MisfitError
	for _, noLand := range []bool{false, true} {
		options := transcripts(t, h.write("games.jsonl", game("coin")))
		options.NoLand = noLand
		_, err = h.app().Import(t.Context(), options)
		require.ErrorAs(t, err, &misfit)
		require.Equal(t, 1, strings.Count(err.Error(), "--new-generation"), err.Error())
		_, err = h.app().Produce(t.Context(), strings.NewReader(event(t, "e", nil)), app.ProduceOptions{NoLand: noLand})
		require.ErrorAs(t, err, &misfit)
	}
	_, err = h.app().Redrive(t.Context())
	require.ErrorAs(t, err, &misfit)
	require.Equal(t, snapshot, h.newest())

	status, err := h.app().Status(t.Context())
	require.NoError(t, err)
	require.Nil(t, status.Lag)
	require.Contains(t, status.LagUnknown, "dreamlog doctor")
	require.EqualValues(t, 1, h.value("SELECT count(*) FROM lake.episodes"), "what was landed can be read")
}

// TestLogOfAnotherLakeHaltsEvenWhereItIsLonger: only the content tells.
func TestLogOfAnotherLakeHaltsEvenWhereItIsLonger(t *testing.T) {
	h, other := newHome(t), newHome(t)
	h.bring("key")
	_, err := other.app().Import(t.Context(), transcripts(t, h.write("games.jsonl", many(100)...)))
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(h.file("log")))
	require.NoError(t, os.CopyFS(h.file("log"), os.DirFS(other.file("log"))))
	_, err = h.app().Import(t.Context(), transcripts(t, h.write("games.jsonl", game("coin"))))
	var halted *lander.HaltError
	require.ErrorAs(t, err, &halted)
	require.Contains(t, halted.Reason, "the topic was deleted and made again")
	require.Equal(t, 1, strings.Count(err.Error(), "landing halted"), err.Error())
	require.EqualValues(t, 1, h.value("SELECT count(*) FROM lake.episodes"))
}

func TestNewGenerationGoesOn(t *testing.T) {
	h := newHome(t)
	h.bring("key", "coin")
	require.NoError(t, os.RemoveAll(h.file("log")))
	_, err := h.app().Land(t.Context(), app.LandOptions{NewGeneration: true})
	require.NoError(t, err)
	imported := h.bring("key", "coin", "ring")
	require.EqualValues(t, 2, imported.Landed.Rows["transitions"], "what is known is known across generations")
	require.Equal(t, [][]any{{int64(0), int64(4)}, {int64(1), int64(2)}},
		h.sql("SELECT log_generation, count(*) FROM lake.transitions GROUP BY ALL ORDER BY ALL"))
	findings, err := h.app().Doctor(t.Context())
	require.NoError(t, err)
	require.Empty(t, failed(findings))
	h.requireOnce()
}

func TestSnapshotByNumberAndTime(t *testing.T) {
	h := newHome(t)
	none, err := h.app().Snapshot(t.Context(), "")
	require.NoError(t, err)
	require.Nil(t, none)
	h.bring("key")
	first, err := h.app().Snapshot(t.Context(), "1")
	require.NoError(t, err)
	require.EqualValues(t, 1, first.Number)
	found, err := h.app().Snapshot(t.Context(), "9999-01-01")
	require.NoError(t, err)
	require.Equal(t, h.newest(), found.Number)
	for at, want := range map[string]string{"99": "they run from 1 to", "2000-01-01T00:00:00Z": "no snapshot as early", "yesterday": `"yesterday" names no snapshot`} {
		_, err = h.app().Snapshot(t.Context(), at)
		require.ErrorContains(t, err, want)
	}
}

func TestDataDirectoryMustExistToBeRead(t *testing.T) {
	path := t.TempDir() + "/none"
	_, err := app.Open(t.Context(), app.Config{Data: path})
	require.ErrorContains(t, err, "there is no data directory at "+path+": import something first")
	require.NoDirExists(t, path)
}
