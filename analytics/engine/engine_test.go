package engine

import (
	"context"
	"database/sql/driver"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/analytics/rows"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T) *DB {
	db, err := Open(t.Context(), Options{MemoryBytes: 256 << 20, Threads: 2})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// read runs a query and returns its columns and rows.
func read(t *testing.T, db *DB, sql string, args ...any) (columns []rows.Column, all [][]any) {
	result, err := db.Query(t.Context(), sql, args...)
	require.NoError(t, err, sql)
	defer func() { require.NoError(t, result.Close()) }()
	for result.Next() {
		all = append(all, append([]any{}, result.Row()...))
	}
	require.NoError(t, result.Err(), sql)
	return result.Columns(), all
}

func TestValuesOfEveryType(t *testing.T) {
	db := open(t)
	big39, _ := new(big.Int).SetString("-170141183460469231731687303715884105728", 10)
	for _, c := range []struct {
		sql, typ string
		want     any
	}{
		{"true", "BOOLEAN", true},
		{"(-128)::TINYINT", "TINYINT", int64(-128)},
		{"(-32768)::SMALLINT", "SMALLINT", int64(-32768)},
		{"-7::INTEGER", "INTEGER", int64(-7)},
		{"9223372036854775807", "BIGINT", int64(math.MaxInt64)},
		{"255::UTINYINT", "UTINYINT", uint64(255)},
		{"18446744073709551615::UBIGINT", "UBIGINT", uint64(math.MaxUint64)},
		{"(-170141183460469231731687303715884105728)::HUGEINT", "HUGEINT", big39},
		{"sum(5::BIGINT)", "HUGEINT", big.NewInt(5)},
		{"0.1::FLOAT", "FLOAT", float32(0.1)},
		{"0.1::DOUBLE", "DOUBLE", 0.1},
		{"'-inf'::DOUBLE", "DOUBLE", math.Inf(-1)},
		{"-0.05::DECIMAL(4,2)", "DECIMAL(4,2)", rows.Decimal{Unscaled: big.NewInt(-5), Scale: 2}},
		{"12345.678::DECIMAL(9,3)", "DECIMAL(9,3)", rows.Decimal{Unscaled: big.NewInt(12345678), Scale: 3}},
		{"1.5::DECIMAL(18,1)", "DECIMAL(18,1)", rows.Decimal{Unscaled: big.NewInt(15), Scale: 1}},
		{"-1::DECIMAL(38,2)", "DECIMAL(38,2)", rows.Decimal{Unscaled: big.NewInt(-100), Scale: 2}},
		{"'short'", "VARCHAR", "short"},
		{"'longer than twelve bytes, ärger'", "VARCHAR", "longer than twelve bytes, ärger"},
		{"'{\"a\":1}'::JSON", "JSON", `{"a":1}`},
		{"'b'::ENUM('a','b')", "ENUM", "b"},
		{"'0195f9f0-0000-7000-8000-000000000001'::UUID", "UUID", "0195f9f0-0000-7000-8000-000000000001"},
		{"'\\x00\\xFF'::BLOB", "BLOB", []byte{0, 255}},
		{"DATE '1969-12-31'", "DATE", rows.Date(-1)},
		{"TIME '23:59:59.5'", "TIME", rows.Clock(86399_500_000)},
		{"TIMESTAMP '2026-01-02 03:04:05.000006'", "TIMESTAMP", time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)},
		{"TIMESTAMPTZ '2026-01-02 03:04:05+02'", "TIMESTAMP WITH TIME ZONE", time.Date(2026, 1, 2, 1, 4, 5, 0, time.UTC)},
		{"'2026-01-02'::TIMESTAMP_S", "TIMESTAMP_S", time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)},
		{"'2026-01-02 00:00:00.001'::TIMESTAMP_MS", "TIMESTAMP_MS", time.Date(2026, 1, 2, 0, 0, 0, 1e6, time.UTC)},
		{"'2026-01-02 00:00:00.000000001'::TIMESTAMP_NS", "TIMESTAMP_NS", time.Date(2026, 1, 2, 0, 0, 0, 1, time.UTC)},
		{"INTERVAL '14 months 3 days 1.5 seconds'", "INTERVAL", rows.Interval{Months: 14, Days: 3, Micros: 1_500_000}},
		{"[1, NULL, 3]", "INTEGER[]", []any{int64(1), nil, int64(3)}},
		{"[]::VARCHAR[]", "VARCHAR[]", []any{}},
		{"[['a'], [], NULL]", "VARCHAR[][]", []any{[]any{"a"}, []any{}, nil}},
		{"[1,2]::INTEGER[2]", "INTEGER[2]", []any{int64(1), int64(2)}},
		{"{'event_id': 'e', 'Similarity': 0.5::DOUBLE}", `STRUCT(event_id VARCHAR, "Similarity" DOUBLE)`, []any{"e", 0.5}},
		{"MAP {'k': 1}", "MAP(VARCHAR, INTEGER)", []any{[]any{"k", int64(1)}}},
		{"[{'a': [1]}, {'a': NULL}]", "STRUCT(a INTEGER[])[]", []any{[]any{[]any{int64(1)}}, []any{nil}}},
	} {
		columns, got := read(t, db, "SELECT "+c.sql+" AS x")
		require.Equal(t, "x", columns[0].Name)
		require.Equal(t, c.typ, columns[0].Type.Name, c.sql)
		require.Equal(t, [][]any{{c.want}}, got, c.sql)

		_, got = read(t, db, "SELECT "+c.sql+" AS x UNION ALL SELECT NULL UNION ALL SELECT "+c.sql)
		require.Equal(t, [][]any{{c.want}, {nil}, {c.want}}, got, "NULLs of %s", c.sql)
	}
}

