package compactor_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/compactor"
	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/faulty"
	"github.com/dreamlog/dreamlog/lake/store/forgetting"
	"github.com/dreamlog/dreamlog/lake/store/local"
	"github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/schema"
)

func TestManyFilesBecomeOneSortedFileOfTheSameRows(t *testing.T) {
	stores := map[string]func(t *testing.T) store.Store{
		"memory":     func(*testing.T) store.Store { return memory.New() },
		"forgetting": func(*testing.T) store.Store { return local.New(forgetting.NewDisk().Mount()) },
		"local": func(t *testing.T) store.Store {
			s, err := local.Open(t.TempDir())
			require.NoError(t, err)
			return s
		},
	}
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			b := newBed(t, open(t))
			for i := range 20 {
				b.land(1 + i%4*13)
			}
			before := b.rows()
			require.Len(t, before, int(b.next))

			done := b.compact(true, compactor.Options{})
			require.Equal(t, 1, done.Files)
			require.Equal(t, 20, done.Merged)
			require.EqualValues(t, b.next, done.Rows)
			require.Equal(t, before, b.rows())

			file := b.files()[0]
			require.EqualValues(t, b.next, file.Rows)
			require.Equal(t, []parquetfile.OffsetRange{{Next: b.next}}, file.Ranges)
			require.NotEmpty(t, file.Digest)
			require.True(t, slices.IsSortedFunc(b.fileRows(file.Name), schema.Compare))

			b.land(3) // landing goes on
			require.Len(t, b.rows(), int(b.next))
		})
	}
}

func (b *bed) fileRows(name string) (rows []schema.Row) {
	o, err := b.store.Open(b.Context(), name)
	require.NoError(b, err)
	require.NoError(b, parquetfile.Read(b.Context(), o, o.Size(), schema.Transitions, func(some []schema.Row) error {
		rows = append(rows, some...)
		return nil
	}))
	require.NoError(b, o.Close())
	return rows
}

func TestTheCommitChangesNoData(t *testing.T) {
	b := newBed(t, memory.New())
	b.land(5)
	b.land(5)
	before, err := delta.New(b.store, schema.Transitions).Load(t.Context())
	require.NoError(t, err)
	b.compact(true, compactor.Options{})

	after, err := delta.New(b.store, schema.Transitions).Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, before.Txns(), after.Txns())
	entry, err := delta.New(b.store, schema.Transitions).Entry(t.Context(), after.Version())
	require.NoError(t, err)
	require.Len(t, entry, 4)
	require.Equal(t, "OPTIMIZE", entry[0].CommitInfo.Operation)
	for _, action := range entry[1:3] {
		require.NotNil(t, action.Remove)
		require.False(t, action.Remove.DataChange)
	}
	require.NotNil(t, entry[3].Add)
	require.False(t, entry[3].Add.DataChange)
	require.Equal(t, "1", entry[3].Add.Tags[parquetfile.TagSchema])
}

func TestNothingToDoCommitsNothing(t *testing.T) {
	b := newBed(t, memory.New())
	for range 7 {
		b.land(1)
	}
	version := b.lake.Version(schema.Transitions)
	require.Zero(t, b.compact(false, compactor.Options{}).Merges)
	b.land(1)
	require.Equal(t, 8, b.compact(false, compactor.Options{}).Merged)
	require.Zero(t, b.compact(true, compactor.Options{}).Merges)
	require.Equal(t, version+2, b.lake.Version(schema.Transitions))
}

func TestRowsOfErasedContentStay(t *testing.T) {
	b := newBed(t, memory.New())
	erased := b.transition(0)
	erased.State, erased.Action, erased.NextState, erased.Salt = "", "", "", nil
	b.append([]schema.Row{erased, b.transition(1)}, 2)
	b.land(2)
	before := b.rows()
	b.compact(true, compactor.Options{})
	require.Len(t, b.files(), 1)
	require.Equal(t, before, b.rows())
}

