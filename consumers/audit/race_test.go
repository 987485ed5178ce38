package audit_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/dreamlog/dreamlog/consumers/audit"
	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/compactor"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/schema"
)

// TestReadersSeeTheirSnapshotWhileEverythingIsRewritten lands, compacts and
// collects at once, each with a lake of its own, as processes have. The clock
// runs four hundred times as fast, so that files are collected within seconds;
// faster, a commit on a busy machine would outlast the margin.
func TestReadersSeeTheirSnapshotWhileEverythingIsRewritten(t *testing.T) {
	began := time.Now()
	fast := func() time.Time { return began.Add(400 * time.Since(began)) }
	s := memory.New(memory.WithClock(fast))
	log := openLog(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var group errgroup.Group
	var published, merged, collected, read atomic.Int64

	group.Go(func() error {
		l, err := lander.New(log, lake.Open(s, fast), lander.Options{
			Key: key, Follow: true, Linger: time.Millisecond,
			Published: func(n *lake.Snapshot, _ map[string]int64) { published.Store(n.Counts().Total()) },
		})
		if err != nil {
			return err
		}
		return unlessStopped(l.Run(ctx))
	})
	for range 2 {
		group.Go(func() error {
			c := compactor.New(lake.Open(s, fast), compactor.Options{FanIn: 2})
			for ctx.Err() == nil {
				done, err := c.Compact(ctx, compactor.Request{Full: true})
				for _, table := range done { // also of one that stop interrupted
					merged.Add(int64(table.Merges))
				}
				if err != nil {
					return unlessStopped(err)
				}
			}
			return nil
		})
	}
	group.Go(func() error {
		lk := lake.Open(s, fast)
		for ctx.Err() == nil {
			// A reader takes more than twice the margin: only its lease keeps
			// its files. The margin is longer than a commit takes, the grace
			// longer than a merge.
			done, err := lk.Collect(ctx, lake.CollectOptions{Retention: -1, Margin: 5 * time.Minute, Grace: 4 * time.Hour})
			if err != nil {
				return unlessStopped(err)
			}
			collected.Add(int64(done.Removed))
			if _, err := lk.Checkpoint(ctx); err != nil {
				return unlessStopped(err)
			}
		}
		return nil
	})
	for range 2 {
		group.Go(func() error {
			lk := lake.Open(s, fast)
			for ctx.Err() == nil {
				if err := readOnce(ctx, lk); err != nil {
					return unlessStopped(err)
				}
				read.Add(1)
			}
			return nil
		})
	}
	for i := 0; i < 40 || collected.Load() < 20 || read.Load() < 20; i++ {
		produce(t, log, 3)
		time.Sleep(10 * time.Millisecond)
	}
	require.Eventually(t, func() bool { return published.Load() == onLog(t, log) }, 20*time.Second, 10*time.Millisecond)
	stop()
	require.NoError(t, group.Wait())

	report := verify(t, s, audit.Options{})
	require.Empty(t, report.Mismatches)
	require.Equal(t, onLog(t, log), report.Checked.Offsets)
	require.Positive(t, merged.Load())
	t.Logf("%d snapshots, %d offsets, %d merges, %d files collected, %d reads", report.Checked.Snapshots, report.Checked.Offsets, merged.Load(), collected.Load(), read.Load())
}

func unlessStopped(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// onLog returns the number of offsets on the log.
func onLog(t testing.TB, log *eventlog.Log) (n int64) {
	partitions, err := log.Offsets(t.Context())
	require.NoError(t, err)
	for _, p := range partitions {
		n += p.End - p.Start
	}
	return n
}

// readOnce reads all tables at the newest snapshot, slowly, and counts.
func readOnce(ctx context.Context, lk *lake.Lake) error {
	lease, err := lk.Lease(ctx, time.Hour)
	if err != nil {
		return err
	}
	snapshot, err := lk.Newest(ctx)
	if err != nil || snapshot == nil {
		return errors.Join(err, lease.Release(ctx))
	}
	for _, table := range schema.Tables() {
		plan, err := lk.Plan(ctx, snapshot, table)
		if err != nil {
			return err
		}
		time.Sleep(250 * time.Millisecond) // 100 seconds of the fast clock
		rows, err := count(ctx, lk.Store(), plan, snapshot)
		if err != nil {
			return err
		}
		if due := snapshot.Tables[table].Rows; rows != due {
			return fmt.Errorf("table %s at snapshot %d: %d rows, must be %d", table, snapshot.Number, rows, due)
		}
	}
	return lease.Release(ctx)
}

// count returns how many different rows of a plan are visible.
func count(ctx context.Context, s store.Store, plan *lake.Plan, snapshot *lake.Snapshot) (int64, error) {
	seen := map[schema.Position]bool{}
	for _, f := range plan.Files {
		o, err := s.Open(ctx, f.Name)
		if err != nil {
			return 0, err
		}
		err = parquetfile.Read(ctx, o, o.Size(), plan.Table, func(rows []schema.Row) error {
			for _, row := range rows {
				at := *row.At()
				if f.Mixed && !snapshot.Visible(at.Generation, int(at.Partition), at.Offset) {
					continue
				}
				if seen[at] {
					return fmt.Errorf("table %s at snapshot %d: %+v is there twice", plan.Table, snapshot.Number, at)
				}
				seen[at] = true
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		if err := o.Close(); err != nil {
			return 0, err
		}
	}
	return int64(len(seen)), nil
}
