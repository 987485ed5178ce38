package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/internal/cli"
)

// asProgram makes the test binary the program itself, for tests that need a
// process of its own: with a terminal, or to be sent signals.
const asProgram = "DREAMLOG_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	goleak.VerifyTestMain(m)
}

// outcome is what a command line came to.
type outcome struct {
	code           int
	stdout, stderr string
}

// run carries out a command line in this process.
func run(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	return runIn(t.Context(), stdin, args...)
}

func runIn(ctx context.Context, stdin string, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	code := cli.Run(ctx, args, strings.NewReader(stdin), &stdout, &stderr)
	return outcome{code, stdout.String(), stderr.String()}
}

// object decodes the one JSON object that stdout must hold.
func (o outcome) object(t *testing.T) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(o.stdout))
	var object map[string]any
	require.NoError(t, decoder.Decode(&object), "stdout: %s\nstderr: %s", o.stdout, o.stderr)
	require.False(t, decoder.More(), "more than one object: %s", o.stdout)
	return object
}

// rows decodes the rows of sql --json.
func (o outcome) rows(t *testing.T) (rows []map[string]any) {
	t.Helper()
	require.Zero(t, o.code, o.stderr)
	require.NoError(t, json.Unmarshal([]byte(o.stdout), &rows), o.stdout)
	return rows
}

// game is a transcript as KnowAgent writes it: two steps, the second of which
// ends it.
func game(name string, won bool) string {
	text := "You are in the middle of a room.\nYour task is to: find the " + name + ".\n" +
		"> think: It may be in the drawer.\nOK.\n> go to drawer 1\nThe drawer 1 is closed.\n> open drawer 1\nIn it, you see a " + name + "."
	line, err := json.Marshal(map[string]any{"name": "find-" + name + "/trial_1", "result": won, "traj": text})
	if err != nil {
		panic(err)
	}
	return string(line) + "\n"
}

// write writes a file into a folder of the test.
func write(t *testing.T, name string, parts ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(parts, "")), 0o600))
	return path
}

// imported returns a data directory with two episodes, one of them won.
func imported(t *testing.T) (data string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	o := run(t, "", "import", "react", write(t, "games.jsonl", game("key", true), game("coin", false)), "--data", data)
	require.Zero(t, o.code, o.stderr)
	return data
}

// episode returns the id of the episode that was won.
func episode(t *testing.T, data string) string {
	t.Helper()
	rows := run(t, "", "sql", "SELECT episode_id FROM episodes WHERE recorded_success", "--data", data, "--json").rows(t)
	require.Len(t, rows, 1)
	return rows[0]["episode_id"].(string)
}
