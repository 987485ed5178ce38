package cli_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNoDataDirectoryIsSaidSo(t *testing.T) {
	for _, args := range [][]string{{"sql", "SELECT 1"}, {"status"}, {"show", "x"}, {"describe"}, {"verify"}, {"doctor"}, {"compact"}, {"gc"}, {"annotate", "a", "b", "c"}, {"deadletter", "redrive"}} {
		o := run(t, "", append(args, "--data", filepath.Join(t.TempDir(), "none"))...)
		require.Equal(t, 1, o.code, "%v: %s", args, o.stderr)
		require.Contains(t, o.stderr, "there is no data directory", args)
		require.Empty(t, o.stdout, args)
	}
}

func TestSQLAnswersInEveryFormat(t *testing.T) {
	data := imported(t)
	const query = "SELECT environment, count(*) AS n FROM episodes GROUP BY ALL"
	for format, want := range map[string]string{
		"csv": "environment,n\nalfworld,2\n", "jsonl": `{"environment":"alfworld","n":2}` + "\n", "table": "alfworld", "parquet": "PAR1",
	} {
		o := run(t, "", "sql", query, "--data", data, "--format", format)
		require.Zero(t, o.code, o.stderr)
		require.Contains(t, strings.ReplaceAll(o.stdout, "\r\n", "\n"), want, format)
	}
	require.Len(t, run(t, query, "sql", "--data", data, "--json").rows(t), 1, "the query comes on stdin")
	require.Len(t, run(t, "", "sql", query, "--data", data, "--format", "json").rows(t), 1)
}

func TestSQLWritesWholeFilesOnly(t *testing.T) {
	data := imported(t)
	file := filepath.Join(t.TempDir(), "rows.csv")
	require.Zero(t, run(t, "", "sql", "FROM episodes", "-o", file, "--data", data).code)
	text, err := os.Open(file)
	require.NoError(t, err)
	defer text.Close()
	records, err := csv.NewReader(text).ReadAll()
	require.NoError(t, err, "the format follows the name of the file")
	require.Len(t, records, 3)

	failing := "SELECT CASE WHEN i = 5000 THEN error('no') ELSE '1' END FROM range(9000) AS r(i)"
	o := run(t, "", "sql", failing, "-o", file, "--data", data)
	require.Equal(t, 1, o.code)
	after, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, after, 1, "what failed left a file")
	info, err := after[0].Info()
	require.NoError(t, err)
	before, err := text.Stat()
	require.NoError(t, err)
	require.True(t, os.SameFile(before, info), "what failed replaced the file")
}

func TestSQLLooksBack(t *testing.T) {
	data := imported(t)
	require.Zero(t, run(t, "", "import", "react", write(t, "more.jsonl", game("ring", true)), "--data", data).code)
	count := func(args ...string) any {
		return run(t, "", append([]string{"sql", "SELECT count(*) AS n FROM episodes", "--json", "--data", data}, args...)...).rows(t)[0]["n"]
	}
	require.Equal(t, 3., count())
	require.Equal(t, 2., count("--at", "1"))
	for _, at := range []string{"99", "2001-01-01", "soon"} {
		o := run(t, "", "sql", "SELECT 1", "--at", at, "--data", data)
		require.Equal(t, 1, o.code)
		require.Contains(t, o.stderr, "snapshot")
	}
}

func TestSQLRefusals(t *testing.T) {
	data := imported(t)
	for want, o := range map[string]outcome{
		"no query":       run(t, " \n", "sql", "--data", data),
		"unknown format": run(t, "", "sql", "SELECT 1", "--format", "xml", "--data", data),
		"512MB":          run(t, "", "sql", "SELECT 1", "--memory", "lots", "--data", data),
		`"extra"`:        run(t, "", "sql", "SELECT 1", "extra", "--data", data),
	} {
		require.Equal(t, 2, o.code, o.stderr)
		require.Contains(t, o.stderr, want)
	}
	for want, query := range map[string]string{"refused": "COPY episodes TO 'x'", "nope": "FROM nope", "syntax": "SELEC 1"} {
		o := run(t, "", "sql", query, "--data", data)
		require.Equal(t, 1, o.code)
		require.Contains(t, o.stderr, want)
	}
	slow := run(t, "", "sql", "SELECT count(*) FROM range(1000000) a, range(1000000) b", "--timeout", "50ms", "--data", data)
	require.Equal(t, 1, slow.code)
	require.Contains(t, slow.stderr, "longer than 50ms")
}

