package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// games generates a few games and returns their folder.
func games(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "games")
	o := run(t, "", "games", "generate", "--count", "6", "--seed", "2", "-o", dir, "--json")
	require.Zero(t, o.code, o.stderr)
	require.Subset(t, o.object(t), map[string]any{"games": 6., "written": 6., "unchanged": 0.})
	return dir
}

func TestGamesAreGeneratedOnce(t *testing.T) {
	dir := games(t)
	again := run(t, "", "games", "generate", "--count", "6", "--seed", "2", "-o", dir)
	require.Zero(t, again.code, again.stderr)
	require.Contains(t, again.stdout, "6 were there before")
	for _, wrong := range [][]string{{"-o", dir, "--split", "moon"}, {"-o", dir, "--count", "0"}, {"-o", dir, "--kind", "opera"}, {}} {
		require.Equal(t, 2, run(t, "", append([]string{"games", "generate"}, wrong...)...).code, wrong)
	}
}

func TestPlayWinsByTheWalkthrough(t *testing.T) {
	data, dir := filepath.Join(t.TempDir(), "data"), games(t)
	o := run(t, "", "play", "--games", dir, "--agent", "scripted", "--attempts", "2", "--data", data, "--json")
	require.Zero(t, o.code, o.stderr)
	answer := o.object(t)
	require.Subset(t, answer, map[string]any{"episodes": 12., "success_rate": 1., "tasks": 6.})
	require.Positive(t, answer["steps_per_second"])
	require.Contains(t, o.stderr, "run "+answer["run_id"].(string))

	rows := run(t, "", "sql", "SELECT count(*) AS n, min(length) AS least FROM episodes WHERE policy_id = 'scripted'", "--data", data, "--json").rows(t)
	require.Equal(t, 12., rows[0]["n"])
	require.Greater(t, rows[0]["least"], 1.)

	human := run(t, "", "play", "--games", dir, "--agent", "searching", "--run", answer["run_id"].(string), "--data", data)
	require.Equal(t, 1, human.code, "another policy cannot go on with a run")
	require.Contains(t, human.stderr, "scripted")
}

func TestPlayInTheShop(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	o := run(t, "", "play", "--env", "shop", "--products", "500", "--agent", "searching", "--tasks", "20", "--data", data)
	require.Zero(t, o.code, o.stderr)
	require.Contains(t, o.stdout, "20 episodes")
	require.Contains(t, o.stdout, "success")
}

func TestPlaySaysWhatIsWrong(t *testing.T) {
	data, dir := filepath.Join(t.TempDir(), "data"), games(t)
	for want, args := range map[string][]string{
		`no environment "moon"`:   {"--env", "moon"},
		`no agent "deity"`:        {"--agent", "deity", "--games", dir},
		"--attempts 0":            {"--attempts", "0", "--games", dir},
		"--purpose fun":           {"--purpose", "fun", "--games", dir},
		"no games: --games names": {},
		"none of the 6 tasks":     {"--games", dir, "--split", "dev"},
		"is a UUID":               {"--games", dir, "--run", "../x"},
		"URL":                     {"--games", dir, "--agent", "chat", "--model", "m"},
	} {
		o := run(t, "", append([]string{"play", "--data", data}, args...)...)
		require.NotZero(t, o.code, args)
		require.Contains(t, o.stderr, want)
	}
}

func TestADamagedGameHarmsNoOther(t *testing.T) {
	data, lake, dir := filepath.Join(t.TempDir(), "the data"), filepath.Join(t.TempDir(), "lake"), games(t)
	var damaged string
	require.NoError(t, filepath.Walk(dir, func(path string, _ os.FileInfo, err error) error {
		if strings.HasSuffix(path, ".tw-pddl") {
			damaged = path
		}
		return err
	}))
	whole, err := os.ReadFile(damaged)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(damaged, whole[:len(whole)/2], 0o600))
	o := run(t, "", "play", "--games", dir, "--agent", "scripted", "--data", data, "--lake", lake)
	require.Equal(t, 3, o.code, o.stderr)
	require.Contains(t, o.stderr, "1 episode broke off, 1 of them with: ")
	require.Contains(t, o.stderr, "`dreamlog sql --data '"+data+"' --lake "+lake+" \"SELECT status, reason, count(*) FROM episodes WHERE run_id = '")
	require.Contains(t, o.stdout, "5 completed, 1 failed")
	rows := run(t, "", "sql", "SELECT reason FROM episodes WHERE status = 'failed'", "--data", data, "--lake", lake, "--json").rows(t)
	require.Contains(t, rows[0]["reason"], filepath.Base(damaged))
	require.Contains(t, o.stderr, rows[0]["reason"])
}

func TestGamesCheck(t *testing.T) {
	require.Equal(t, 2, run(t, "", "games", "check").code)
	data := os.Getenv("DREAMLOG_TESTDATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	folder := filepath.Join(data, "alfworld")
	if _, err := os.Stat(folder); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the games of ALFWorld are missing, and CI=true: %v", err)
		}
		t.Skipf("no games of ALFWorld: %v", err)
	}
	o := run(t, "", "games", "check", "--games", folder, "--traces", filepath.Join(folder, "traces.jsonl.gz"), "--json")
	require.Zero(t, o.code, o.stderr)
	require.Subset(t, o.object(t), map[string]any{"games": 167., "mismatches": 0., "walkthroughs": 207., "won": 207.})
}
