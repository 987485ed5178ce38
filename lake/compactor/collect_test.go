package compactor_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/compactor"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/local"
	"github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/schema"
)

// clock is a clock that is set by hand.
type clock struct{ at time.Time }

func (c *clock) now() time.Time       { return c.at }
func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

const (
	hour = time.Hour
	day  = 24 * hour
)

// compacted is a lake whose two files became one, and its clock.
func compacted(t *testing.T) (*bed, *clock) {
	c := &clock{time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
	b := newBedAt(t, memory.New(memory.WithClock(c.now)), c.now)
	b.land(5)
	b.land(5)
	b.compact(true, compactor.Options{})
	require.Equal(t, 3, b.objects())
	return b, c
}

func (b *bed) collect(o lake.CollectOptions) lake.Collected {
	done, err := b.lake.Collect(b.Context(), o)
	require.NoError(b, err)
	return done
}

func TestRemovedFilesGoAfterTheirRetention(t *testing.T) {
	b, c := compacted(t)
	c.pass(hour)
	require.Zero(t, b.collect(lake.CollectOptions{}))
	c.pass(hour)
	would := b.collect(lake.CollectOptions{DryRun: true})
	require.Equal(t, 2, would.Removed)
	require.Positive(t, would.RemovedBytes)
	require.Equal(t, 3, b.objects())
	require.Equal(t, would, b.collect(lake.CollectOptions{}))
	require.Equal(t, 1, b.objects())
	require.Zero(t, b.collect(lake.CollectOptions{}), "the second time there is nothing")
	require.Len(t, b.rows(), 10)
}

func TestALeaseKeepsRemovedFiles(t *testing.T) {
	b, c := compacted(t)
	b.land(5)
	c.pass(hour)
	lease, err := b.lake.Lease(t.Context(), 3*day)
	require.NoError(t, err)
	c.pass(hour)
	b.compact(true, compactor.Options{})
	c.pass(2 * day)
	require.Equal(t, 2, b.collect(lake.CollectOptions{}).Removed, "those that were removed before the lease")
	require.Equal(t, 3, b.objects())

	// The log of the table may forget them in a checkpoint: still they stay.
	for range 100 {
		b.land(1)
	}
	written, err := b.lake.Checkpoint(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, written)
	b.lake = lake.Open(b.store, c.now)
	require.Zero(t, b.collect(lake.CollectOptions{}))
	require.Equal(t, 103, b.objects())

	require.NoError(t, lease.Release(t.Context()))
	require.Equal(t, 2, b.collect(lake.CollectOptions{}).Orphans, "by now nobody knows them")
	require.Len(t, b.rows(), 115)
}

func TestALeaseThatEndedKeepsNothing(t *testing.T) {
	b, c := compacted(t)
	_, err := b.lake.Lease(t.Context(), 10*day) // of another one, later
	require.NoError(t, err)
	c.pass(10*day + hour)
	done := b.collect(lake.CollectOptions{})
	require.Equal(t, 1, done.Leases)
	require.Zero(t, b.collect(lake.CollectOptions{}).Leases)
	require.Equal(t, 1, b.objects())
}

func TestOrphansGoAfterTheirGrace(t *testing.T) {
	b, c := compacted(t)
	_, err := b.lake.Write(t.Context(), schema.Transitions, []schema.Row{b.transition(10)})
	require.NoError(t, err)
	c.pass(hour)
	require.Zero(t, b.collect(lake.CollectOptions{}).Orphans)
	late, err := b.lake.Write(t.Context(), schema.Transitions, []schema.Row{b.transition(10)})
	require.NoError(t, err)
	c.pass(day - hour/2)
	require.Equal(t, 1, b.collect(lake.CollectOptions{}).Orphans)
	// The later one is published after all.
	require.NoError(t, b.lake.Append(t.Context(), late, map[string]lake.Reach{app: {From: 10, To: 11}}))
	c.pass(10 * day)
	require.Zero(t, b.collect(lake.CollectOptions{}).Orphans)
	require.Len(t, b.files(), 2)
}

func TestWhatAnotherProgramPutThereIsNotTouched(t *testing.T) {
	b, c := compacted(t)
	const name = "transitions/notes.txt"
	require.NoError(t, store.Put(t.Context(), b.store, name, []byte("mine")))
	c.pass(100 * day)
	b.collect(lake.CollectOptions{})
	_, err := store.Get(t.Context(), b.store, name)
	require.NoError(t, err)
}

func TestALogThatLostItsEndDeletesNothing(t *testing.T) {
	b, c := compacted(t)
	b.land(5)
	require.NoError(t, b.store.Delete(t.Context(), fmt.Sprintf("transitions/_delta_log/%020d.json", b.lake.Version(schema.Transitions))))
	c.pass(100 * day)
	b.lake = lake.Open(b.store, c.now)
	_, err := b.lake.Collect(t.Context(), lake.CollectOptions{})
	require.ErrorContains(t, err, "restore _delta_log")
	require.Equal(t, 4, b.objects())
}

func TestOldLogEntriesAndSnapshotsAreGathered(t *testing.T) {
	b, c := compacted(t)
	for range 110 {
		b.land(1)
	}
	for range 1900 {
		b.publish()
	}
	c.pass(hour)
	keeper := compactor.New(b.lake, compactor.Options{})
	done, err := keeper.Upkeep(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, done.Checkpoints)
	require.Equal(t, 999, done.Collected.Snapshots)
	require.Positive(t, done.Compacted[schema.Transitions].Merges)
	c.pass(8 * day)
	done, err = keeper.Upkeep(t.Context())
	require.NoError(t, err)
	require.Greater(t, done.Collected.LogEntries, 100)
	require.Greater(t, done.Collected.Removed, 100)
	require.Less(t, b.objects(), 30)
	require.Len(t, b.rows(), 120)
	s, err := b.lake.At(t.Context(), 5)
	require.NoError(t, err)
	require.EqualValues(t, 5, s.Number)
}

func TestTemporaryFilesOfTheDeadAreSwept(t *testing.T) {
	dir := t.TempDir()
	s, err := local.Open(dir)
	require.NoError(t, err)
	b := newBed(t, s)
	w, err := s.Create(t.Context(), "transitions/part-x.parquet")
	require.NoError(t, err)
	_, err = w.Write([]byte("cut short"))
	require.NoError(t, err)
	temps, err := filepath.Glob(filepath.Join(dir, "transitions", ".*"))
	require.NoError(t, err)
	require.Len(t, temps, 1)
	require.Zero(t, b.collect(lake.CollectOptions{}).Temporary, "it may be in use")
	old := time.Now().Add(-2 * day)
	require.NoError(t, os.Chtimes(temps[0], old, old))
	require.Equal(t, 1, b.collect(lake.CollectOptions{}).Temporary)
	require.Error(t, w.Abort())
}

func TestRetentionBeyondTheLogsMemoryIsRefused(t *testing.T) {
	b, _ := compacted(t)
	_, err := b.lake.Collect(t.Context(), lake.CollectOptions{Retention: 2 * day})
	require.ErrorContains(t, err, "1h")
}
