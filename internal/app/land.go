package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/lake"
)

// lagGroup is the consumer group that shows how far landing is.
const lagGroup = "dreamlog-lander"

// Landed says what a landing did.
type Landed struct {
	// Snapshot is the newest one behind the landing; 0: nothing was ever landed.
	Snapshot int64 `json:"snapshot"`
	// Rows that became visible, by table.
	Rows       map[string]int64 `json:"rows"`
	DeadLetter int64            `json:"deadletter"`
	Duplicates int64            `json:"duplicates"`
	Skipped    int64            `json:"skipped"`
}

// tally adds up what a lander publishes.
type tally struct {
	mu     sync.Mutex
	before lake.Counts
	landed Landed
	newest *lake.Snapshot
}

func newTally(s *lake.Snapshot) *tally {
	t := &tally{landed: Landed{Rows: map[string]int64{}}, newest: s}
	if s != nil {
		t.before, t.landed.Snapshot = s.Counts(), s.Number
	}
	return t
}

// add takes a published round.
func (t *tally) add(s *lake.Snapshot, rows map[string]int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for table, n := range rows {
		t.landed.Rows[table] += n
	}
	t.see(s)
}

// take takes the newest snapshot, whoever published it.
func (t *tally) take(s *lake.Snapshot) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.see(s)
}

// see takes the newest snapshot; t.mu is held.
func (t *tally) see(s *lake.Snapshot) {
	if s == nil {
		return
	}
	c := s.Counts()
	t.newest, t.landed.Snapshot = s, s.Number
	t.landed.DeadLetter = c.DeadLetter - t.before.DeadLetter
	t.landed.Duplicates = c.Duplicates - t.before.Duplicates
	t.landed.Skipped = c.Skipped - t.before.Skipped
}

func (t *tally) sum() Landed {
	t.mu.Lock()
	defer t.mu.Unlock()
	sum := t.landed
	sum.Rows = maps.Clone(t.landed.Rows)
	return sum
}

// reached says whether the tally has taken a snapshot that covers the offsets.
func (t *tally) reached(ends map[int]int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Covers(t.newest, ends)
}

// LandOptions say how to land.
type LandOptions struct {
	// Follow lands until the context ends, serves the event log to other
	// commands of this data directory, and keeps the lake in good order.
	Follow bool
	// NewGeneration goes on behind a topic that was made anew or lost records.
	NewGeneration bool
	// Progress hears of each round; nil: nobody does.
	Progress func(Landed)
	// Ready is called when following has begun; nil: nobody asks.
	Ready func(broker string)
	// Reached, for fault tests: see lander.Options.
	Reached func(lander.Step)
}

// Land brings the event log into the lake. The result holds in any case.
func (a *App) Land(ctx context.Context, options LandOptions) (_ Landed, err error) {
	log, err := a.openLog(ctx)
	if err != nil {
		return Landed{}, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	if log.followed {
		return a.awaitFollower(ctx, log, options)
	}
	before, err := a.lake.Newest(ctx)
	if err != nil {
		return Landed{}, err
	}
	t := newTally(before)
	settings := a.landerOptions(log, t, options.Progress)
	settings.NewGeneration, settings.Reached, settings.Follow = options.NewGeneration, options.Reached, options.Follow
	l, err := a.lander(log, settings)
	if err != nil {
		return Landed{}, err
	}
	if options.Follow {
		err = a.follow(ctx, log, l, options)
	} else {
		err = l.Run(ctx)
		a.tidy(ctx)
	}
	return t.sum(), err
}

// follow lands until ctx ends.
func (a *App) follow(ctx context.Context, log *logConn, l *lander.Lander, options LandOptions) error {
	address := ""
	if log.broker != nil {
		address = log.broker.Addr()
		if err := log.lock.OfferBroker(address); err != nil {
			return err
		}
	}
	upkeep := a.startUpkeep(ctx)
	if options.Ready != nil {
		options.Ready(address)
	}
	err := l.Run(ctx)
	upkeep.stop()
	if ctx.Err() != nil {
		return nil // asked to end, and did
	}
	return err
}

// awaitFollower waits until the follower has landed what is on the log now.
func (a *App) awaitFollower(ctx context.Context, log *logConn, options LandOptions) (Landed, error) {
	if options.Follow || options.NewGeneration {
		return Landed{}, fmt.Errorf("another `dreamlog land --follow` runs on this data directory already")
	}
	before, err := a.lake.Newest(ctx)
	if err != nil {
		return Landed{}, err
	}
	t := newTally(before)
	ends, err := log.ends(ctx)
	if err != nil {
		return Landed{}, err
	}
	err = a.awaitLanded(ctx, ends, nil)
	after, newestErr := a.lake.Newest(ctx)
	t.take(after)
	return t.sum(), errors.Join(err, newestErr)
}

func (a *App) landerOptions(log *logConn, t *tally, progress func(Landed)) lander.Options {
	return lander.Options{
		Group: lagGroup, TrimKeep: log.trimKeep(), Now: a.config.Now, Logger: a.config.Logger,
		Published: func(s *lake.Snapshot, rows map[string]int64) {
			t.add(s, rows)
			if progress != nil {
				progress(t.sum())
			}
		},
	}
}

func (a *App) lander(log *logConn, options lander.Options) (*lander.Lander, error) {
	key, err := a.dir.MakeSaltKey()
	if err != nil {
		return nil, err
	}
	options.Key = key
	return lander.New(log.Log, a.lake, options)
}

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