func TestShowTellsAnEpisode(t *testing.T) {
	data := imported(t)
	id := episode(t, data)
	o := run(t, "", "show", id[:10], "--data", data)
	require.Zero(t, o.code, o.stderr)
	for _, want := range []string{"Episode      " + id, "alfworld", "find the key", "success, return 1, 2 steps", "Step 0", "It may be in the drawer.",
		"go to drawer 1", "Step 1", "In it, you see a key.", "reward 1, terminated"} {
		require.Contains(t, o.stdout, want)
	}
	second := run(t, "", "show", id, "--step", "1", "--data", data).stdout
	require.Contains(t, second, "open drawer 1")
	require.NotContains(t, second, "Step 0")
	require.Contains(t, second, "The drawer 1 is closed.", "the state that the step began in")
}

func TestShowAsJSON(t *testing.T) {
	data := imported(t)
	id := episode(t, data)
	require.Zero(t, run(t, "", "annotate", id, "score", "0.5", "--data", data).code)
	o := run(t, "", "show", id, "--json", "--data", data)
	require.Zero(t, o.code, o.stderr)
	answer := o.object(t)
	require.Subset(t, answer, map[string]any{"episode_id": id, "success": true, "episode_return": 1., "calls": 0.})
	require.Len(t, answer["transitions"], 2)
	require.Equal(t, "open drawer 1", answer["transitions"].([]any)[1].(map[string]any)["action"])
	require.Len(t, answer["annotations"], 1)
	require.Len(t, run(t, "", "show", id, "--json", "--step", "0", "--data", data).object(t)["transitions"], 1)
}

func TestShowOfAnEpisodeWithoutAnEnd(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	require.Zero(t, run(t, event(t, "a", "transition", step(0)), "produce", "--data", data).code)
	shown := run(t, "", "show", "e1", "--data", data).stdout
	require.Contains(t, shown, "Step 0")
	require.Contains(t, shown, "no event has ended it")
	answer := run(t, "", "show", "e1", "--json", "--data", data).object(t)
	require.Equal(t, "e1", answer["episode_id"])
	require.Nil(t, answer["status"])
	require.Len(t, answer["transitions"], 1)
}

func TestShowOfWhatIsNotThere(t *testing.T) {
	data := imported(t)
	for want, o := range map[string]outcome{
		`no episode "nope"`:       run(t, "", "show", "nope", "--data", data),
		"has no step 9":           run(t, "", "show", episode(t, data), "--step", "9", "--data", data),
		`several episodes begin `: run(t, "", "show", "", "--data", data),
	} {
		require.Equal(t, 1, o.code, o.stderr)
		require.Contains(t, o.stderr, want)
	}
	require.Equal(t, 2, run(t, "", "show", "--data", data).code)
	require.Equal(t, 2, run(t, "", "show", "x", "--step", "-4", "--data", data).code)
}

func TestShowLetsNoRecordSteerTheTerminal(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	evil := step(0)
	evil["state"] = "\x1b[2J\x1b]0;owned\x07 clear"
	require.Zero(t, run(t, event(t, "a", "transition", evil), "produce", "--data", data).code)
	o := run(t, "", "show", "e1", "--data", data)
	require.Contains(t, o.stdout, "owned")
	require.NotContains(t, o.stdout, "\x1b")
	require.NotContains(t, o.stdout, "\x07")
}

func TestDescribe(t *testing.T) {
	data := imported(t)
	views := run(t, "", "describe", "--data", data)
	require.Zero(t, views.code, views.stderr)
	require.Regexp(t, `(?m)^episodes +Attempts`, views.stdout)
	one := run(t, "", "describe", "transitions", "--json", "--data", data).object(t)
	require.Equal(t, "transitions", one["view"])
	for _, c := range one["columns"].([]any) {
		require.NotEmpty(t, c.(map[string]any)["meaning"], c)
	}
	wrong := run(t, "", "describe", "transition", "--data", data)
	require.Equal(t, 2, wrong.code)
	require.Contains(t, wrong.stderr, "transitions_raw")
}

func TestStatus(t *testing.T) {
	data := imported(t)
	answer := run(t, "", "status", "--json", "--data", data).object(t)
	require.Subset(t, answer, map[string]any{"snapshot": 1., "lag": 0., "topic": "dreamlog.experience"})
	require.Positive(t, answer["bytes"])
	require.Len(t, answer["partitions"], 4)
	require.Len(t, answer["tables"], 7)
	text := run(t, "", "status", "--data", data).stdout
	require.Regexp(t, `(?m)^transitions +4 +1 `, text)
}