func TestWhatWasTamperedWithIsNotRewritten(t *testing.T) {
	for name, wrong := range map[string]func(b *bed) []schema.Row{
		"was changed after it was landed": func(b *bed) []schema.Row {
			row := b.transition(3)
			row.Reward = new(float64)
			return []schema.Row{row}
		},
		"out of order, or twice": func(b *bed) []schema.Row { return []schema.Row{b.transition(1)} },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBed(t, memory.New())
			b.land(3)
			b.append(wrong(b), 4)
			files := b.files()
			_, err := compactor.New(b.lake, compactor.Options{}).Compact(t.Context(), compactor.Request{Full: true})
			require.ErrorContains(t, err, name)
			require.ErrorContains(t, err, "dreamlog verify")
			require.Equal(t, files, b.files())
			require.Equal(t, 2, b.objects(), "what was written is gone")
		})
	}
}

func TestAFileThatTheStoreSpoilsIsNotPublished(t *testing.T) {
	spoiled := &spoiler{Store: memory.New()}
	b := newBed(t, spoiled)
	b.land(50)
	b.land(50)
	files := b.files()
	size := b.compactedSize()
	for at := int64(4); at < size; at += 251 {
		spoiled.at = at
		_, err := compactor.New(b.lake, compactor.Options{}).Compact(t.Context(), compactor.Request{Full: true})
		spoiled.at = 0
		if err == nil {
			// A byte that no reader needs: the rows are whole all the same.
			require.Len(t, b.rows(), 100)
			continue
		}
		require.Equal(t, files, b.files(), "byte %d", at)
	}
	require.Len(t, b.rows(), 100)
}

// compactedSize returns how large the files become.
func (b *bed) compactedSize() int64 {
	rows := append(b.fileRows(b.files()[0].Name), b.fileRows(b.files()[1].Name)...)
	info, err := parquetfile.NewWriter(parquetfile.Options{}).Write(new(bytes.Buffer), schema.Transitions, rows)
	require.NoError(b, err)
	return info.Size
}

// spoiler flips a bit of every Parquet file that is written while at is set.
type spoiler struct {
	store.Store
	at int64
}

func (s *spoiler) Create(ctx context.Context, name string) (store.Writer, error) {
	w, err := s.Store.Create(ctx, name)
	if s.at == 0 || err != nil || !isData(name) {
		return w, err
	}
	return &spoiledWriter{Writer: w, at: s.at}, nil
}

func isData(name string) bool { return len(name) > 8 && name[len(name)-8:] == ".parquet" }

type spoiledWriter struct {
	store.Writer
	at int64 // bytes to go
}

func (w *spoiledWriter) Write(data []byte) (int, error) {
	if w.at >= 0 && w.at < int64(len(data)) {
		data = bytes.Clone(data)
		data[w.at] ^= 0x10
	}
	w.at -= int64(len(data))
	return w.Writer.Write(data)
}

// meddler lets something happen just before an entry of a log is committed.
type meddler struct {
	store.Store
	once sync.Once
	act  func()
}

func (m *meddler) Create(ctx context.Context, name string) (store.Writer, error) {
	if m.act != nil && bytes.Contains([]byte(name), []byte("transitions/_delta_log/")) {
		act := m.act
		m.once.Do(act)
	}
	return m.Store.Create(ctx, name)
}

func TestAnAppendInBetweenDoesNotHinderACompaction(t *testing.T) {
	inner := memory.New()
	b := newBed(t, inner)
	b.land(5)
	b.land(5)
	m := &meddler{Store: inner, act: func() { b.land(7) }}
	other := &bed{TB: t, store: m, lake: lake.Open(m, nil)}
	done := other.compact(true, compactor.Options{MaxFileBytes: 1 << 30})
	require.Equal(t, 2, done.Merges, "the first two, then what was appended")
	require.Len(t, b.rows(), 17)
}

func TestOfTwoCompactorsOneStartsAgain(t *testing.T) {
	inner := memory.New()
	b := newBed(t, inner)
	b.land(5)
	b.land(5)
	m := &meddler{Store: inner, act: func() { require.Equal(t, 1, b.compact(true, compactor.Options{}).Merges) }}
	other := &bed{TB: t, store: m, lake: lake.Open(m, nil)}
	require.Zero(t, other.compact(true, compactor.Options{}).Merges)
	require.Len(t, b.rows(), 10)
	require.Equal(t, 3, b.objects(), "two inputs and one output; the other's was dropped")
}

