package cli_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestImportCountsWhatItBrought(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	file := write(t, "games.jsonl", game("key", true), game("coin", false))
	first := run(t, "", "import", "react", file, "--data", data, "--json")
	require.Zero(t, first.code, first.stderr)
	answer := first.object(t)
	require.Subset(t, answer, map[string]any{"episodes": 2., "transitions": 4., "tasks": 2., "rejected": 0., "duplicates": 0.})
	require.Equal(t, 1., answer["landed"].(map[string]any)["snapshot"])

	again := run(t, "", "import", "react", file, "--data", data)
	require.Zero(t, again.code, again.stderr)
	require.Contains(t, again.stdout, "imported  0 episodes")
	require.Contains(t, again.stdout, "found     2 episodes, 4 transitions, 2 tasks")
	require.Regexp(t, `left out +\d+ events known already`, again.stdout)
}

func TestImportReportsEachRefusedRecord(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	file := write(t, "games.jsonl", game("key", true), "{\"name\": \"nothing\"}\n", game("coin", false), "no JSON\n")
	o := run(t, "", "import", "react", file, "--data", data, "--json")
	require.Equal(t, 3, o.code)
	answer := o.object(t)
	require.Subset(t, answer, map[string]any{"episodes": 2., "rejected": 2.})
	rejections := answer["rejections"].([]any)
	require.Len(t, rejections, 2)
	require.Subset(t, rejections[0], map[string]any{"file": file, "record": 2.})
	require.Contains(t, o.stderr, file+" record 2: ")
	require.Contains(t, o.stderr, file+" record 4: ")

	strict := run(t, "", "import", "react", file, "--data", data+"2", "--strict")
	require.Equal(t, 1, strict.code)
	require.Equal(t, 1, strings.Count(strict.stderr, "record 2"), strict.stderr)
	require.NotContains(t, strict.stderr, "record 4")
}

func TestImportRefusesWrongUsage(t *testing.T) {
	file := write(t, "games.jsonl", game("key", true))
	for want, args := range map[string][]string{
		"did you mean react?":             {"reakt", file},
		"PATH… is missing":                {"react"},
		"FORMAT is missing":               {},
		"no such file":                    {"react", file + ".gone"},
		"--purpose fun":                   {"react", file, "--purpose", "fun"},
		"--query":                         {"mapping", file},
		"takes no query":                  {"react", file, "--query", "SELECT 1"},
		"unknown flag: --bogus":           {"react", file, "--bogus"},
		`broker "nowhere"`:                {"react", file, "--brokers", "nowhere"},
		"need --brokers":                  {"react", file, "--tls"},
		"SASL needs a password":           {"react", file, "--brokers", "b:1", "--sasl-user", "me", "--sasl-mechanism", "PLAIN"},
		`topic "no topic.experience"`:     {"react", file, "--topic-prefix", "no topic"},
		`SASL mechanism "MAGIC"`:          {"react", file, "--brokers", "b:1", "--sasl-user", "me", "--sasl-mechanism", "MAGIC", "--sasl-password-file", file},
		"--sasl-password-file: read secr": {"react", file, "--brokers", "b:1", "--sasl-user", "me", "--sasl-password-file", file + ".gone"},
	} {
		t.Run(want, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			o := run(t, "", append([]string{"import", "--data", data}, args...)...)
			require.Equal(t, 2, o.code, o.stderr)
			require.Contains(t, o.stderr, want)
			require.Empty(t, o.stdout)
			require.NoDirExists(t, data, "wrong usage made a data directory")
		})
	}
	require.Contains(t, run(t, "", "import", "reakt", file).stderr, "textworld-express", "the formats are listed")
}

func TestMappingTakesItsQueryFromAFile(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	csv := write(t, "runs.csv", "run,turn,seen,act\na,0,door,open\na,1,room,look\n")
	query := write(t, "query.sql", "SELECT run AS episode_id, turn AS step, seen AS state, act AS action, 'shop' AS environment, 't' AS task_id FROM source")
	o := run(t, "", "import", "mapping", csv, "--query", query, "--data", data, "--json")
	require.Zero(t, o.code, o.stderr)
	require.Subset(t, o.object(t), map[string]any{"episodes": 1., "transitions": 2.})
}

func TestInterruptedImportSaysHowToGoOn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := runIn(ctx, "", "import", "react", write(t, "games.jsonl", game("key", true)), "--data", filepath.Join(t.TempDir(), "data"))
	require.Equal(t, 130, o.code, o.stderr)
	require.Contains(t, o.stderr, "interrupted; run the same command again")
}

