package lake_test

import (
	"context"
	"errors"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/faulty"
	"github.com/dreamlog/dreamlog/lake/store/memory"
)

// requireWhole checks that every entry up to last can be read and chained.
func requireWhole(t *testing.T, s store.Store, last int64) {
	t.Helper()
	lk := lake.Open(s, nil)
	newest, err := lk.Newest(t.Context())
	require.NoError(t, err)
	require.Equal(t, last, newest.Number)
	previous := ""
	for link, err := range lk.Links(t.Context(), last) {
		require.NoError(t, err)
		require.NoError(t, link.Damage)
		require.Equal(t, previous, link.Snapshot.Previous, "snapshot %d", link.Number)
		previous = link.Digest
	}
}

func TestRollUpKeepsTheLastThousand(t *testing.T) {
	s := memory.New()
	lk := lake.Open(s, nil)
	grow(t, lk, 1999)
	rolled, err := lk.RollUp(t.Context())
	require.NoError(t, err)
	require.Zero(t, rolled)
	grow(t, lk, 1102)
	rolled, err = lk.RollUp(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1999, rolled)
	require.Equal(t, []string{rollupName(0), rollupName(1)}, names(t, s, "snapshots-rolled/"))
	require.Len(t, names(t, s, "snapshots/"), 3101-1999)
	requireWhole(t, s, 3101)
	rolled, err = lk.RollUp(t.Context())
	require.NoError(t, err)
	require.Zero(t, rolled)

	fresh := lake.Open(s, nil)
	for _, number := range []int64{1, 2, 999, 1000, 1001, 1999, 2000, 3101} {
		found, err := fresh.At(t.Context(), number)
		require.NoError(t, err)
		require.Equal(t, number, found.Number)
		found, err = fresh.AtTime(t.Context(), timeOf(number))
		require.NoError(t, err)
		require.Equal(t, number, found.Number)
	}
}

func TestInterruptedRollUpGoesOn(t *testing.T) {
	const last = 2005
	full := memory.New()
	grow(t, lake.Open(full, nil), last)
	// Each run gets a little further before the storage fails, with the call
	// done or not; every one goes on from where the one before was cut short.
	faults := []faulty.Fault{
		{On: faulty.Create, Name: rollupName(0), Err: syscall.ENOSPC},
		{On: faulty.Write, Name: rollupName(0), Err: syscall.ENOSPC, Short: 1000},
		{On: faulty.Commit, Name: rollupName(0), Err: syscall.EIO},
		{On: faulty.Commit, Name: rollupName(0), Err: store.ErrUnknown},
		{On: faulty.Commit, Name: rollupName(0), Err: syscall.EIO, Done: true},
	}
	for call := 1; call <= 999; call += 83 {
		faults = append(faults, faulty.Fault{On: faulty.Delete, Name: "snapshots/*", Call: call, Err: syscall.EIO, Done: call%2 == 1})
	}
	for _, f := range faults {
		s := faulty.New(full, f)
		_, err := lake.Open(s, nil).RollUp(t.Context())
		require.ErrorContains(t, err, "roll up snapshots from 0", f)
		require.Equal(t, 1, s.Fired())
		call := int64(max(f.Call, 2)) // the entries up to here are gone, or the next to go
		requireReadable(t, lake.Open(full, nil), 1, call-1, call, call+1, 999, 1000, last)
	}
	_, err := lake.Open(full, nil).RollUp(t.Context())
	require.NoError(t, err)
	require.Len(t, names(t, full, "snapshots/"), last-999)
	requireWhole(t, full, last)
}

func TestRollUpThatGotThroughIsKnown(t *testing.T) {
	inner := memory.New()
	grow(t, lake.Open(inner, nil), 2000)
	s := faulty.New(inner, faulty.Fault{On: faulty.Commit, Name: rollupName(0), Err: store.ErrUnknown, Done: true})
	rolled, err := lake.Open(s, nil).RollUp(t.Context())
	require.NoError(t, err)
	require.Equal(t, 999, rolled)
	require.Equal(t, 1, s.Fired())
	requireWhole(t, inner, 2000)
}

func TestRollUpThatDiffersIsRefused(t *testing.T) {
	s := memory.New()
	lk := lake.Open(s, nil)
	grow(t, lk, 2000)
	require.NoError(t, store.Put(t.Context(), s, rollupName(0), []byte("something else\n")))
	_, err := lake.Open(s, nil).RollUp(t.Context())
	require.ErrorContains(t, err, "holds other entries; nothing was deleted")
	require.Len(t, names(t, s, "snapshots/"), 2000)
	requireReadable(t, lake.Open(s, nil), 1, 500, 999, 2000)
}

func TestRollUpWithAGapIsRefused(t *testing.T) {
	s := memory.New()
	grow(t, lake.Open(s, nil), 2000)
	require.NoError(t, s.Delete(t.Context(), entryName(500)))
	_, err := lake.Open(s, nil).RollUp(t.Context())
	require.ErrorContains(t, err, "read snapshot 500")
	require.Len(t, names(t, s, "snapshots/"), 1999)
	require.Empty(t, names(t, s, "snapshots-rolled/"))
	_, err = lake.Open(s, nil).At(t.Context(), 500)
	require.ErrorContains(t, err, "run `dreamlog verify`")
}

func requireReadable(t *testing.T, lk *lake.Lake, numbers ...int64) {
	t.Helper()
	for _, number := range numbers {
		s, err := lk.At(t.Context(), number)
		require.NoError(t, err)
		require.Equal(t, number, s.Number)
	}
}

func TestTruncatedRollUpIsNamed(t *testing.T) {
	s := memory.New()
	lk := lake.Open(s, nil)
	grow(t, lk, 2000)
	_, err := lk.RollUp(t.Context())
	require.NoError(t, err)
	data, err := store.Get(t.Context(), s, rollupName(0))
	require.NoError(t, err)
	require.NoError(t, s.Replace(t.Context(), rollupName(0), data[:len(data)/2]))
	requireReadable(t, lk, 1, 400)
	_, err = lk.At(t.Context(), 999)
	require.ErrorContains(t, err, "read snapshot 999: its roll-up is damaged")
}

func TestOneLeftBehindFindsTheNewest(t *testing.T) {
	s := memory.New()
	slow, quick := lake.Open(s, nil), lake.Open(s, nil)
	old := grow(t, slow, 3)
	grow(t, quick, 2500)
	_, err := quick.RollUp(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, slow.Publish(t.Context(), old, entry(4)), lake.ErrTaken, "the number of a rolled snapshot looks free")
	newest, err := slow.Newest(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2503, newest.Number)
	requireWhole(t, s, 2503)
}

func TestReadersBesideRollUp(t *testing.T) {
	s := memory.New()
	grow(t, lake.Open(s, nil), 2100)
	ctx, stop := context.WithCancel(t.Context())
	var group errgroup.Group
	for reader := range int64(3) {
		began := make(chan struct{})
		group.Go(func() error {
			lk := lake.Open(s, nil)
			for n := reader; ; n++ {
				number := 1 + n*7%2100
				found, err := lk.At(t.Context(), number)
				if err != nil {
					return err
				}
				if found.Partitions[0].Cut != number {
					return errors.New("another snapshot than asked for")
				}
				if n == reader {
					close(began)
				}
				if n > 600 && ctx.Err() != nil {
					return nil
				}
			}
		})
		<-began
	}
	rolled, err := lake.Open(s, nil).RollUp(t.Context())
	stop()
	require.NoError(t, group.Wait())
	require.NoError(t, err)
	require.Equal(t, 999, rolled)
}