func TestALostAnswerIsNoSecondCompaction(t *testing.T) {
	s := faulty.New(memory.New(), faulty.Fault{On: faulty.Commit, Name: "transitions/_delta_log/*3.json", Call: 1, Done: true, Err: store.ErrUnknown})
	b := newBed(t, s)
	b.land(5)
	b.land(5)
	require.Equal(t, 1, b.compact(true, compactor.Options{}).Merges)
	require.Len(t, b.files(), 1)
	require.Len(t, b.rows(), 10)
}

func TestFailuresOfTheStoreLoseNothing(t *testing.T) {
	broken := errors.New("input/output error")
	for _, fault := range []faulty.Fault{
		{On: faulty.Create, Name: "transitions/part-*", Call: 1, Err: broken},
		{On: faulty.Write, Name: "transitions/part-*", Call: 1, Err: broken, Short: 10},
		{On: faulty.Commit, Name: "transitions/part-*", Call: 1, Err: broken},
		{On: faulty.Commit, Name: "transitions/part-*", Call: 1, Err: store.ErrUnknown, Done: true},
		{On: faulty.Open, Name: "transitions/part-*", Call: 2, Err: broken}, // an input
		{On: faulty.Open, Name: "transitions/part-*", Call: 3, Err: broken}, // the footer of the output
		{On: faulty.Open, Name: "transitions/part-*", Call: 4, Err: broken}, // the rows of the output
		{On: faulty.Read, Name: "transitions/part-*", Call: 12, Err: broken},
		{On: faulty.Commit, Name: "transitions/_delta_log/*", Call: 1, Err: broken},
	} {
		inner := memory.New()
		b := newBed(t, inner)
		b.land(5)
		b.land(5)
		_, err := compactor.New(lake.Open(faulty.New(inner, fault), nil), compactor.Options{}).Compact(t.Context(), compactor.Request{Full: true})
		require.Error(t, err, "%+v", fault)
		require.Len(t, b.files(), 2, "%+v", fault)
		require.Len(t, b.rows(), 10, "%+v", fault)
		require.Equal(t, 1, b.compact(true, compactor.Options{}).Merges, "%+v", fault)
		require.Len(t, b.rows(), 10, "%+v", fault)
	}
}

func TestThePowerMayGoAtAnyMoment(t *testing.T) {
	deaths := 0
	for at := 1; ; at += 3 {
		disk := forgetting.NewDisk()
		b := newBed(t, local.New(disk.Mount()))
		b.land(5)
		b.land(5)
		disk.PowerOffAt(at)
		_, err := compactor.New(b.lake, compactor.Options{}).Compact(t.Context(), compactor.Request{Full: true, Tables: []string{schema.Transitions}})
		if err == nil {
			break
		}
		deaths++
		disk.Crash(nil)
		after := local.New(disk.Mount())
		again := &bed{TB: t, store: after, lake: lake.Open(after, nil)}
		require.Len(t, again.rows(), 10, "death at operation %d", at)
		again.compact(true, compactor.Options{})
		require.Len(t, again.files(), 1)
		require.Len(t, again.rows(), 10)
	}
	require.Greater(t, deaths, 10)
}

func TestRunKeepsTheFilesFewAndEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, memory.New())
		ctx, stop := context.WithCancelCause(t.Context())
		done := make(chan error)
		c := compactor.New(b.lake, compactor.Options{Interval: time.Second})
		go func() { done <- c.Run(ctx) }()
		most := 0
		for range 300 {
			b.land(2)
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
			most = max(most, len(b.files()))
		}
		require.Less(t, most, 40)
		require.Len(t, b.rows(), 600)
		state, err := delta.New(b.store, schema.Transitions).Load(t.Context())
		require.NoError(t, err)
		require.False(t, state.CheckpointDue())
		bye := errors.New("bye")
		stop(bye)
		require.ErrorIs(t, <-done, bye)
	})
}
