package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/lake"
)

// lagGroup is the consumer group that shows how far landing is.
const lagGroup = "dreamlog-lander"

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
		err = a.explainFull(l.Run(ctx))
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
	err = a.awaitLanded(ctx, nil, ends, nil)
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