// event is a line for produce.
func event(t *testing.T, id, kind string, data map[string]any) string {
	t.Helper()
	line, err := json.Marshal(map[string]any{"id": id, "type": kind, "data": data})
	require.NoError(t, err)
	return string(line) + "\n"
}

func step(number int) map[string]any {
	return map[string]any{
		"purpose": "collect", "environment": "shop", "split": "train", "task_id": "t1", "episode_id": "e1", "step": number, "origin": "real",
		"state": "a door", "action": "open it", "next_state": "a room", "terminated": false, "truncated": false,
	}
}

func TestProduceTakesWhatIsNewAndRight(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	wrong := step(2)
	wrong["step"] = "two"
	lines := event(t, "a", "transition", step(0)) + event(t, "b", "transition", step(1)) + event(t, "a", "transition", step(0)) +
		event(t, "c", "transition", wrong)
	o := run(t, lines, "produce", "--data", data, "--json")
	require.Equal(t, 3, o.code, o.stderr)
	require.Subset(t, o.object(t), map[string]any{"produced": 2., "rejected": 1., "duplicates": 1.})
	require.Contains(t, o.stderr, "line 4: ")
	require.Contains(t, o.stderr, "step")

	again := run(t, event(t, "b", "transition", step(1)), "produce", "--data", data, "--json")
	require.Zero(t, again.code, again.stderr)
	require.Subset(t, again.object(t), map[string]any{"produced": 0., "duplicates": 1.})
	require.Equal(t, 1, run(t, "nonsense", "produce", "--strict", "--data", data).code)
}

func TestNoLandLeavesLandingToLand(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	o := run(t, event(t, "a", "transition", step(0)), "produce", "--no-land", "--data", data)
	require.Zero(t, o.code, o.stderr)
	require.Contains(t, o.stdout, "dreamlog land")
	require.Equal(t, 1., run(t, "", "status", "--data", data, "--json").object(t)["lag"])
	require.Contains(t, run(t, "", "status", "--data", data).stdout, "1 offset on the event log")

	landed := run(t, "", "land", "--data", data, "--json")
	require.Zero(t, landed.code, landed.stderr)
	require.Subset(t, landed.object(t), map[string]any{
		"snapshot": 1., "rows": map[string]any{"transitions": 1.}, "deadletter": 0., "duplicates": 0., "skipped": 0.})
	require.Equal(t, 0., run(t, "", "status", "--data", data, "--json").object(t)["lag"])
	require.Contains(t, run(t, "", "land", "--data", data).stdout, "snapshot 1, 0 new rows")
}

func TestAnnotateCorrectsAReward(t *testing.T) {
	data := imported(t)
	id := episode(t, data)
	o := run(t, "", "annotate", "--data", data, "--json", "--author", "me", "--", id, "reward", "-1")
	require.Zero(t, o.code, o.stderr)
	require.NotEmpty(t, o.object(t)["event_id"])
	rows := run(t, "", "sql", "SELECT episode_return, recorded_return FROM episodes WHERE recorded_success", "--data", data, "--json").rows(t)
	require.Equal(t, []map[string]any{{"episode_return": -1., "recorded_return": 1.}}, rows)

	dash := run(t, "", "annotate", "--data", data, id, "reward", "-1")
	require.Equal(t, 2, dash.code)
	require.Contains(t, dash.stderr, "write -- before")
	unknown := run(t, "", "annotate", "--data", data, "no-such-id", "reward", "1")
	require.Equal(t, 1, unknown.code)
	require.Contains(t, unknown.stderr, `"no-such-id"`)
}

func TestImportBringsTheRealRecordsIn(t *testing.T) {
	sources := os.Getenv("DREAMLOG_TESTDATA")
	if sources == "" {
		sources = filepath.Join("..", "..", "..", "shared", "data")
	}
	file := filepath.Join(sources, "taubench_airline", "gpt-4o-airline.json")
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the recorded experience is not here: %v", err)
	}
	data := filepath.Join(t.TempDir(), "data")
	o := run(t, "", "import", "taubench", filepath.Dir(file), "--data", data, "--json")
	require.Zero(t, o.code, o.stderr)
	require.Subset(t, o.object(t), map[string]any{"episodes": 200., "transitions": 2454., "tasks": 50., "rejected": 0.})
	rows := run(t, "", "sql", "SELECT round(avg(episode_return), 3) AS mean FROM episodes", "--data", data, "--json").rows(t)
	require.Equal(t, []map[string]any{{"mean": 0.42}}, rows)
}
