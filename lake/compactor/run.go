package compactor

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// Done is what one Upkeep did.
type Done struct {
	Compacted Report `json:"compacted"`
	// Checkpoints of the tables' logs that were written.
	Checkpoints int            `json:"checkpoints"`
	Collected   lake.Collected `json:"collected"`
}

// Upkeep does everything that is due, once: it compacts every table whose
// size classes are full, writes checkpoints, and collects.
func (c *Compactor) Upkeep(ctx context.Context) (done Done, err error) {
	if done.Compacted, err = c.Compact(ctx, Request{}); err != nil {
		return done, err
	}
	if done.Checkpoints, err = c.lake.Checkpoint(ctx); err != nil {
		return done, err
	}
	done.Collected, err = c.lake.Collect(ctx, c.Collect)
	return done, err
}

// Run does the upkeep in the background until ctx ends, and returns its error.
// What fails is logged and tried again later: nothing of it is needed for the
// lake to be right.
//
// Quick merges and long ones run beside each other, so that small files do not
// pile up while a large one is written. They never choose the same file.
func (c *Compactor) Run(ctx context.Context) error {
	var loops errgroup.Group
	quick := &keeper{Compactor: c, choose: tiered(0, quickClasses), also: c.checkpoint, resting: map[string]time.Time{}}
	long := &keeper{Compactor: c, choose: tiered(quickClasses, allClasses), also: c.collector(), resting: map[string]time.Time{}}
	loops.Go(func() error { return quick.run(ctx) })
	loops.Go(func() error { return long.run(ctx) })
	return loops.Wait()
}

// keeper repeats one kind of upkeep.
type keeper struct {
	*Compactor
	choose choice
	also   func(context.Context) error
	// resting says until when a table is left alone.
	resting map[string]time.Time
}

func (k *keeper) run(ctx context.Context) error {
	ticker := time.NewTicker(k.Interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case now := <-ticker.C:
			k.pass(ctx, now)
		}
	}
}

func (k *keeper) pass(ctx context.Context, now time.Time) {
	for _, table := range schema.Tables() {
		if ctx.Err() != nil || now.Before(k.resting[table]) {
			continue
		}
		done, err := k.table(ctx, table, k.choose)
		if done.Merges > 0 {
			k.Logger.Info("compacted", "table", table, "files", done.Merged, "into", done.Merges, "rows", done.Rows, "bytes", done.BytesAfter)
		}
		if err != nil && ctx.Err() == nil {
			k.resting[table] = now.Add(k.Rest)
			k.Logger.Warn("cannot compact a table; it stays as it is", "table", table, "again_in", k.Rest, "error", err)
		}
	}
	if ctx.Err() != nil {
		return
	}
	if err := k.also(ctx); err != nil && ctx.Err() == nil {
		k.Logger.Warn("upkeep failed, trying again later", "error", err)
	}
}

func (c *Compactor) checkpoint(ctx context.Context) error {
	_, err := c.lake.Checkpoint(ctx)
	return err
}

// collector returns a function that collects whenever it is time.
func (c *Compactor) collector() func(context.Context) error {
	var last time.Time
	return func(ctx context.Context) error {
		if time.Since(last) < c.CollectEvery {
			return nil
		}
		last = time.Now()
		done, err := c.lake.Collect(ctx, c.Collect)
		if done != (lake.Collected{}) {
			c.Logger.Info("collected", "removed_files", done.Removed, "orphan_files", done.Orphans, "bytes", done.RemovedBytes+done.OrphanBytes)
		}
		return err
	}
}
