package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store/local"
)

const (
	freshRate = 2000 // events a second
	freshTick = 20 * time.Millisecond
)

// ack says that everything before the ends was acknowledged at a time.
type ack struct {
	at   time.Time
	ends map[int]int64
}

// benchFresh produces at a steady rate, beside a lander with its usual
// settings, and has a reader that looks for new snapshots as SQL would.
func benchFresh(ctx context.Context, b *bench) (err error) {
	dir, err := b.scratch("fresh")
	if err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	a, err := app.Create(ctx, app.Config{Data: data})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	w, err := a.Writer(ctx, app.WriterOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close(ctx)) }()
	reader, err := local.Open(filepath.Join(data, "lake"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()

	acks := make(chan ack, 1<<16)
	var delays []float64
	var readErr error
	var reading sync.WaitGroup
	reading.Go(func() { delays, readErr = watch(ctx, lake.Open(reader, nil), acks) })
	err = steady(ctx, w, time.Duration(b.scaled(60))*time.Second, acks)
	close(acks)
	reading.Wait()
	if err := errors.Join(err, readErr); err != nil {
		return err
	}
	slices.Sort(delays)
	b.report.add("fresh", "acknowledged to visible at 2,000 events/s, p50", "s", quantile(delays, .5))
	b.report.add("fresh", "acknowledged to visible at 2,000 events/s, p99", "s", quantile(delays, .99))
	return nil
}

// steady produces for a time, and notes each acknowledgement.
func steady(ctx context.Context, w *app.Writer, length time.Duration, acks chan<- ack) error {
	g := newGenerator(1)
	start := time.Now()
	for i := 0; time.Since(start) < length; {
		for due := int(time.Since(start).Seconds() * freshRate); i < due; i++ {
			if err := w.Produce(ctx, g.next(i)); err != nil {
				return err
			}
		}
		if err := w.Flush(ctx); err != nil {
			return err
		}
		acks <- ack{time.Now(), w.Acked()}
		time.Sleep(freshTick)
	}
	return nil
}

// watch returns, for each acknowledgement, the seconds until a reader of the
// lake saw everything that it covers.
func watch(ctx context.Context, lk *lake.Lake, acks <-chan ack) (delays []float64, err error) {
	for a := range acks {
		for {
			snapshot, err := lk.Newest(ctx)
			if err != nil {
				return nil, err
			}
			if app.Covers(snapshot, a.ends) {
				break
			}
			time.Sleep(time.Millisecond)
		}
		delays = append(delays, time.Since(a.at).Seconds())
	}
	return delays, nil
}
