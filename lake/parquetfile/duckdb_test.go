package parquetfile_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/marcboeker/go-duckdb/v2"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/schema"
)

// duck writes rows to a file and returns a function that queries it; in the
// query, %s is the file.
func duck(t *testing.T, table string, rows []schema.Row) func(query string, args ...any) *sql.Row {
	data, _ := write(t, parquetfile.NewWriter(parquetfile.Options{RowGroupRows: 128}), table, rows)
	path := filepath.Join(t.TempDir(), "rows.parquet")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return func(query string, args ...any) *sql.Row {
		return db.QueryRow(fmt.Sprintf(query, append([]any{"'" + path + "'"}, args...)...))
	}
}

func TestDuckDBTellsNullFromEmpty(t *testing.T) {
	rows := randomRows(schema.Transitions, 1000)
	query := duck(t, schema.Transitions, rows)
	var want, got [6]int
	for _, row := range rows {
		r := row.(*schema.TransitionRow)
		for i, holds := range []bool{
			r.Thought == nil, r.Thought != nil && *r.Thought == "",
			r.AdmissibleActions == nil, r.AdmissibleActions != nil && len(r.AdmissibleActions) == 0,
			r.Demonstrations == nil, r.Salt == nil,
		} {
			if holds {
				want[i]++
			}
		}
	}
	require.NoError(t, query(`SELECT count(*) FILTER (thought IS NULL), count(*) FILTER (thought = ''),
		count(*) FILTER (admissible_actions IS NULL), count(*) FILTER (len(admissible_actions) = 0),
		count(*) FILTER (demonstrations IS NULL), count(*) FILTER (salt IS NULL) FROM %s`).
		Scan(&got[0], &got[1], &got[2], &got[3], &got[4], &got[5]))
	require.Equal(t, want, got)
}

func TestDuckDBReadsEveryColumn(t *testing.T) {
	for _, table := range schema.Tables() {
		rows := randomRows(table, 500)
		for _, row := range rows {
			row.Head().Time, row.At().IngestTime = 1_700_000_000_000_000, 0 // DuckDB refuses years beyond 294246
		}
		var n int
		require.NoError(t, duck(t, table, rows)("SELECT count(*) FROM (SELECT DISTINCT * FROM %s)").Scan(&n), table)
		require.Equal(t, 500, n)
	}
}

func TestDuckDBUsesTheBloomFilters(t *testing.T) {
	rows := randomRows(schema.Episodes, 1000)
	for i, row := range rows {
		row.Head().EventID = fmt.Sprint("event-", i)
	}
	query := duck(t, schema.Episodes, rows)
	for _, column := range []string{"event_id", "episode_id", "task_id", "group_id"} {
		var groups, excluded int
		require.NoError(t, query("SELECT count(*), count(*) FILTER (bloom_filter_excludes) FROM parquet_bloom_probe(%s, '%s', 'no such id')", column).Scan(&groups, &excluded))
		require.Equal(t, 8, groups)
		require.Equal(t, 8, excluded, column)
	}
	var excluded int
	require.NoError(t, query("SELECT count(*) FILTER (bloom_filter_excludes) FROM parquet_bloom_probe(%s, 'event_id', 'event-77')").Scan(&excluded))
	require.Equal(t, 7, excluded, "one row group has it")
}
