package app

import (
	"context"
	"errors"
	"time"

	"github.com/dreamlog/dreamlog/lake"
)

// landing is a lander at work beside a command that produces.
type landing struct {
	tally *tally
	stop  context.CancelFunc
	done  chan struct{}
	err   error // valid when done is closed
}

// startLanding lands until it is stopped.
func (a *App) startLanding(ctx context.Context, log *logConn, progress func(Landed)) (*landing, error) {
	before, err := a.lake.Newest(ctx)
	if err != nil {
		return nil, err
	}
	n := &landing{tally: newTally(before), done: make(chan struct{})}
	options := a.landerOptions(log, n.tally, progress)
	options.Follow = true
	l, err := a.lander(log, options)
	if err != nil {
		return nil, err
	}
	ctx, n.stop = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(n.done)
		if err := l.Run(ctx); !errors.Is(err, context.Canceled) {
			n.err = err
		}
	}()
	return n, nil
}

// end stops landing and returns what broke it, if anything did.
func (n *landing) end() error {
	n.stop()
	<-n.done
	return n.err
}

// countingGrace is how many looks our own lander has to count a round that it
// has just published.
const countingGrace = 100

// awaitLanded returns when the newest snapshot covers the offsets. n is the
// lander at work here; nil: another process lands.
func (a *App) awaitLanded(ctx context.Context, ends map[int]int64, n *landing) error {
	done := make(<-chan struct{})
	if n != nil {
		done = n.done
	}
	wait := time.NewTicker(10 * time.Millisecond)
	defer wait.Stop()
	for grace := countingGrace; ; {
		snapshot, err := a.lake.Newest(ctx)
		if err != nil {
			return err
		}
		if Covers(snapshot, ends) {
			if n == nil || n.tally.reached(ends) {
				return nil
			}
			if grace--; grace == 0 {
				n.tally.take(snapshot) // another process has landed the rest
				return nil
			}
		}
		select {
		case <-wait.C:
		case <-done:
			return errors.Join(errors.New("landing ended early"), n.err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Covers says whether everything before the offsets is landed.
func Covers(s *lake.Snapshot, ends map[int]int64) bool {
	for partition, end := range ends {
		if end == 0 {
			continue
		}
		if s == nil {
			return false
		}
		if p := s.Partition(s.Generation, partition); p == nil || p.Cut < end {
			return false
		}
	}
	return true
}
