package play_test

import (
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store/local"
	"github.com/dreamlog/dreamlog/schema"
	"github.com/dreamlog/dreamlog/test/ledger"
)

// ask returns the one row that a query answers.
func ask(t *testing.T, data, query string) []any {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Data: data, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close()) }()
	session, err := a.Session(t.Context(), "", analytics.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, session.Close()) }()
	result, err := session.Query(t.Context(), query)
	require.NoError(t, err)
	defer func() { require.NoError(t, result.Close()) }()
	require.True(t, result.Next(), "no answer: %v", result.Err())
	row := append([]any(nil), result.Row()...)
	require.False(t, result.Next(), "more than one row")
	require.NoError(t, result.Err())
	return row
}

// faultsQuery counts what must never be: transitions of an episode without an
// end, and ends without all of their steps, from 0 on without a gap. Then come
// the rows, for holds to compare.
const faultsQuery = `
WITH steps AS (
    SELECT episode_id, count(*) AS n, count(DISTINCT step) AS differ, min(step) AS low, max(step) AS high
    FROM transitions_raw GROUP BY episode_id
)
SELECT
    (SELECT count(*) FROM steps WHERE episode_id NOT IN (SELECT episode_id FROM episodes)),
    (SELECT count(*) FROM episodes LEFT JOIN steps USING (episode_id)
     WHERE coalesce(n, 0) <> length OR differ <> length OR low <> 0 OR high <> length - 1),
    (SELECT count(*) - count(DISTINCT event_id) FROM transitions_raw),
    (SELECT count(*) FROM episodes)`

// holds checks what must hold in every lake, whatever happened to its players.
func holds(t *testing.T, data string) {
	t.Helper()
	row := ask(t, data, faultsQuery)
	require.EqualValues(t, []any{int64(0), int64(0), int64(0)}, row[:3], "episodes without an end, ends without their steps, events twice")
	require.EqualValues(t, endsOf(t, data), row[3], "an episode has two ends")
	run(t, "verify", "--data", data)
}

// endsOf returns the number of ends in a lake, past every view, and makes sure
// that no event of any table is there twice.
func endsOf(t *testing.T, data string) int64 {
	t.Helper()
	dir, err := local.Open(filepath.Join(data, "lake"))
	require.NoError(t, err)
	defer func() { require.NoError(t, dir.Close()) }()
	lk := lake.Open(dir, nil)
	_, err = ledger.Whole(t.Context(), lk)
	require.NoError(t, err)
	s, err := lk.Newest(t.Context())
	require.NoError(t, err)
	return s.Tables[schema.Episodes].Rows
}

// queryOfRun puts the id of a run into a query.
func queryOfRun(query, id string) string { return strings.ReplaceAll(query, "RUN", id) }

// digestQuery says what the finished attempts are: how many, of how many
// places in the plan, how many steps, and one hash of all that was played.
const digestQuery = `
WITH done AS (SELECT episode_id, task_id, attempt, status FROM episodes WHERE finished),
played AS (
    SELECT d.task_id, d.attempt, step, concat_ws(chr(31), d.task_id, d.attempt, d.status, step, state, action, next_state, reward) AS line
    FROM transitions_raw AS t JOIN done AS d USING (episode_id)
)
SELECT (SELECT count(*) FROM done), (SELECT count(DISTINCT (task_id, attempt)) FROM done), count(*),
    md5(string_agg(line, chr(30) ORDER BY task_id, attempt, step))
FROM played`

// played is the answer of digestQuery.
type played struct {
	finished, places, steps int64
	digest                  string
}

func digest(t *testing.T, data string) played {
	t.Helper()
	row := ask(t, data, digestQuery)
	return played{row[0].(int64), row[1].(int64), row[2].(int64), row[3].(string)}
}
