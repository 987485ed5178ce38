package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/dreamlog/dreamlog/lake"
)

// landing is a lander at work beside a command that produces.
type landing struct {
	tally *tally
	stop  context.CancelFunc
	done  chan struct{}
	err   error // valid when done is closed

	mu    sync.Mutex
	fault error // what keeps landing from coming forward; guarded by mu
}

func (n *landing) note(fault error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.fault = fault
}

// why returns what keeps landing from coming forward, as far as that is known.
func (n *landing) why() error {
	if n == nil {
		return errors.New("another process lands (`dreamlog land --follow`): see what it says")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.fault
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
	options.Interrupted = n.note
	tell := options.Published
	options.Published = func(s *lake.Snapshot, rows map[string]int64) {
		n.note(nil)
		tell(s, rows)
	}
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

// How long a command waits for landing that comes no further.
const (
	landPatience = 2 * time.Minute
	// landGrace is how long when somebody is in a hurry.
	landGrace = 5 * time.Second
)

// awaitLanded returns when the newest snapshot covers the offsets, or when
// landing has come no further for landPatience; landGrace once hurry is closed.
// n is the lander at work here; nil: another process lands.
func (a *App) awaitLanded(ctx context.Context, hurry <-chan struct{}, ends map[int]int64, n *landing) error {
	done := make(<-chan struct{})
	if n != nil {
		done = n.done
	}
	wait := time.NewTicker(10 * time.Millisecond)
	defer wait.Stop()
	var landed lake.Counts
	patience, calm := landPatience, a.config.Now() // calm: when it last came further
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
		if snapshot != nil && snapshot.Counts() != landed {
			landed, calm = snapshot.Counts(), a.config.Now()
		}
		select {
		case <-wait.C:
			if a.config.Now().Sub(calm) > patience {
				return a.stalled(patience, n.why())
			}
		case <-hurry:
			hurry, patience, calm = nil, landGrace, a.config.Now()
		case <-done:
			return errors.Join(errors.New("landing ended early"), n.err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stalled says that landing came no further, and why if that is known.
func (a *App) stalled(patience time.Duration, why error) error {
	if why == nil {
		return fmt.Errorf("landing came no further for %s", patience)
	}
	return fmt.Errorf("landing came no further for %s: %w", patience, a.explainFull(why))
}

// explainFull adds what to do about a disk without room.
func (a *App) explainFull(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("the disk of lake %s is full, make room on it: %w", a.config.Lake, err)
	}
	return err
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
