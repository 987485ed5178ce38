package analytics

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// One by one, everything by which SQL could reach beyond the views. PLANNED is
// a file of the session, which DuckDB itself allows to be read.
func TestWhatSQLMayNotDo(t *testing.T) {
	f := newFixture(t)
	f.episode("old", "t", 1, 1)
	cut := f.next
	f.episode("new", "t", 1, 1)
	f.write(true)
	f.pin.Cuts = []Cut{{0, 1, cut}}
	planned := f.pin.Tables["transitions"][0].Path
	before := fileSums(t, f.dir)
	s := f.session(Options{MemoryBytes: 256 << 20})

	t.Setenv("DREAMLOG_TEST_SECRET", "secret")
	tries := map[string]string{ // SQL to the reason
		"COPY transitions TO 'DIR/out.csv'":                                                 "only statements that read",
		"COPY (SELECT 1) TO 'PLANNED' (FORMAT parquet, USE_TMP_FILE false)":                 "only statements that read",
		"COPY transitions FROM 'PLANNED'":                                                   "only statements that read",
		"EXPLAIN ANALYZE COPY (SELECT 1) TO 'PLANNED' (FORMAT parquet, USE_TMP_FILE false)": "only statements that read",
		"explain  analyze\n explain analyze create table x(i int)":                          "only statements that read",
		"EXPORT DATABASE 'DIR/out'":                                                         "only statements that read",
		"IMPORT DATABASE 'DIR/out'":                                                         "only statements that read",
		"ATTACH 'DIR/x.db'":                                                                 "only statements that read",
		"ATTACH 'PLANNED' AS x":                                                             "only statements that read",
		"DETACH memory":                                                                     "only statements that read",
		"USE lake":                                                                          "only statements that read",
		"INSTALL httpfs":                                                                    "only statements that read",
		"LOAD httpfs":                                                                       "only statements that read",
		"LOAD 'DIR/x.duckdb_extension'":                                                     "only statements that read",
		"SET memory_limit = '100GB'":                                                        "only statements that read",
		"SET enable_external_access = true":                                                 "only statements that read",
		"SET lock_configuration = false":                                                    "only statements that read",
		"RESET memory_limit":                                                                "only statements that read",
		"SET VARIABLE x = 1":                                                                "only statements that read",
		"PRAGMA enable_profiling":                                                           "only statements that read",
		"PRAGMA database_list":                                                              "only statements that read",
		"CALL enable_logging(storage='file')":                                               "only statements that read",
		"CALL checkpoint()":                                                                 "only statements that read",
		"CREATE TABLE x(i INTEGER)":                                                         "only statements that read",
		"CREATE OR REPLACE VIEW transitions AS SELECT 1":                                    "only statements that read",
		"CREATE MACRO m() AS 1":                                                             "only statements that read",
		"CREATE SECRET (TYPE s3, KEY_ID 'a', SECRET 'b')":                                   "only statements that read",
		"CREATE PERSISTENT SECRET x (TYPE s3)":                                              "only statements that read",
		"INSERT INTO session.retracted VALUES ('event', 'x')":                               "only statements that read",
		"UPDATE session.corrections SET value = '1'":                                        "only statements that read",
		"DELETE FROM session.corrections":                                                   "only statements that read",
		"DROP VIEW transitions":                                                             "only statements that read",
		"ALTER TABLE session.corrections ADD COLUMN x INTEGER":                              "only statements that read",
		"TRUNCATE session.corrections":                                                      "only statements that read",
		"VACUUM":                                                                            "only statements that read",
		"CHECKPOINT":                                                                        "only statements that read",
		"BEGIN":                                                                             "only statements that read",
		"PREPARE p AS SELECT 1":                                                             "only statements that read",
		"EXECUTE p":                                                                         "only statements that read",
		"SELECT 1 -- \x00":                                                                  "zero byte",
		"SELECT 1; SELECT 2":                                                                "2 statements",
		"SELECT 1; DROP VIEW transitions":                                                   "only statements that read",
		"":                                                                                  "only statements that read",
		"SELECT * FROM 'PLANNED'":                                                           "names no view",
		"SELECT * FROM \"PLANNED\"":                                                         "names no view",
		"DESCRIBE SELECT * FROM 'PLANNED'":                                                  "names no view",
		"SUMMARIZE 'PLANNED'":                                                               "names no view",
		"SELECT (SELECT count(*) FROM 'PLANNED')":                                           "names no view",
		"WITH \"PLANNED\" AS (SELECT 1) SELECT * FROM \"PLANNED\"":                          "names no view",
		"EXPLAIN ANALYZE SELECT * FROM 'PLANNED'":                                           "names no view",
		"SELECT * FROM '/etc/passwd'":                                                       "names no view",
		"SELECT * FROM 'https://example.org/x.parquet'":                                     "names no view",
		"SELECT * FROM 's3://bucket/x.parquet'":                                             "names no view",
		"SELECT * FROM lake.transitions":                                                    "name them without a schema",
		"SELECT * FROM memory.lake.transitions":                                             "name them without a schema",
		"SELECT * FROM information_schema.views":                                            "name them without a schema",
		"SELECT * FROM read_parquet('PLANNED')":                                             "table function read_parquet",
		"SELECT * FROM parquet_scan(['PLANNED'])":                                           "table function parquet_scan",
		"SELECT * FROM READ_PARQUET('PLANNED')":                                             "table function",
		"SELECT * FROM parquet_metadata('PLANNED')":                                         "table function parquet_metadata",
		"SELECT * FROM parquet_kv_metadata('PLANNED')":                                      "table function parquet_kv_metadata",
		"SELECT * FROM parquet_bloom_probe('PLANNED', 'event_id', 'x')":                     "table function parquet_bloom_probe",
		"SELECT * FROM read_csv('/etc/passwd')":                                             "table function read_csv",
		"SELECT * FROM read_json('/etc/passwd')":                                            "table function read_json",
		"SELECT * FROM read_text('PLANNED')":                                                "table function read_text",
		"SELECT * FROM read_blob('PLANNED')":                                                "table function read_blob",
		"SELECT * FROM sniff_csv('/etc/passwd')":                                            "table function sniff_csv",
		"SELECT * FROM glob('/*')":                                                          "table function glob",
		"SELECT * FROM duckdb_settings()":                                                   "table function duckdb_settings",
		"SELECT * FROM duckdb_secrets()":                                                    "table function duckdb_secrets",
		"SELECT * FROM duckdb_views()":                                                      "table function duckdb_views",
		"SELECT * FROM enable_logging(storage='file', storage_path='DIR/log')":              "table function enable_logging",
		"SELECT * FROM truncate_duckdb_logs()":                                              "table function truncate_duckdb_logs",
		"SELECT * FROM checkpoint()":                                                        "table function checkpoint",
		"SELECT * FROM force_checkpoint()":                                                  "table function force_checkpoint",
		"SELECT * FROM query('SELECT * FROM ''PLANNED''')":                                  "table function query",
		"SELECT * FROM query_table('PLANNED')":                                              "table function query_table",
		"SELECT * FROM histogram('PLANNED', x)":                                             "table function histogram",
		"SELECT * FROM json_execute_serialized_sql(json_serialize_sql('FROM ''PLANNED'''))": "table function json_execute_serialized_sql",
		"SELECT * FROM pragma_database_size()":                                              "table function pragma_database_size",
		"SELECT * FROM (SELECT 1) t, LATERAL (SELECT * FROM read_text('PLANNED'))":          "table function read_text",
		"SELECT getenv('DREAMLOG_TEST_SECRET')":                                             "function getenv",
		"SELECT current_setting('allowed_paths')":                                           "function current_setting",
		"SELECT list_transform([1], lambda x: current_setting('allowed_paths'))":            "function current_setting",
		"SELECT write_log('x')":                                                             "function write_log",
		"SELECT session_reward(0, 0, 0)":                                                    "function session_reward",
		"SELECT system.main.repeat('x', 2000000000)":                                        "without a schema",
		"SELECT printf('%2000000000d', 1)":                                                  "fill the memory",
		"SELECT format('{:2000000000}', 1)":                                                 "fill the memory",
		"SELECT bitstring('0', 2000000000)":                                                 "fill the memory",
	}
	for sql, reason := range tries {
		sql = strings.NewReplacer("PLANNED", planned, "DIR", f.dir).Replace(strings.ReplaceAll(sql, "'PLANNED'", "'"+strings.ReplaceAll(planned, "'", "''")+"'"))
		result, err := s.Query(t.Context(), sql)
		if err == nil {
			result.Close()
		}
		var refused *RefusedError
		require.ErrorAs(t, err, &refused, sql)
		require.ErrorContains(t, err, reason, sql)
	}
	require.Equal(t, before, fileSums(t, f.dir), "no file was made or changed")
	require.Equal(t, "old", read(t, s, "SELECT episode_id FROM transitions"), "the views are as they were")
}

