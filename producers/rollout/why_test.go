package rollout_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/rollout"
)

func TestTheReasonOfMostBrokenEpisodesIsTold(t *testing.T) {
	var acts atomic.Int64
	w, d := newWorld(6), straight()
	d.hook = func(_ context.Context, call string) error {
		switch {
		case call != "act":
			return nil
		case acts.Add(1) == 1:
			return errors.New("a cold start")
		}
		return errors.New("no such key")
	}
	result := play(t, w, d, &memory{}, rollout.Options{Workers: 1})
	require.EqualValues(t, 6, result.Aborted)
	reason, episodes := result.Why()
	require.Contains(t, reason, "no such key")
	require.EqualValues(t, 5, episodes)

	result = play(t, newWorld(2), straight(), &memory{}, rollout.Options{})
	reason, episodes = result.Why()
	require.Empty(t, reason)
	require.Zero(t, episodes)
}
