package cli_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDreamPlaysWhatWasFitted(t *testing.T) {
	data, dir := filepath.Join(t.TempDir(), "data"), games(t)
	for _, agent := range [][]string{{"scripted"}, {"searching", "--noise", "0.5"}, {"random"}} {
		o := run(t, "", append([]string{"play", "--games", dir, "--attempts", "3", "--data", data, "--agent"}, agent...)...)
		require.Zero(t, o.code, o.stderr)
	}
	o := run(t, "", "model", "fit", "--data", data, "--json")
	require.Zero(t, o.code, o.stderr)
	fit := o.object(t)
	for _, name := range []string{"model_id", "version", "uri", "sha256", "transitions"} {
		require.NotEmpty(t, fit[name], name)
	}
	o = run(t, "", "model", "list", "--data", data)
	require.Contains(t, o.stdout, fit["version"])
	require.Contains(t, run(t, "", "model", "fit", "--data", data).stdout, "the newest model is the same")

	o = run(t, "", "dream", "--agent", "scripted", "--k", "3", "--data", data, "--json")
	require.Zero(t, o.code, o.stderr)
	dreamt := o.object(t)
	require.Subset(t, dreamt, map[string]any{"episodes": 6., "model": fit["model_id"], "model_version": fit["version"], "k": 3.})
	for _, name := range []string{"transitions", "success_rate", "steps_per_second", "run_id"} {
		require.Contains(t, dreamt, name)
	}
	shown := run(t, "", "show", "latest", "--step", "0", "--data", data)
	require.Zero(t, shown.code, shown.stderr)
	require.Contains(t, shown.stdout, "synthetic, by model lifted/textworld version "+fit["version"].(string))
	require.Regexp(t, `\n  Reasoning  +\S`, shown.stdout)
	require.Regexp(t, `\n  Grounded  +\S+ \(similarity \d\.\d{3}\)\n +\S+ \(similarity`, shown.stdout)

	again := run(t, "", "dream", "--agent", "scripted", "--k", "3", "--attempts", "2", "--run", dreamt["run_id"].(string), "--data", data)
	require.Zero(t, again.code, again.stderr)
	require.Contains(t, again.stdout, "6 attempts finished before")
}

func TestDreamSaysWhatIsWrong(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	require.Contains(t, run(t, "", "dream", "--data", data).stderr, "there is no data directory")
	require.Zero(t, run(t, "", "play", "--games", games(t), "--tasks", "2", "--data", data).code)
	unknown := run(t, "", "dream", "--model", "copy", "--run", "0199d5a4-0000-7000-8000-000000000001", "--data", data)
	require.Equal(t, 1, unknown.code)
	require.Contains(t, unknown.stderr, "nothing of it is recorded: see that the id is right")
	require.Empty(t, unknown.stdout, "nothing was done that could be told")
	require.Equal(t, 2, run(t, "", "dream", "--model", "oracle", "--data", data).code)
	for want, args := range map[string][]string{
		"no model of environment textworld was fitted": {"dream"},
		`there is no experience model "oracle"`:        {"dream", "--model", "oracle"},
		"--k -1":                                       {"dream", "--k", "-1"},
		`there is no agent "deity"`:                    {"dream", "--agent", "deity"},
		"--attempts 0":                                 {"dream", "--attempts", "0"},
		"no transitions of moon":                       {"dream", "--env", "moon"},
		"no real transitions of moon":                  {"model", "fit", "--env", "moon"},
		`textworld version "1066"`:                     {"model", "fit", "--env", "textworld", "--env-version", "1066"},
		`no task of split "dev"`:                       {"dream", "--model", "copy", "--split", "dev"},
		"is a UUID":                                    {"dream", "--model", "copy", "--run", "../x"},
	} {
		o := run(t, "", append(args, "--data", data)...)
		require.NotZero(t, o.code, args)
		require.Contains(t, o.stderr, want)
	}
}