// fileSums are the names of the files below dir with their digests.
func fileSums(t *testing.T, dir string) map[string][32]byte {
	sums := map[string][32]byte{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		sums[path] = sha256.Sum256(data)
		return err
	}))
	return sums
}

// The fence of DuckDB itself stands too, should a statement slip through ours.
func TestConfinementHoldsWithoutTheCheck(t *testing.T) {
	f := newFixture(t)
	f.episode("e", "t", 1, 1)
	s := f.open()
	for _, sql := range []string{
		"SELECT * FROM read_text('/etc/passwd')", "COPY (SELECT 1) TO '" + f.dir + "/out.csv'", "ATTACH '" + f.dir + "/x.db'", "INSTALL httpfs",
		"LOAD httpfs", "SET memory_limit = '100GB'", "SET enable_external_access = true", "SET temp_directory = '/tmp'",
		"SELECT * FROM read_parquet('https://example.org/x.parquet')", "EXPORT DATABASE '" + f.dir + "/out'",
	} {
		result, err := s.Trusted(t.Context(), sql)
		if err == nil {
			for result.Next() {
			}
			err = result.Err()
			result.Close()
		}
		require.Error(t, err, sql)
	}
}

// Few characters of SQL must not take the memory of the machine.
func TestMemoryBombs(t *testing.T) {
	s := newFixture(t).session(Options{MemoryBytes: 128 << 20})
	for sql, reason := range map[string]string{
		"SELECT repeat('x', 2000000000)":                                            "repeat makes at most",
		"SELECT length(repeat(repeat('x', 10000000), i)) FROM range(200) t(i)":      "repeat makes at most",
		"SELECT lpad('x', 2000000000, 'y')":                                         "lpad makes at most",
		"SELECT rpad('x', 2000000000, 'y')":                                         "rpad makes at most",
		"SELECT list_resize([1], 2000000000)":                                       "list_resize makes at most",
		"SELECT range(2000000000)":                                                  "range makes at most",
		"SELECT generate_series(1, 2000000000, 1)":                                  "generate_series makes at most",
		"SELECT count(DISTINCT i::VARCHAR || 'padding') FROM range(100000000) t(i)": "Out of Memory",
		"WITH RECURSIVE t(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM t WHERE length(s) < 10000000000) SELECT max(length(s)) FROM t": "",
	} {
		result, err := s.Query(t.Context(), sql)
		if err == nil {
			for result.Next() {
			}
			err = result.Err()
			require.NoError(t, result.Close())
		}
		require.ErrorContains(t, err, reason, sql)
	}
	require.Equal(t, "1", read(t, s, "SELECT 1"), "the session goes on")
}

