package lander_test

import (
	"context"
	"log/slog"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/compactor"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/faulty"
	"github.com/dreamlog/dreamlog/schema"
)

// start runs a lander until stop is called.
func (b *bench) start(options lander.Options) (stop func() error) {
	b.t.Helper()
	options.Key, options.Logger = []byte("key"), slog.New(slog.DiscardHandler)
	l, err := lander.New(b.log, lake.Open(b.store, nil), options)
	require.NoError(b.t, err)
	ctx, cancel := context.WithCancel(b.t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	return func() error {
		cancel()
		return <-done
	}
}

func TestFollowLandsWithinASecond(t *testing.T) {
	b := newBench(t)
	published := make(chan int64, 100)
	stop := b.start(lander.Options{Follow: true, Published: func(s *lake.Snapshot, _ map[string]int64) { published <- s.Counts().Rows }})
	for i := range int64(3) {
		b.produce(1, 1)
		begun := time.Now()
		require.Equal(t, i+1, <-published)
		require.Less(t, time.Since(begun), 2*time.Second)
	}
	require.ErrorIs(t, stop(), context.Canceled)
}

func TestCancellingFinishesTheRoundInHand(t *testing.T) {
	for _, at := range []lander.Step{lander.StepApplied, lander.StepWritten, lander.StepPublished, lander.StepSnapshot, lander.StepTrimmed} {
		b := newBench(t)
		w := fill(t, b.log, 3)
		ctx, cancel := context.WithCancel(t.Context())
		l, err := lander.New(b.log, lake.Open(b.store, nil), lander.Options{Key: []byte("key"), TrimKeep: 1, Reached: func(s lander.Step) {
			if s == at {
				cancel()
			}
		}})
		require.NoError(t, err)
		require.ErrorIs(t, l.Run(ctx), context.Canceled, at)
		w.requireLanded(b)
	}
}

func TestAFullDiskIsWaitedFor(t *testing.T) {
	b := newBench(t)
	full := faulty.New(b.store, faulty.Fault{On: faulty.Write, Name: "transitions/part-*", Err: syscall.ENOSPC})
	inner := b.store
	b.store = full
	published := make(chan int64, 100)
	stop := b.start(lander.Options{Follow: true, Published: func(s *lake.Snapshot, _ map[string]int64) { published <- s.Counts().Rows }})
	b.produce(2, 3)
	require.Eventually(t, func() bool { return full.Fired() > 2 }, 20*time.Second, time.Millisecond)
	b.store = inner
	require.Nil(t, b.newest())
	full.Clear() // somebody made room
	require.EqualValues(t, 6, <-published)
	require.ErrorIs(t, stop(), context.Canceled)
	require.Len(t, b.rows(schema.Transitions), 6)
}

func TestAnErrorThatStaysEndsALandingThatDoesNotFollow(t *testing.T) {
	b := newBench(t)
	b.produce(2, 3)
	b.store = faulty.New(b.store, faulty.Fault{On: faulty.Write, Name: "transitions/part-*", Err: syscall.ENOSPC})
	err := b.land(lander.Options{})
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.ErrorContains(t, err, "transitions")
}

// TestTwoLandersACompactorAndACollector work on one lake at once, while a
// reader makes sure that no snapshot is ever mixed.
func TestTwoLandersACompactorAndACollector(t *testing.T) {
	b := newBench(t)
	options := lander.Options{Follow: true, RoundBytes: 8 << 10, Linger: time.Millisecond}
	stops := []func() error{b.start(options), b.start(options)}

	ctx, stopOthers := context.WithCancel(t.Context())
	others, ctx := errgroup.WithContext(ctx)
	others.Go(func() error { return compactForever(ctx, b.store) })
	read := 0
	others.Go(func() (err error) {
		for ctx.Err() == nil && err == nil {
			err = readOnce(ctx, b.store)
			read++
		}
		return err
	})

	w := newWorkload()
	for i := range int64(60) {
		w.add(fill(t, b.log, 3))
		require.Eventually(t, func() bool { s := b.newest(); return s != nil && s.Number > i/2 }, time.Minute, time.Millisecond)
	}
	require.Eventually(t, func() bool {
		s, err := lake.Open(b.store, nil).Newest(t.Context())
		return err == nil && s != nil && s.Counts().Rows == w.rows() && s.Counts().DeadLetter == w.deadLetter && s.Counts().Duplicates == w.duplicates
	}, time.Minute, 5*time.Millisecond)
	for _, stop := range stops {
		require.ErrorIs(t, stop(), context.Canceled)
	}
	stopOthers()
	require.NoError(t, others.Wait())
	require.Greater(t, read, 3)
	require.Greater(t, b.newest().Number, int64(20))
	w.requireLanded(b)
}

// compactForever compacts and collects, one after the other.
func compactForever(ctx context.Context, s store.Store) error {
	lk := lake.Open(s, nil)
	c := compactor.New(lk, compactor.Options{FanIn: 3, Logger: slog.New(slog.DiscardHandler)})
	for ctx.Err() == nil {
		if _, err := c.Compact(ctx, compactor.Request{}); err != nil && ctx.Err() == nil {
			return err
		}
		if _, err := lk.Collect(ctx, lake.CollectOptions{Retention: -1, Margin: -1}); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// readOnce reads the newest snapshot, whole, as any reader would.
func readOnce(ctx context.Context, s store.Store) error {
	lk := lake.Open(s, nil)
	lease, err := lk.Lease(ctx, time.Minute)
	if err != nil {
		return unlessEnded(ctx, err)
	}
	snapshot, err := lk.Newest(ctx)
	if err != nil || snapshot == nil {
		return unlessEnded(ctx, err)
	}
	if err := whole(ctx, lk, snapshot); err != nil {
		return unlessEnded(ctx, err)
	}
	return unlessEnded(ctx, lease.Release(ctx))
}

func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
