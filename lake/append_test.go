package lake_test

import (
	"context"
	"io"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/faulty"
	"github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/schema"
)

const application = "topic/0/0"

func reach(from, to int64) map[string]lake.Reach {
	return map[string]lake.Reach{application: {From: from, To: to}}
}

// covered returns how far the table is, read anew from the store.
func covered(t *testing.T, s store.Store) int64 {
	t.Helper()
	next, err := lake.Open(s, nil).Covered(t.Context(), schema.Transitions, application)
	require.NoError(t, err)
	return next
}

func files(t *testing.T, s store.Store) []lake.DataFile {
	t.Helper()
	files, err := lake.Open(s, nil).Files(t.Context(), schema.Transitions)
	require.NoError(t, err)
	return files
}

func TestAppendBringsAnApplicationOn(t *testing.T) {
	s := memory.New()
	lk := prepared(t, s)
	file := write(t, lk, at(0, 0, 0), at(0, 0, 1))
	require.EqualValues(t, 2, file.Rows())
	require.Empty(t, files(t, s), "a file is not part of its table before it is appended")
	require.NoError(t, lk.Append(t.Context(), file, reach(0, 2)))
	require.EqualValues(t, 2, covered(t, s))
	require.Len(t, files(t, s), 1)
	require.NoError(t, lk.Append(t.Context(), write(t, lk, at(0, 0, 5)), reach(2, 6)))
	require.EqualValues(t, 6, covered(t, s))
}

func TestAppendOnAnotherReachIsAConflict(t *testing.T) {
	lk := prepared(t, memory.New())
	require.NoError(t, lk.Append(t.Context(), write(t, lk, at(0, 0, 0)), reach(0, 1)))
	late := write(t, lk, at(0, 0, 0))
	err := lk.Append(t.Context(), late, reach(0, 1))
	require.ErrorIs(t, err, lake.ErrConflict)
	require.ErrorContains(t, err, "topic/0/0 is at 1, not at 0")
	require.ErrorIs(t, lk.Append(t.Context(), late, reach(2, 3)), lake.ErrConflict)
}

// TestOneOfTwoLandersAppends: the second one learns of the first only when the
// number of its version is taken.
func TestOneOfTwoLandersAppends(t *testing.T) {
	s := memory.New()
	ours, theirs := prepared(t, s), prepared(t, s)
	require.NoError(t, ours.Append(t.Context(), write(t, ours, at(0, 0, 0)), reach(0, 1)))
	require.ErrorIs(t, theirs.Append(t.Context(), write(t, theirs, at(0, 0, 0)), reach(0, 1)), lake.ErrConflict)
	require.Len(t, files(t, s), 1)
}

// TestAppendGoesOnBehindACompaction: it changes nothing that an append stands on.
func TestAppendGoesOnBehindACompaction(t *testing.T) {
	s := memory.New()
	ours, compacting := prepared(t, s), prepared(t, s)
	first := write(t, ours, at(0, 0, 0))
	require.NoError(t, ours.Append(t.Context(), first, reach(0, 1)))
	require.NoError(t, compacting.Replace(t.Context(), schema.Transitions, []string{first.Name}, []lake.NewFile{write(t, compacting, at(0, 0, 0))}))
	require.NoError(t, ours.Append(t.Context(), write(t, ours, at(0, 0, 1)), reach(1, 2)))
	require.EqualValues(t, 2, covered(t, s))
	require.Len(t, files(t, s), 2)
}

func TestAppendIsKnownWhenTheAnswerWasLost(t *testing.T) {
	inner := memory.New()
	s := faulty.New(inner)
	lk := prepared(t, s)
	file := write(t, lk, at(0, 0, 0))
	s.Add(faulty.Fault{On: faulty.Commit, Name: "transitions/_delta_log/*", Call: 1, Done: true, Err: store.ErrUnknown})
	require.NoError(t, lk.Append(t.Context(), file, reach(0, 1)))
	require.Equal(t, 1, s.Fired())
	require.Len(t, files(t, inner), 1)
	require.NoError(t, lk.Append(t.Context(), write(t, lk, at(0, 0, 1)), reach(1, 2)))
	require.EqualValues(t, 2, covered(t, inner))
}

