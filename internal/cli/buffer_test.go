package cli_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// played returns a data directory with groups of two attempts at six games.
func played(t *testing.T) (data string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	o := run(t, "", "play", "--games", games(t), "--agent", "scripted", "--attempts", "2", "--data", data)
	require.Zero(t, o.code, o.stderr)
	return data
}

func TestBufferSample(t *testing.T) {
	data := played(t)
	o := run(t, "", "buffer", "sample", "--groups", "4", "--seed", "3", "--data", data, "--json")
	require.Zero(t, o.code, o.stderr)
	first := o.object(t)
	require.Len(t, first["items"], 4)
	require.Equal(t, []any{1., 1., 1., 1.}, first["probabilities"])
	require.Len(t, first["digest"], 64)
	require.Subset(t, first, map[string]any{"snapshot": 1., "seed": 3., "recorded": true})
	rows := run(t, "", "sql", "SELECT batch_id, digest, len(items) AS n, complete FROM batches", "--data", data, "--json").rows(t)
	require.Equal(t, []map[string]any{{"batch_id": first["batch_id"], "digest": first["digest"], "n": 4., "complete": true}}, rows)

	again := run(t, "", "buffer", "sample", "--groups", "4", "--seed", "3", "--at", "1", "--data", data, "--json").object(t)
	require.Equal(t, first["digest"], again["digest"])
	require.Equal(t, first["items"], again["items"])
	require.Equal(t, false, again["recorded"])

	human := run(t, "", "buffer", "sample", "--groups", "2", "--order", "uniform", "--policy", "scripted", "--data", data)
	require.Zero(t, human.code, human.stderr)
	require.Contains(t, human.stdout, "drawn   2 groups from snapshot 2 with seed 0")
	require.Contains(t, human.stdout, "landed  snapshot 3")
	require.Contains(t, human.stdout, "real")

	none := run(t, "", "buffer", "sample", "--groups", "1", "--data", data)
	require.Equal(t, 1, none.code)
	require.Contains(t, none.stderr, "of the 6 groups that the run may see 0 real and 0 synthetic ones can be drawn, 6 were drawn before")
	require.Empty(t, none.stdout)
}

func TestBufferRetrieve(t *testing.T) {
	data := imported(t)
	ask := []string{"buffer", "retrieve", "--state", "The drawer 1 is closed.", "--action", "open drawer 1", "--task", "find-key/trial_1", "--data", data}
	o := run(t, "", append(ask, "-k", "2", "--json")...)
	require.Zero(t, o.code, o.stderr)
	found := o.object(t)
	require.Equal(t, 1., found["snapshot"])
	require.Len(t, found["digest"], 64)
	require.Equal(t, []any{1., 1.}, found["probabilities"])
	item := found["items"].([]any)[0].(map[string]any)
	require.Subset(t, item, map[string]any{"similarity": 1., "origin": "real", "depth": 0., "action": "open drawer 1", "next_state": "In it, you see a key.", "success": true})
	require.Equal(t, found, run(t, "", append(ask, "-k", "2", "--json")...).object(t), "the same question, the same answer")

	human := run(t, "", ask...)
	require.Zero(t, human.code, human.stderr)
	require.Contains(t, human.stdout, "found   4 demonstrations in snapshot 1")
	require.Contains(t, human.stdout, "In it, you see a key.")
	require.NotContains(t, run(t, "", append(ask, "--without-own-task")...).stdout, "key.")
}

func TestBufferSaysWhatIsWrong(t *testing.T) {
	data := imported(t)
	for want, args := range map[string][]string{
		"a batch of 0 groups":                                     {"sample", "--groups", "0"},
		"staleness 99: give 0 to 8":                               {"sample", "--staleness", "99"},
		`order "lifo"`:                                            {"sample", "--order", "lifo"},
		"--policy learner@x: give ID or ID@VER":                   {"sample", "--policy", "learner@x"},
		"there is nothing to be similar to":                       {"retrieve"},
		"-k 0: give 1 or more":                                    {"retrieve", "--action", "look", "-k", "0"},
		"--origin dreamt: give real":                              {"retrieve", "--action", "look", "--origin", "dreamt"},
		`there is no buffer "nope": give one of sample, retrieve`: {"nope"},
		"say what to do: sample, retrieve":                        {},
		"give --task as well":                                     {"retrieve", "--action", "look", "--without-own-task"},
		"give --episode as well":                                  {"retrieve", "--action", "look", "--step", "2"},
	} {
		o := run(t, "", append([]string{"buffer", "--data", data}, args...)...)
		require.Equal(t, 2, o.code, args)
		require.Contains(t, o.stderr, want)
	}
	for want, args := range map[string][]string{
		"there are no transitions of moon that this run may see":              {"retrieve", "--action", "look", "--environment", "moon"},
		`no transitions of alfworld version "7"`:                              {"retrieve", "--action", "look", "--environment", "alfworld", "--environment-version", "7"},
		"there are some of alfworld without a version":                        {"retrieve", "--action", "look", "--environment-version", "7"},
		"no transitions of any environment that this run may see":             {"retrieve", "--action", "look", "--source", "nowhere"},
		`environment alfworld has no task_id "nope"`:                          {"retrieve", "--action", "look", "--task", "nope"},
		`environment alfworld has no episode_id "nope"`:                       {"retrieve", "--action", "look", "--episode", "nope", "--step", "2"},
		`task "nope" cannot be held out`:                                      {"retrieve", "--action", "look", "--without-task", "nope"},
		"there is no snapshot 9":                                              {"retrieve", "--action", "look", "--at", "9"},
		"nothing can be drawn as of snapshot 1: 8 real groups are wanted for": {"sample"},
	} {
		o := run(t, "", append([]string{"buffer", "--data", data}, args...)...)
		require.Equal(t, 1, o.code, args)
		require.Contains(t, o.stderr, want)
	}
}

func TestTheVersionThatIsNoneIsOneOfItsOwn(t *testing.T) {
	data := imported(t)
	o := run(t, `{"type":"transition","data":{"environment":"alfworld","environment_version":"7","task_id":"t","episode_id":"e","step":0,"state":"a coin","action":"flip","next_state":"heads"}}`, "produce", "--data", data)
	require.Zero(t, o.code, o.stderr)
	ask := []string{"buffer", "retrieve", "--action", "flip", "--data", data}
	both := run(t, "", ask...)
	require.Equal(t, 1, both.code)
	require.Contains(t, both.stderr, `environment alfworld has several versions, and they are never mixed: name one of alfworld without a version, alfworld version "7"`)
	require.Contains(t, run(t, "", append(ask, "--environment-version", "")...).stdout, "4 demonstrations")
	require.Contains(t, run(t, "", append(ask, "--environment-version", "7")...).stdout, "1 demonstration in")
}