func TestATypeThatCannotBeReadSaysWhatToDo(t *testing.T) {
	_, err := open(t).Query(t.Context(), "SELECT union_value(a := 1) AS u")
	require.ErrorContains(t, err, "column u")
	require.ErrorContains(t, err, "cast it to VARCHAR")
}

func TestParameters(t *testing.T) {
	_, got := read(t, open(t), "SELECT $1::INTEGER + 1, $2::VARCHAR", 41, "it's")
	require.Equal(t, [][]any{{int64(42), "it's"}}, got)
	_, got = read(t, open(t), "SELECT $episode", driver.NamedValue{Name: "episode", Value: "e-1"})
	require.Equal(t, [][]any{{"e-1"}}, got)
	_, err := open(t).Query(t.Context(), "SELECT $1")
	require.ErrorContains(t, err, "bind parameters")
}

func TestRowsComeInOrderAcrossChunks(t *testing.T) {
	_, got := read(t, open(t), "SELECT i FROM range(5000) r(i) ORDER BY i DESC")
	require.Len(t, got, 5000)
	for i, row := range got {
		require.Equal(t, int64(4999-i), row[0])
	}
}

// A result of twice the memory limit passes through: it is streamed.
func TestAResultLargerThanMemory(t *testing.T) {
	db := open(t)
	result, err := db.Query(t.Context(), "SELECT repeat('x', 100_000) || i FROM range(5000) r(i)")
	require.NoError(t, err)
	defer result.Close()
	bytes := 0
	for result.Next() {
		bytes += len(result.Row()[0].(string))
	}
	require.NoError(t, result.Err())
	require.Greater(t, bytes, 500_000_000)
}

func TestAnErrorInTheMiddleOfTheRows(t *testing.T) {
	result, err := open(t).Query(t.Context(), "SELECT CASE WHEN i = 3000000 THEN error('boom') ELSE i::VARCHAR END FROM range(4000000) r(i)")
	require.NoError(t, err)
	defer result.Close()
	for result.Next() {
	}
	require.ErrorContains(t, result.Err(), "boom")
	require.False(t, result.Next())
}

func TestTheContextEndsAQuery(t *testing.T) {
	db := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := db.Exec(ctx, "SELECT count(*) FROM range(1000000) a, range(1000000) b")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(start), 10*time.Second)

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, db.Exec(gone, "SELECT 1"), context.Canceled)
	read(t, db, "SELECT 1") // the database is still well
}

func TestSeveralStatementsAreRefused(t *testing.T) {
	db := open(t)
	require.Error(t, db.Exec(t.Context(), "CREATE TABLE a(i INTEGER); CREATE TABLE b(i INTEGER)"))
	_, got := read(t, db, "SELECT count(*) FROM duckdb_tables()")
	require.Equal(t, int64(0), got[0][0], "and not one of them ran")
}

func TestConfine(t *testing.T) {
	dir := t.TempDir()
	inside, outside := filepath.Join(dir, "it's in.csv"), filepath.Join(dir, "out.csv")
	for _, f := range []string{inside, outside} {
		require.NoError(t, os.WriteFile(f, []byte("a\n1\n"), 0o600))
	}
	db := open(t)
	require.NoError(t, db.Confine(t.Context(), []string{inside}))
	_, got := read(t, db, "FROM read_csv("+Quote(inside)+")")
	require.Len(t, got, 1)
	for _, sql := range []string{
		"FROM read_csv(" + Quote(outside) + ")",
		"SET enable_external_access = true",
		"SET memory_limit = '10GB'",
		"ATTACH " + Quote(filepath.Join(dir, "x.db")),
	} {
		require.Error(t, db.Exec(t.Context(), sql), sql)
	}
}