func TestAppendWithUnknownOutcomeSaysSo(t *testing.T) {
	inner := memory.New()
	s := faulty.New(inner)
	lk := prepared(t, s)
	file := write(t, lk, at(0, 0, 0))
	s.Add(faulty.Fault{On: faulty.Commit, Name: "transitions/_delta_log/*", Err: store.ErrUnknown})
	require.ErrorIs(t, lk.Append(t.Context(), file, reach(0, 1)), store.ErrUnknown)
	require.Zero(t, covered(t, inner))
	s.Clear()
	require.NoError(t, lk.Append(t.Context(), file, reach(0, 1)))
	require.Len(t, files(t, inner), 1)
}

func TestAppendOfACollectedFileIsAConflict(t *testing.T) {
	s := memory.New()
	lk := prepared(t, s)
	file := write(t, lk, at(0, 0, 0))
	require.NoError(t, s.Delete(t.Context(), file.Name))
	err := lk.Append(t.Context(), file, reach(0, 1))
	require.ErrorIs(t, err, lake.ErrConflict)
	require.ErrorContains(t, err, "was collected before it was published")
	require.Empty(t, files(t, s))
}

func TestFullDiskLeavesNoDataFile(t *testing.T) {
	for _, f := range []faulty.Fault{
		{On: faulty.Create, Err: syscall.ENOSPC},
		{On: faulty.Write, Err: syscall.ENOSPC, Short: 10},
		{On: faulty.Commit, Err: syscall.ENOSPC},
	} {
		inner := memory.New()
		s := faulty.New(inner)
		lk := prepared(t, s)
		f.Name = "transitions/part-*"
		s.Add(f)
		_, err := lk.Write(t.Context(), schema.Transitions, []schema.Row{transition(t, at(0, 0, 0))})
		require.ErrorIs(t, err, syscall.ENOSPC)
		require.Empty(t, names(t, inner, "transitions/part-"))
	}
}

// lying is a store that keeps other bytes of a data file than it was given.
type lying struct{ store.Store }

func (s lying) Create(ctx context.Context, name string) (store.Writer, error) {
	w, err := s.Store.Create(ctx, name)
	return &short{Writer: w}, err
}

type short struct {
	store.Writer
	wrote bool
}

func (w *short) Write(p []byte) (int, error) {
	if w.wrote {
		return w.Writer.Write(p)
	}
	w.wrote = true
	return io.Discard.Write(p)
}

func TestDataFileIsReadBack(t *testing.T) {
	inner := memory.New()
	prepared(t, inner)
	_, err := lake.Open(lying{inner}, nil).Write(t.Context(), schema.Transitions, []schema.Row{transition(t, at(0, 0, 0))})
	require.ErrorContains(t, err, "read back transitions/part-")
}

// swapping is a store that gives another object than it is asked for.
type swapping struct {
	store.Store
	instead string
}

func (s swapping) Open(ctx context.Context, _ string) (store.Object, error) {
	return s.Store.Open(ctx, s.instead)
}

func TestDataFileOfOtherRowsIsNotTheOneWritten(t *testing.T) {
	inner := memory.New()
	other := write(t, prepared(t, inner), at(0, 0, 0), at(0, 0, 1))
	_, err := lake.Open(swapping{inner, other.Name}, nil).Write(t.Context(), schema.Transitions, []schema.Row{transition(t, at(0, 0, 0))})
	require.ErrorContains(t, err, "it holds 2 rows")
	require.ErrorContains(t, err, "the storage is not reliable")
}

func TestTablesAreMadeOnceByTwo(t *testing.T) {
	s := memory.New()
	prepared(t, s)
	for _, table := range schema.Tables() {
		require.Len(t, names(t, s, table+"/_delta_log/"), 1)
	}
	require.Zero(t, covered(t, s))
	prepared(t, s)
	for _, table := range schema.Tables() {
		require.Len(t, names(t, s, table+"/_delta_log/"), 1, "preparing twice changes nothing")
	}
}
