package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/internal/app"
)

// benchPath measures the way of an event from a producer to the answer of a
// query, through one data directory with its embedded broker.
func benchPath(ctx context.Context, b *bench) error {
	n := b.scaled(200_000)
	var rates []float64
	for i := range b.repeat {
		dir, err := b.scratch("path")
		if err != nil {
			return err
		}
		start := time.Now()
		if err := producePath(ctx, filepath.Join(dir, "data"), n, uint64(i)); err != nil {
			return err
		}
		rates = append(rates, float64(n)/time.Since(start).Seconds())
	}
	b.report.add("path", "produce, land, query (1 KB Avro, everything synced)", "records/s", rates...)
	return nil
}

func producePath(ctx context.Context, data string, n int, seed uint64) (err error) {
	a, err := app.Create(ctx, app.Config{Data: data})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := produceAll(ctx, a, n, seed); err != nil {
		return err
	}
	found, err := count(ctx, a)
	if err == nil && found != int64(n) {
		err = fmt.Errorf("SQL sees %d of %d transitions", found, n)
	}
	return err
}

func produceAll(ctx context.Context, a *app.App, n int, seed uint64) (err error) {
	w, err := a.Writer(ctx, app.WriterOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close(ctx)) }()
	g := newGenerator(seed)
	for i := range n {
		if err := w.Produce(ctx, g.next(i)); err != nil {
			return err
		}
	}
	_, err = w.Finish(ctx)
	return err
}

// count asks SQL for the number of transitions.
func count(ctx context.Context, a *app.App) (n int64, err error) {
	session, err := a.Session(ctx, "", analytics.Options{})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	result, err := session.Query(ctx, "SELECT count(*) FROM transitions")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	if result.Next() {
		n = result.Row()[0].(int64)
	}
	return n, result.Err()
}
