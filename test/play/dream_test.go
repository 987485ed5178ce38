package play_test

import (
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// dreamer is a lake with a model in it, which is copied for each story.
type dreamer struct {
	data string
	// snapshot that every dream is of.
	snapshot string
}

// experienced plays games, and fits a model to what came of it.
func experienced(t *testing.T) *dreamer {
	t.Helper()
	data, dir := filepath.Join(t.TempDir(), "data"), generated(t, games)
	for _, agent := range []string{"searching", "random"} {
		run(t, "play", "--data", data, "--games", dir, "--agent", agent, "--attempts", "2", "--seed", "5")
	}
	run(t, "model", "fit", "--data", data)
	return &dreamer{data, strconv.FormatInt(ask(t, data, "SELECT max(snapshot) + 1 FROM models")[0].(int64), 10)}
}

// args are those of a command that dreams the plan.
func (d *dreamer) args(workers int, more ...string) []string {
	return append([]string{
		"dream", "--data", d.data, "--at", d.snapshot, "--agent", "random", "--attempts", strconv.Itoa(attempts),
		"--seed", "5", "--max-steps", "150", "--workers", strconv.Itoa(workers), "--k", "3",
	}, more...)
}

// dreamtQuery says what the finished attempts of a run are, with why.
const dreamtQuery = `
WITH done AS (SELECT episode_id, task_id, attempt, status FROM episodes WHERE finished AND run_id = 'RUN')
SELECT (SELECT count(*) FROM done), (SELECT count(DISTINCT (task_id, attempt)) FROM done), count(*),
    md5(string_agg(concat_ws(chr(31), d.task_id, d.attempt, d.status, step, state, action, next_state, reward, reasoning,
        demonstrations, demo_depth, model_version, buffer_snapshot, t.info), chr(30) ORDER BY d.task_id, d.attempt, step))
FROM transitions_raw AS t JOIN done AS d USING (episode_id)`

func (d *dreamer) digest(t *testing.T, id string) played {
	t.Helper()
	row := ask(t, d.data, queryOfRun(dreamtQuery, id))
	return played{row[0].(int64), row[1].(int64), row[2].(int64), row[3].(string)}
}

// TestDream is the story of TestPlay where no environment is: the same model,
// snapshot and seed dream the same, with any number of workers, and over the
// graves of processes.
func TestDream(t *testing.T) {
	d := experienced(t)
	want := d.digest(t, run(t, d.args(8)...).runID())
	require.EqualValues(t, games*attempts, want.finished)
	require.EqualValues(t, games*attempts, want.places)
	require.Equal(t, want, d.digest(t, run(t, d.args(1)...).runID()), "the same seed, with one worker")
	t.Run("killed", func(t *testing.T) {
		id := killAndContinue(t, func(more ...string) []string { return d.args(8, more...) })
		require.Equal(t, want, d.digest(t, id), "every attempt is finished once, as if nobody had been killed")
	})
	holds(t, d.data)
}
