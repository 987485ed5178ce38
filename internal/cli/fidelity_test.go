package cli_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The names that DESIGN's section 11 promises to scripts.
var fidelityNames = []string{"model", "k", "setting", "depth", "next_state_exact", "token_f1", "admissible_exact", "admissible_f1", "reward_error", "false_success", "missed_success"}

func TestFidelityMeasuresWhatWasPlayed(t *testing.T) {
	data, dir := filepath.Join(t.TempDir(), "data"), games(t)
	for _, agent := range [][]string{{"scripted"}, {"scripted", "--noise", "0.3"}, {"random"}} {
		o := run(t, "", append([]string{"play", "--games", dir, "--attempts", "3", "--data", data, "--agent"}, agent...)...)
		require.Zero(t, o.code, o.stderr)
	}
	drawing := filepath.Join(t.TempDir(), "fidelity.svg")
	o := run(t, "", "fidelity", "--k", "0,2", "--depth", "1,4", "--record", "--plot", drawing, "--data", data, "--json")
	require.Zero(t, o.code, o.stderr)
	found := o.object(t)
	rows := found["rows"].([]any)
	require.Len(t, rows, 2*2*2*3*2, "model, k, setting, one step and two depths, all and knowable steps")
	for _, r := range rows {
		for _, name := range fidelityNames {
			require.Contains(t, r, name)
		}
	}
	require.Positive(t, found["recorded"])
	requireSVG(t, drawing)

	o = run(t, "", "fidelity", "--games", dir, "--noise", "0,0.5", "--attempts", "1", "--model", "copy", "--setting", "known", "--k", "2", "--depth", "1",
		"--plot", filepath.Join(filepath.Dir(drawing), "f.png"), "--data", data)
	require.Zero(t, o.code, o.stderr)
	require.Regexp(t, `(?m)^copy +known +2 +one_step +1 +\d+ +0 +[01]\.\d{3}`, o.stdout)
	require.NotRegexp(t, `copy +unseen`, o.stdout)
	require.Regexp(t, `(?m)^scripted-0\.50 +[01]\.\d{3} +[01]\.\d{3} +[+-]`, o.stdout)
	require.Contains(t, o.stderr, "measuring copy, k = 2, known tasks")
	picture, err := os.ReadFile(filepath.Join(filepath.Dir(drawing), "f.png"))
	require.NoError(t, err)
	_, err = png.Decode(bytes.NewReader(picture))
	require.NoError(t, err)

	errs := run(t, "", "sql", "SELECT count(*) > 0 AND min(n) > 0 FROM model_error", "--format", "csv", "--data", data)
	require.Contains(t, errs.stdout, "true")
}

func requireSVG(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(data), "lifted, known, k = 2")
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}

func TestFidelitySaysWhatIsWrong(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	require.Contains(t, run(t, "", "fidelity", "--data", data).stderr, "there is no data directory")
	require.Zero(t, run(t, "", "play", "--games", games(t), "--tasks", "1", "--data", data).code)
	for want, c := range map[string]struct {
		code int
		args []string
	}{
		"--setting new: give known, unseen":       {2, []string{"--setting", "new"}},
		"--k -1":                                  {2, []string{"--k", "-1"}},
		"--depth: give depths of 1 or more":       {2, []string{"--depth", "5,1"}},
		"a share of 1 cannot be held out":         {2, []string{"--hold-out-tasks", "1"}},
		`there is no experience model "crystal"`:  {2, []string{"--model", "crystal"}},
		"--plot: cannot write /nonexistent/f.svg": {2, []string{"--plot", "/nonexistent/f.svg"}},
		"ends in .svg or .png":                    {2, []string{"--plot", "f.gif"}},
		"give 1 or more":                          {2, []string{"--games", "g", "--attempts", "0"}},
		"noise of 3":                              {2, []string{"--games", "g", "--noise", "3"}},
		`there is no environment "moon"`:          {2, []string{"--real", "moon"}},
		"too few recordings to hold some out":     {1, nil},
		"no real transitions of moon":             {1, []string{"--env", "moon"}},
	} {
		o := run(t, "", append(append([]string{"fidelity"}, c.args...), "--data", data)...)
		require.Equal(t, c.code, o.code, want)
		require.Contains(t, o.stderr, want)
		require.Empty(t, o.stdout)
	}
}