func TestWhatSQLMayDo(t *testing.T) {
	f := newFixture(t)
	f.episode("e", "t", 1, 0, 1)
	s := f.open()
	for sql, want := range map[string]string{
		"FROM transitions SELECT count(*)":                  "2",
		"select max(step) from main.transitions -- comment": "1",
		"/* c */ SELECT 1;":                                 "1",
		"WITH x AS (SELECT * FROM episodes), \"my cte\" AS (FROM x) SELECT count(*) FROM \"my cte\"": "1",
		"VALUES (1)": "1",
		"SELECT count(*) FROM (DESCRIBE transitions) WHERE column_name = 'reward'":                                                "1",
		"SELECT count(*) > 0 FROM (SHOW TABLES)":                                                                                  "true",
		"SELECT column_name FROM (SUMMARIZE SELECT 1 AS x)":                                                                       "x",
		"SELECT extract(year FROM TIMESTAMP '2026-01-02'), substring('abc' FROM 2), trim(BOTH FROM ' a '), position('b' IN 'ab')": "2026|bc|a|2",
		"SELECT 'a' LIKE 'b', 'a' SIMILAR TO 'b', 1 + 1, [1, 2][1], [x + 1 for x in [1]], {'a': 1}.a":                             "false|false|2|1|[2]|1",
		"SELECT unnest([1, 2])":              "1\n2",
		"SELECT value FROM json_each('[1]')": "1",
		"SELECT sum(i) FROM range(3) t(i)":   "3",
		"SELECT repeat('ab', 2), lpad('x', 3, '.'), rpad('x', 3, '.'), range(3), range(1, 3), generate_series(1, 5, 2)":                "abab|..x|x..|[0 1 2]|[1 2]|[1 3 5]",
		"SELECT row_number() OVER (ORDER BY step) FROM transitions":                                                                    "1\n2",
		"SELECT info->>'$.a', reward FROM transitions WHERE step = 1":                                                                  "<nil>|1",
		"SELECT episode_id, list(action ORDER BY step) FROM transitions GROUP BY ALL":                                                  "e|[a a]",
		"SELECT count(*) FROM transitions t JOIN episodes e USING (episode_id)":                                                        "2",
		"SELECT environment, count(*) FILTER (WHERE terminated) FROM transitions GROUP BY ROLLUP (environment) ORDER BY 1 NULLS FIRST": "<nil>|1\ncoin|1",
	} {
		require.Equal(t, want, read(t, s, sql), sql)
	}
	require.Contains(t, read(t, s, "EXPLAIN SELECT 1"), "PROJECTION")
	require.Contains(t, read(t, s, "explain analyze select count(*) from transitions"), "Total Time")
}

func TestErrorsOfAUsersSQLAreDuckDBsOwn(t *testing.T) {
	s := newFixture(t).open()
	_, err := s.Query(t.Context(), "SELEC 1")
	require.ErrorContains(t, err, "syntax error")
	_, err = s.Query(t.Context(), "SELECT rewrd FROM transitions")
	require.ErrorContains(t, err, "reward", "a candidate is named")
	_, err = s.Query(t.Context(), "SELECT 1 FROM transition")
	require.ErrorContains(t, err, "transition")
}

func FuzzCheck(f *testing.F) {
	for _, sql := range []string{"SELECT 1", "EXPLAIN SELECT 1", "WITH x AS (FROM y) FROM x", "COPY x TO 'y'", "SELECT '\x00'", "FROM '/etc/passwd'"} {
		f.Add(sql)
	}
	s, err := Open(f.Context(), emptySource{}, Options{})
	require.NoError(f, err)
	f.Cleanup(func() { s.Close() })
	f.Fuzz(func(t *testing.T, sql string) {
		_ = s.check(t.Context(), sql) // must neither crash nor hang
	})
}
