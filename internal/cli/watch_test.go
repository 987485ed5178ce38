package cli_test

import (
	"bufio"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/cli"
)

func TestShowFollowsARunningEpisode(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	produce := func(lines string) {
		require.Zero(t, run(t, lines, "produce", "--data", data).code)
	}
	produce(event(t, "a", "transition", step(0)))
	out, in := io.Pipe()
	var code int
	go func() {
		code = cli.Run(t.Context(), []string{"show", "latest", "--follow", "--data", data}, strings.NewReader(""), in, io.Discard)
		_ = in.Close()
	}()
	seen := bufio.NewScanner(out)
	await := func(want string) (before []string) {
		for seen.Scan() {
			before = append(before, seen.Text())
			if strings.Contains(seen.Text(), want) {
				return before
			}
		}
		require.Fail(t, "the watch ended early", "want %q", want)
		return nil
	}
	head := strings.Join(await("Next state"), "\n")
	require.Contains(t, head, "Episode      e1")
	require.Contains(t, head, "Step 0")
	require.NotContains(t, head, "Outcome", "nothing has ended it yet")

	next := step(1)
	next["state"] = "a room"
	produce(event(t, "b", "transition", next))
	between := strings.Join(await("Step 1"), "\n")
	require.NotContains(t, between, "State ", "it is where step 0 led to")
	require.NotContains(t, between, "Step 0", "nothing is shown twice")

	produce(event(t, "c", "episode.ended", map[string]any{
		"purpose": "collect", "environment": "shop", "split": "train", "task_id": "t1", "episode_id": "e1", "origin": "real",
		"status": "completed", "success": true, "length": 2,
	}))
	outcome := await("Outcome")
	require.Contains(t, outcome[len(outcome)-1], "completed, success")
	require.False(t, seen.Scan())
	require.Zero(t, code)
}

func TestShowFollowsOnlyWhatGoesOn(t *testing.T) {
	data := imported(t)
	o := run(t, "", "show", episode(t, data), "--follow", "--data", data)
	require.Zero(t, o.code, o.stderr)
	require.Contains(t, o.stdout, "Step 1")
	require.Contains(t, o.stdout, "completed, success", "an episode that has ended is shown as it is")
	for _, flag := range [][]string{{"--step", "1"}, {"--at", "1"}, {"--json"}} {
		o := run(t, "", append([]string{"show", "latest", "--follow", "--data", data}, flag...)...)
		require.Equal(t, 2, o.code, flag)
	}
}
