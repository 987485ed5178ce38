package rollout_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/rollout"
	"github.com/dreamlog/dreamlog/schema"
)

// An interrupt at any call of anyone leaves every episode that began with its
// end, and the run can be continued to what it would have been.
func TestInterruptAtEveryPoint(t *testing.T) {
	const attempts = 6
	whole := &memory{}
	fresh := newWorld(3)
	fresh.asked = imagining
	play(t, fresh, newDicer(), whole, rollout.Options{Attempts: 2, Seed: 5, MaxSteps: 8})
	for point := int64(1); ; point++ {
		w, d, m := newWorld(3), newDicer(), &memory{}
		w.asked = imagining
		ctx, cancel := context.WithCancel(t.Context())
		var calls, resets atomic.Int64
		hook := func(ctx context.Context, call string) error {
			if calls.Add(1) == point {
				cancel()
			}
			if call == "reset" {
				resets.Add(1)
			}
			if call == "produce" || call == "flush" {
				return nil // they are given a context that lasts
			}
			return ctx.Err() // as one that talks to a server
		}
		w.hook, d.hook, m.hook = hook, hook, hook
		options := rollout.Options{Attempts: 2, Seed: 5, MaxSteps: 8, Workers: 2, Now: clock(), RunID: "r"}
		result, err := rollout.Run(ctx, w, d, m, m, options)
		w.sound(t)
		m.sound(t)
		for _, end := range m.ends()["aborted"] {
			t.Fatalf("an interrupt is no fault: %s", *end.Reason)
		}
		require.Zero(t, result.Failed)
		require.EqualValues(t, int(resets.Load())*len(imagining), imagined(m), "a call is lost or there twice, interrupted at call %d", point)
		if ctx.Err() == nil {
			require.NoError(t, err)
			require.EqualValues(t, attempts, result.Episodes)
			break
		}
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
			require.ErrorContains(t, err, "run r was interrupted")
			requireInterrupted(t, m, result)
		}
		w.hook, d.hook, m.hook = nil, nil, nil
		if len(played(m.rows)) > 0 {
			options.History = m
		}
		second := play(t, w, d, m, options)
		require.Equal(t, result.Episodes-result.Interrupted, second.Skipped)
		m.rows = finished(m.rows)
		require.Equal(t, whole.digest(t), m.digest(t), "interrupted at call %d", point)
	}
}

func requireInterrupted(t *testing.T, m *memory, result rollout.Result) {
	cut := 0
	for _, g := range played(m.rows) {
		end := g.ends[0]
		if end.Reason == nil || *end.Reason != "interrupted" {
			continue
		}
		cut++
		require.Equal(t, "truncated", end.Status)
		require.Contains(t, string(*end.Info), `"interrupted":true`)
		require.Nil(t, end.Success, "it was not the policy that failed")
		for _, s := range g.steps {
			require.False(t, s.Truncated, "the steps stay as they were")
		}
	}
	require.EqualValues(t, cut, result.Interrupted)
	require.LessOrEqual(t, cut, 2, "no more than there are workers")
}

// finished leaves out the episodes that were interrupted or never ended well.
func finished(rows []schema.Row) (kept []schema.Row) {
	good := map[string]bool{}
	for _, g := range played(rows) {
		good[g.id] = len(g.ends) > 0 && (g.ends[0].Status == "completed" || g.ends[0].Status == "truncated" && *g.ends[0].Reason != "interrupted")
	}
	for _, row := range rows {
		if good[row.Head().Subject] {
			kept = append(kept, row)
		}
	}
	return kept
}

// Agents and environments that wait are interrupted in their waiting.
func TestInterruptReachesThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, d, m := newWorld(100), straight(), &memory{}
		d.hook = func(ctx context.Context, call string) error {
			if call == "begin" {
				return nil
			}
			<-ctx.Done()
			return errors.New("the connection was closed")
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		result, err := rollout.Run(ctx, w, d, m, m, rollout.Options{Workers: 10, Now: time.Now})
		require.ErrorIs(t, err, context.Canceled)
		require.EqualValues(t, 10, result.Interrupted)
		require.EqualValues(t, 10, result.Episodes)
		w.sound(t)
		m.sound(t)
	})
}

// A log that takes nothing any more holds up an interrupted run for the grace,
// and no longer.
func TestInterruptIsBoundedInTime(t *testing.T) {
	for _, stuck := range []string{"produce", "flush"} {
		synctest.Test(t, func(t *testing.T) {
			w, m := newWorld(10), &memory{}
			m.hook = func(ctx context.Context, call string) error {
				if call == stuck {
					<-ctx.Done()
					return context.Cause(ctx)
				}
				return nil
			}
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Hour, cancel)
			start := time.Now()
			_, err := rollout.Run(ctx, w, straight(), m, nil, rollout.Options{Workers: 3, Now: time.Now, Grace: 7 * time.Second})
			require.ErrorContains(t, err, "took nothing more within 7s")
			require.Equal(t, time.Hour+7*time.Second, time.Since(start))
			w.sound(t)
		})
	}
}

// Who is done when the interrupt comes was not interrupted.
func TestInterruptAfterTheLastEpisode(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w, m := newWorld(1), &memory{}
	w.bend = func(_ int, o *producers.Outcome) {
		if o.Terminated {
			cancel()
		}
	}
	result, err := rollout.Run(ctx, w, straight(), m, m, rollout.Options{Now: clock()})
	require.NoError(t, err)
	require.EqualValues(t, 1, result.Completed)
}
