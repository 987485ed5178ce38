package app_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/audit"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// home is a data directory. Each use opens it anew, as each command does.
type home struct {
	*testing.T
	path string
}

func newHome(t *testing.T) *home { return &home{t, filepath.Join(t.TempDir(), "data")} }

func (h *home) file(names ...string) string {
	return filepath.Join(append([]string{h.path}, names...)...)
}

// app opens the data directory until the test ends.
func (h *home) app() *app.App {
	h.Helper()
	a, err := app.Create(h.Context(), app.Config{Data: h.path, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(h, err)
	h.Cleanup(func() { require.NoError(h, a.Close()) })
	return a
}

// sql returns the rows of a query over the newest snapshot.
func (h *home) sql(query string, args ...any) (rows [][]any) {
	h.Helper()
	session, err := h.app().Session(h.Context(), "", analytics.Options{})
	require.NoError(h, err)
	defer func() { require.NoError(h, session.Close()) }()
	result, err := session.Trusted(h.Context(), query, args...)
	require.NoError(h, err)
	defer func() { require.NoError(h, result.Close()) }()
	for result.Next() {
		rows = append(rows, append([]any(nil), result.Row()...))
	}
	require.NoError(h, result.Err())
	return rows
}

// value returns the one value of a query.
func (h *home) value(query string, args ...any) any {
	h.Helper()
	rows := h.sql(query, args...)
	require.Len(h, rows, 1)
	return rows[0][0]
}

// requireOnce checks that no event is in the lake twice, and that the lake is
// what its snapshots say.
func (h *home) requireOnce() {
	h.Helper()
	for _, table := range schema.Tables() {
		require.Empty(h, h.sql("SELECT event_id FROM lake."+table+" GROUP BY ALL HAVING count(*) > 1"), table)
	}
	report, err := audit.Verify(h.Context(), h.app().Lake(), audit.Options{})
	require.NoError(h, err)
	require.Empty(h, report.Mismatches)
}

// game is a transcript as KnowAgent writes it, of two steps.
func game(name string) string {
	line, err := json.Marshal(map[string]any{
		"name": "find-" + name + "/trial_1", "result": true,
		"traj": "You are in the middle of a room.\nYour task is to: find the " + name + ".\n" +
			"> go to drawer 1\nThe drawer 1 is closed.\n> open drawer 1\nIn it, you see a " + name + ".",
	})
	if err != nil {
		panic(err)
	}
	return string(line) + "\n"
}

func (h *home) write(name string, parts ...string) string {
	h.Helper()
	path := filepath.Join(h.TempDir(), name)
	require.NoError(h, os.WriteFile(path, []byte(strings.Join(parts, "")), 0o600))
	return path
}

// transcripts are the options that import files of games.
func transcripts(t *testing.T, paths ...string) app.ImportOptions {
	t.Helper()
	format, err := app.NewFormat("react", "")
	require.NoError(t, err)
	return app.ImportOptions{Format: format, Paths: paths}
}

// bring imports games.
func (h *home) bring(names ...string) app.Imported {
	h.Helper()
	var games []string
	for _, name := range names {
		games = append(games, game(name))
	}
	imported, err := h.app().Import(h.Context(), transcripts(h.T, h.write("games.jsonl", games...)))
	require.NoError(h, err)
	return imported
}

// garbage puts a record on the log that becomes a dead letter, and lands it.
func (h *home) garbage(key string) {
	h.Helper()
	h.raw(key, []byte("garbage"), nil)
}

// raw puts a record on the log as it is, and lands it.
func (h *home) raw(key string, body []byte, headers []schema.Header) app.Landed {
	h.Helper()
	w, err := h.app().Writer(h.Context(), app.WriterOptions{})
	require.NoError(h, err)
	defer func() { require.NoError(h, w.Close(context.Background())) }()
	require.NoError(h, w.ProduceRaw(h.Context(), []byte(key), body, headers))
	landed, err := w.Finish(h.Context())
	require.NoError(h, err)
	return landed
}
