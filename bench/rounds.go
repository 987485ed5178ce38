package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/embedded"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/compactor"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/local"
	"github.com/dreamlog/dreamlog/schema"
)

const (
	roundEvents = 100
	// window is how many rounds a quantile is taken over.
	window = 500
)

// benchRounds lands thousands of small rounds into one lake, everything
// synced, with compaction beside it as `land --follow` has it, and measures
// the rounds as history grows; then planning and recovery over that history.
func benchRounds(ctx context.Context, b *bench) (err error) {
	dir, err := b.scratch("rounds")
	if err != nil {
		return err
	}
	broker, err := embedded.Start(ctx, embedded.Options{Dir: filepath.Join(dir, "log")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, broker.Close()) }()
	log, err := eventlog.Open(ctx, eventlog.Config{Brokers: []string{broker.Addr()}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	s, err := local.Open(filepath.Join(dir, "lake"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r := &rounds{b: b, log: log, store: s, generator: newGenerator(1)}
	return r.measure(ctx)
}

// rounds is the item at work.
type rounds struct {
	b         *bench
	log       *eventlog.Log
	store     *local.Store
	generator *generator
	produced  int
	times     []float64 // milliseconds of each round, from records in hand to visible
}

func (r *rounds) measure(ctx context.Context) error {
	marks := []int{10, r.b.scaled(1000), r.b.scaled(5000)}
	total := r.b.scaled(10_000)
	for _, mark := range marks {
		if err := r.until(ctx, mark); err != nil {
			return err
		}
		first := len(r.times)
		if err := r.until(ctx, mark+window); err != nil {
			return err
		}
		r.quantiles(fmt.Sprintf("round of %d events behind %d rounds", roundEvents, mark), r.times[first:])
		if err := r.floor(ctx, mark); err != nil {
			return err
		}
		if mark == marks[len(marks)-1] {
			if err := r.planning(ctx, mark); err != nil {
				return err
			}
		}
	}
	if err := r.until(ctx, total); err != nil {
		return err
	}
	return r.recovery(ctx, total)
}

func (r *rounds) quantiles(what string, times []float64) {
	sorted := slices.Sorted(slices.Values(times))
	r.b.report.add("rounds", what+", p50", "ms", quantile(sorted, .5))
	r.b.report.add("rounds", what+", p99", "ms", quantile(sorted, .99))
}

// floor measures what the disk alone asks for a round: its three objects, each
// synced with its folder, one after the other.
func (r *rounds) floor(ctx context.Context, mark int) error {
	var times []float64
	for i := range window {
		start := time.Now()
		for object, size := range []int{12 << 10, 2 << 10, 2 << 10} { // data file, Delta entry, snapshot
			name := fmt.Sprintf("floor/%d-%d-%d", mark, i, object)
			if err := store.Put(ctx, r.store, name, make([]byte, size)); err != nil {
				return err
			}
		}
		times = append(times, time.Since(start).Seconds()*1000)
	}
	r.quantiles("its synced writes alone, then", times)
	return nil
}

// until lands rounds until there are so many.
func (r *rounds) until(ctx context.Context, n int) error {
	if len(r.times) >= n {
		return nil
	}
	lk := lake.Open(r.store, nil)
	followCtx, stop := context.WithCancel(ctx)
	defer stop()
	published := make(chan struct{}, 1)
	var began time.Time
	l, err := lander.New(r.log, lk, lander.Options{
		Key: []byte("bench"), Follow: true, Linger: time.Millisecond, TrimKeep: 1000,
		Reached: func(s lander.Step) {
			if s == lander.StepApplied {
				began = time.Now()
			}
		},
		Published: func(*lake.Snapshot, map[string]int64) {
			r.times = append(r.times, time.Since(began).Seconds()*1000)
			published <- struct{}{}
		},
	})
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- l.Run(followCtx) }()
	upkeep := make(chan error, 1)
	go func() {
		upkeep <- compactor.New(lk, compactor.Options{Interval: 250 * time.Millisecond}).Run(followCtx)
	}()
	p, err := r.log.NewProducer(eventlog.ProducerConfig{Linger: -1})
	if err != nil {
		return err
	}
	for len(r.times) < n && err == nil {
		err = r.round(ctx, p, published, done)
	}
	stop()
	ended := []error{err, p.Close(ctx)}
	for _, c := range []chan error{done, upkeep} {
		if e := <-c; !errors.Is(e, context.Canceled) {
			ended = append(ended, e)
		}
	}
	return errors.Join(ended...)
}

// round produces a hundred events of one partition, so that they arrive as one
// batch, and waits until they are published.
func (r *rounds) round(ctx context.Context, p *eventlog.Producer, published <-chan struct{}, done <-chan error) error {
	for range roundEvents {
		row := r.generator.next(r.produced)
		r.produced++
		headers, body, err := schema.Encode(row)
		if err != nil {
			return err
		}
		if err := p.Produce(ctx, []byte("one key"), body, headers, time.Time{}); err != nil {
			return err
		}
	}
	if err := p.Flush(ctx); err != nil {
		return err
	}
	select {
	case <-published:
		return nil
	case err := <-done:
		return fmt.Errorf("landing ended: %w", err)
	}
}

// planning opens the lake as a new process would, and plans every table.
func (r *rounds) planning(ctx context.Context, commits int) error {
	var times []float64
	for range 20 {
		start := time.Now()
		lk := lake.Open(r.store, nil)
		snapshot, err := lk.Newest(ctx)
		if err != nil {
			return err
		}
		for _, table := range schema.Tables() {
			if _, err := lk.Plan(ctx, snapshot, table); err != nil {
				return err
			}
		}
		times = append(times, time.Since(start).Seconds()*1000)
	}
	r.b.report.add("rounds", fmt.Sprintf("open and plan all tables behind %d commits", commits), "ms", times...)
	return nil
}

// recovery starts a lander that has nothing to land.
func (r *rounds) recovery(ctx context.Context, n int) error {
	var times []float64
	for range 5 {
		l, err := lander.New(r.log, lake.Open(r.store, nil), lander.Options{Key: []byte("bench")})
		if err != nil {
			return err
		}
		start := time.Now()
		if err := l.Run(ctx); err != nil {
			return err
		}
		times = append(times, time.Since(start).Seconds()*1000)
	}
	r.b.report.add("rounds", fmt.Sprintf("recovery behind %d rounds", n), "ms", times...)
	return nil
}
