package lander

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store"
)

// Options say how to land.
type Options struct {
	// Key makes the salts; it lies beside the lake, never in it.
	Key []byte
	// Follow goes on until the context ends; else landing ends at Until.
	Follow bool
	// Until is the offset of each partition to land up to; nil: what the log
	// holds at the start. Ignored with Follow.
	Until map[int]int64
	// RoundBytes is how much memory a round gathers before it is published;
	// a record of 1 KB takes about 2 KB. Default 24 MiB.
	RoundBytes int64
	// Linger is how long a round waits for more. Default 200 ms with Follow,
	// else 1 s.
	Linger time.Duration
	// NewGeneration lets landing go on behind a topic that was made anew or
	// has lost records. Without it such a topic halts.
	NewGeneration bool
	// Group is the consumer group whose offsets show the lag; empty: none.
	Group string
	// TrimKeep is how many landed records of each partition stay on the log;
	// 0: the log is never trimmed.
	TrimKeep int64

	// Published is called behind each snapshot, with the rows that it added
	// by table; nil: nobody asks.
	Published func(snapshot *lake.Snapshot, rows map[string]int64)
	// Interrupted is told of each error that landing goes on behind; nil:
	// nobody asks.
	Interrupted func(err error)
	// Reached is called at each step of the protocol, so that tests can fail
	// there; nil: nobody asks.
	Reached func(step Step)
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Logger; nil: slog.Default.
	Logger *slog.Logger
}

// Step is a moment of the protocol.
type Step string

// The steps, in the order of a round. Write and publish come once a table.
const (
	StepRecovered Step = "recovered"
	StepApplied   Step = "applied"
	StepWritten   Step = "written"
	StepPublished Step = "published"
	StepSnapshot  Step = "snapshot"
	StepTrimmed   Step = "trimmed"
)

// Bounds that keep the memory of a lander flat.
const (
	defaultRoundBytes = 24 << 20
	followLinger      = 200 * time.Millisecond
	defaultLinger     = time.Second
	// budgetBytes is how far the readers may be ahead of the publication.
	budgetBytes = 64 << 20
)

func (o Options) withDefaults() Options {
	if o.RoundBytes == 0 {
		o.RoundBytes = defaultRoundBytes
	}
	if o.Linger == 0 && o.Follow {
		o.Linger = followLinger
	}
	if o.Linger == 0 {
		o.Linger = defaultLinger
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Published == nil {
		o.Published = func(*lake.Snapshot, map[string]int64) {}
	}
	if o.Interrupted == nil {
		o.Interrupted = func(error) {}
	}
	if o.Reached == nil {
		o.Reached = func(Step) {}
	}
	o.Logger = o.Logger.With("component", "lander")
	return o
}

// Lander lands one topic in one lake.
type Lander struct {
	log   *eventlog.Log
	lake  *lake.Lake
	after *afterwards
	// rounds counts the rounds published since New.
	rounds int64
	Options
}

// New returns a lander. Run starts it.
func New(log *eventlog.Log, lk *lake.Lake, options Options) (*Lander, error) {
	if len(options.Key) == 0 {
		return nil, errors.New("a lander needs the key that salts are made with")
	}
	options = options.withDefaults()
	return &Lander{log: log, lake: lk, Options: options, after: &afterwards{log: log, Options: options}}, nil
}

// Run lands until the end that Options set, or until ctx ends: then a round
// whose publication has begun is finished first, and the error is that of ctx.
// Whatever ends it, what was landed is whole, and Run goes on from there the
// next time. A *HaltError needs a person.
func (l *Lander) Run(ctx context.Context) error {
	pauses := restartBackOff()
	calm := l.Now() // when landing last came forward, here or by another lander
	for {
		before := l.rounds
		err := l.land(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err == nil || !l.passing(err) {
			return err
		}
		if l.rounds > before {
			pauses.Reset()
		}
		if l.rounds > before || errors.Is(err, errRestart) {
			calm = l.Now()
		} else if !l.Follow && l.Now().Sub(calm) > patience {
			return err // a follower waits on: a full disk has room again later
		}
		if err := l.rest(ctx, pauses.NextBackOff(), err); err != nil {
			return err
		}
	}
}

// patience is how long interruptions that pass are borne.
const patience = time.Minute

// rest pauses before landing starts again.
func (l *Lander) rest(ctx context.Context, pause time.Duration, cause error) error {
	if !errors.Is(cause, errRestart) {
		l.Interrupted(cause)
		l.Logger.Warn("landing was interrupted, starting again from the newest snapshot", "in", pause, "error", cause)
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func restartBackOff() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = 50*time.Millisecond, 2*time.Second
	return b
}

// passing says whether starting again from the newest snapshot may help.
func (l *Lander) passing(err error) bool {
	var halted *HaltError
	switch {
	case errors.As(err, &halted):
		return false
	case errors.Is(err, errRestart), errors.Is(err, store.ErrUnknown):
		return true
	}
	return l.Follow
}

// land is one life of the protocol: recover, then round after round.
func (l *Lander) land(ctx context.Context) error {
	from, err := l.recover(ctx)
	if err != nil {
		return err
	}
	l.Reached(StepRecovered)
	if from.anew {
		// The decision of a person is not asked for twice, whatever comes next.
		if err := l.publish(unhurried(ctx), from, l.startWriting(unhurried(ctx), from, new(round))); err != nil {
			return err
		}
	}
	if !l.Follow && from.reached() {
		return nil
	}
	err = l.landRounds(ctx, from)
	l.after.finish(unhurried(ctx), from.snapshot)
	return err
}

// context for what must not be cut short once it has begun.
func unhurried(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// wrap names the lander's work in an error.
func wrap(action string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", action, err)
}
