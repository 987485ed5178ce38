package rollout_test

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/rollout"
)

// The same seed gives the same episodes, whoever plays them.
func TestWorkersDoNotChangeTheEpisodes(t *testing.T) {
	digest := func(workers int, seed int64) string {
		m := &memory{}
		play(t, newWorld(20), newDicer(), m, rollout.Options{Attempts: 5, Workers: workers, Seed: seed, MaxSteps: 12})
		require.Len(t, played(m.rows), 100)
		return m.digest(t)
	}
	one := digest(1, 3)
	require.Equal(t, one, digest(16, 3))
	require.Equal(t, one, digest(100, 3))
	require.NotEqual(t, one, digest(1, 4))
}

// Attempts at one task differ, and so do tasks.
func TestSeedsDiffer(t *testing.T) {
	m := &memory{}
	play(t, newWorld(10), newDicer(), m, rollout.Options{Attempts: 10, MaxSteps: 1})
	seeds := map[int64]bool{}
	for _, g := range played(m.rows) {
		seed := *g.steps[0].EnvSeed
		require.GreaterOrEqual(t, seed, int64(0))
		require.Less(t, seed, int64(1)<<31)
		seeds[seed] = true
	}
	require.Len(t, seeds, 100)
}

// A thousand workers wait for the log together, not one after the other: with
// acknowledgements of 50 ms, 5,000 episodes of 3 steps of 100 ms take the time
// of their steps.
func TestAThousandWorkersShareAcknowledgements(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(1000), &memory{}
		w.hook = func(_ context.Context, call string) error {
			if call == "step" {
				time.Sleep(100 * time.Millisecond)
			}
			return nil
		}
		m.hook = func(_ context.Context, call string) error {
			if call == "flush" {
				time.Sleep(50 * time.Millisecond)
			}
			return nil
		}
		start := time.Now()
		result := play(t, w, straight(), m, rollout.Options{Attempts: 5, Workers: 1000, Now: time.Now})
		require.EqualValues(t, 5000, result.Completed)
		require.EqualValues(t, 1000, w.opened.Load())
		require.Less(t, time.Since(start), 2*time.Second)
		require.Less(t, m.flushes, 100)
		require.InDelta(t, 15_000/time.Since(start).Seconds(), result.StepsPerSecond, 1)
	})
}

// One worker does not wait for acknowledgements before it plays on.
func TestOneWorkerPlaysOnWhileTheLogAcknowledges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(100), &memory{}
		m.hook = func(_ context.Context, call string) error {
			if call == "flush" {
				time.Sleep(time.Second)
			}
			return nil
		}
		start := time.Now()
		play(t, w, straight(), m, rollout.Options{Now: time.Now})
		require.LessOrEqual(t, time.Since(start), 2*time.Second)
	})
}

// A log that is full stops the workers, each at its next event.
func TestAFullLogStopsTheWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const workers, room = 50, 500
		w, m := newWorld(1000), &memory{}
		var steps, taken atomic.Int64
		full := make(chan struct{})
		w.hook = func(_ context.Context, call string) error {
			if call == "step" {
				steps.Add(1)
			}
			return nil
		}
		m.hook = func(_ context.Context, call string) error {
			if call == "produce" && taken.Add(1) > room {
				<-full
			}
			return nil
		}
		var result rollout.Result
		var running sync.WaitGroup
		running.Go(func() { result = play(t, w, straight(), m, rollout.Options{Workers: workers, Now: time.Now}) })
		synctest.Wait()
		require.EqualValues(t, room+workers, taken.Load(), "each waits with one event")
		before := steps.Load()
		time.Sleep(time.Hour)
		require.Equal(t, before, steps.Load())
		close(full)
		running.Wait()
		require.EqualValues(t, 1000, result.Completed)
	})
}

// An episode counts when the log has it, not before.
func TestEpisodesCountWhenTheyAreAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(3), &memory{}
		acknowledge := make(chan struct{})
		m.hook = func(_ context.Context, call string) error {
			if call == "flush" {
				<-acknowledge
			}
			return nil
		}
		var mu sync.Mutex
		var last rollout.Progress
		heard := 0
		running := make(chan rollout.Result)
		go func() {
			running <- play(t, w, straight(), m, rollout.Options{Now: time.Now, Progress: func(p rollout.Progress) {
				mu.Lock()
				defer mu.Unlock()
				last, heard = p, heard+1
			}})
		}()
		synctest.Wait()
		require.Len(t, m.ends()["completed"], 3, "they are on their way")
		mu.Lock()
		require.Zero(t, last.Result.Episodes)
		mu.Unlock()
		close(acknowledge)
		require.EqualValues(t, 3, (<-running).Episodes)
		require.EqualValues(t, 3, last.Result.Episodes)
		require.Positive(t, heard)
	})
}

// Progress is heard while a long episode runs.
func TestProgressGoesOnDuringAnEpisode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(1), &memory{}
		w.hook = func(_ context.Context, call string) error {
			if call == "step" {
				time.Sleep(2500 * time.Millisecond)
			}
			return nil
		}
		var heard []rollout.Progress
		play(t, w, straight(), m, rollout.Options{Now: time.Now, Progress: func(p rollout.Progress) { heard = append(heard, p) }})
		require.Len(t, heard, 8, "seven seconds, and the end")
		require.EqualValues(t, 1, heard[3].Steps)
		require.Equal(t, 4*time.Second, heard[3].Elapsed)
		require.InDelta(t, 0.25, heard[3].Result.StepsPerSecond, 1e-9)
		require.Zero(t, heard[3].Result.Episodes)
		require.EqualValues(t, 1, heard[7].Result.Episodes)
	})
}

func TestNothingIsLeftToPlay(t *testing.T) {
	w, m := newWorld(2), &memory{}
	options := rollout.Options{RunID: "r", Now: clock()}
	play(t, w, straight(), m, options)
	before := len(m.rows)
	options.History = m
	result := play(t, w, straight(), m, options)
	require.EqualValues(t, 2, result.Skipped)
	require.Zero(t, result.Episodes)
	require.Len(t, m.rows, before)
}

// A plan takes no memory, however long it is: it is listed by nobody.
func TestAPlanOfBillionsBeginsAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var calls atomic.Int64
	w, m := newWorld(3), &memory{}
	w.hook = func(context.Context, string) error {
		if calls.Add(1) > 100 {
			cancel()
		}
		return nil
	}
	var total int64
	result, err := rollout.Run(ctx, w, straight(), m, nil, rollout.Options{
		Attempts: 1 << 40, Workers: 2, Now: clock(), Progress: func(p rollout.Progress) { total = p.Total },
	})
	require.ErrorIs(t, err, context.Canceled)
	require.EqualValues(t, 3<<40, total)
	require.Positive(t, result.Episodes)
	_, err = rollout.Run(t.Context(), w, straight(), m, nil, rollout.Options{Attempts: math.MaxInt64, Now: clock()})
	require.ErrorContains(t, err, "attempts at each of 3 tasks are more than can be counted")
}
