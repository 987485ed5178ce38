package lake

import (
	"context"
	"fmt"
	"time"

	"github.com/dreamlog/dreamlog/schema"
)

// CollectOptions say what may go. Zero means the default, negative none at all.
type CollectOptions struct {
	// Retention is how long a file stays that a compaction took out of its
	// table, for readers of older versions; default and most an hour, which is
	// how long the tables' logs name it.
	Retention time.Duration
	// Grace is how long a file stays that no table knows: its writer may be
	// about to publish it. Default a day.
	Grace time.Duration
	// Margin is how far the clocks of the processes may be apart, and how long
	// a commit may take; default ten minutes.
	Margin time.Duration
	// DryRun counts, and deletes nothing.
	DryRun bool
}

// memory is how long the log of a table names a file that was taken out of it:
// the tables' delta.deletedFileRetentionDuration.
const memory = time.Hour

const (
	defaultRetention = memory
	defaultGrace     = 24 * time.Hour
	defaultMargin    = 10 * time.Minute
)

func (o CollectOptions) withDefaults() (CollectOptions, error) {
	for _, d := range []struct {
		value    *time.Duration
		standard time.Duration
	}{{&o.Retention, defaultRetention}, {&o.Grace, defaultGrace}, {&o.Margin, defaultMargin}} {
		switch {
		case *d.value == 0:
			*d.value = d.standard
		case *d.value < 0:
			*d.value = 0
		}
	}
	if o.Retention > memory {
		return o, fmt.Errorf("removed files cannot be kept for %s: the tables' logs name them for %s only", o.Retention, memory)
	}
	return o, nil
}

// Collected counts what a collection deleted, or would delete.
type Collected struct {
	// Removed are files that a compaction had taken out of their table,
	// Orphans files that were never published.
	Removed      int   `json:"removed_files"`
	RemovedBytes int64 `json:"removed_bytes"`
	Orphans      int   `json:"orphan_files"`
	OrphanBytes  int64 `json:"orphan_bytes"`
	// Leases that had ended, and temporary files of processes that died.
	Leases    int `json:"leases"`
	Temporary int `json:"temporary_files"`
	// LogEntries of the tables that no retained version needs.
	LogEntries int `json:"log_entries"`
	// Snapshots that were moved into a roll-up.
	Snapshots int `json:"rolled_snapshots"`
}

// Collect deletes what no reader, no writer and no table needs any longer. It
// is safe beside landers, compactors and readers in other processes, and may
// be interrupted and run twice.
func (l *Lake) Collect(ctx context.Context, options CollectOptions) (Collected, error) {
	options, err := options.withDefaults()
	if err != nil {
		return Collected{}, err
	}
	c := collection{lake: l, CollectOptions: options, now: l.now()}
	// The leases come before the tables: a reader whose lease is not seen here
	// plans from states that are no older than those seen below.
	oldest, ended, err := l.leases(ctx, c.now, c.Margin)
	if err != nil {
		return Collected{}, err
	}
	c.oldest = oldest
	if c.snapshot, err = l.Newest(ctx); err != nil {
		return Collected{}, err
	}
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return c.leases(ctx, ended) },
		c.tables, c.temporary, c.logs, c.snapshots,
	} {
		if err := step(ctx); err != nil {
			return c.Collected, fmt.Errorf("collect what is no longer needed: %w", err)
		}
	}
	return c.Collected, nil
}

// collection is one run of Collect.
type collection struct {
	CollectOptions
	Collected
	lake   *Lake
	now    time.Time // when it began
	oldest time.Time // when the oldest lease began, or now
	// snapshot is the newest one; nil: nothing was landed yet.
	snapshot *Snapshot
}

func (c *collection) leases(ctx context.Context, ended []string) error {
	for _, name := range ended {
		if err := c.delete(ctx, name); err != nil {
			return err
		}
		c.Leases++
	}
	return nil
}

func (c *collection) delete(ctx context.Context, name string) error {
	if c.DryRun {
		return nil
	}
	return c.lake.deleteIfThere(ctx, name)
}

// temporary removes what writers left behind when their process died.
func (c *collection) temporary(ctx context.Context) (err error) {
	s, ok := c.lake.store.(interface {
		Sweep(ctx context.Context, olderThan time.Time) (int, error)
	})
	if ok && !c.DryRun {
		c.Temporary, err = s.Sweep(ctx, c.now.Add(-c.Grace-c.Margin))
	}
	return err
}

// logs removes old entries of the tables' logs.
func (c *collection) logs(ctx context.Context) error {
	for _, name := range schema.Tables() {
		state, err := c.lake.snapshotState(ctx, name)
		if err != nil {
			return err
		}
		if state == nil || c.DryRun {
			continue
		}
		n, err := c.lake.tables[name].log.CleanUp(ctx, state, c.now)
		c.LogEntries += n
		if err != nil {
			return err
		}
	}
	return nil
}

// snapshots rolls old entries of the chain up.
func (c *collection) snapshots(ctx context.Context) (err error) {
	if !c.DryRun {
		c.Snapshots, err = c.lake.RollUp(ctx)
	}
	return err
}
