package delta_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/memory"
)

// clock is a clock that a test sets.
type clock struct{ now time.Time }

func (c *clock) read() time.Time { return c.now }

func newClock() *clock { return &clock{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)} }

func (c *clock) pass(d time.Duration) { c.now = c.now.Add(d) }

// fixture is a table in memory.
type fixture struct {
	*testing.T
	store *memory.Store
	clock *clock
	log   *delta.Log
	state *delta.State
	n     int
}

var columns = &delta.Schema{Type: "struct", Fields: []delta.Field{{Name: "n", Type: "long", Nullable: true, Metadata: map[string]any{}}}}

func newTable(t *testing.T) *fixture {
	c := newClock()
	f := &fixture{T: t, store: memory.New(memory.WithClock(c.read)), clock: c}
	f.log = delta.New(f.store, "t", delta.WithClock(c.read))
	require.NoError(t, f.log.Create(t.Context(), delta.Definition{ID: "id-1", Name: "t", Schema: columns}, f.info("CREATE TABLE")))
	f.state = f.load()
	return f
}

func (f *fixture) info(operation string) delta.CommitInfo {
	f.n++
	return delta.NewCommitInfo(f.clock.now, operation, "test", fmt.Sprint("token-", f.n))
}

func (f *fixture) load() *delta.State {
	f.Helper()
	s, err := f.log.Load(f.Context())
	require.NoError(f, err)
	return s
}

// append returns the actions of a commit that adds one file of ten rows.
func (f *fixture) append(path string, next int64) []delta.Action {
	return []delta.Action{
		{CommitInfo: new(f.info("WRITE"))},
		{Txn: &delta.Txn{AppID: "app", Version: next}},
		{Add: delta.NewAdd(path, 100, f.clock.now, true, delta.Stats{Rows: 10, Min: map[string]any{"n": next}}, map[string]string{"k": path})},
	}
}

// compact returns the actions of a commit that replaces files by one.
func (f *fixture) compact(to string, from ...string) []delta.Action {
	actions := []delta.Action{{CommitInfo: new(f.info("OPTIMIZE"))}}
	for _, path := range from {
		actions = append(actions, delta.Action{Remove: (&delta.Add{Path: delta.Path(path), Size: 100}).NewRemove(f.clock.now, false)})
	}
	return append(actions, delta.Action{Add: delta.NewAdd(to, 100, f.clock.now, false, delta.Stats{Rows: 10}, nil)})
}

func (f *fixture) publish(actions []delta.Action) {
	f.Helper()
	require.NoError(f, f.log.Publish(f.Context(), f.state, actions))
}

func paths(t *testing.T, s *delta.State) (names []string) {
	files, err := s.Files()
	require.NoError(t, err)
	for _, file := range files {
		names = append(names, string(file.Path))
	}
	return names
}

// requireSame compares what two states say.
func requireSame(t *testing.T, want, got *delta.State) {
	t.Helper()
	require.Equal(t, want.Version(), got.Version())
	require.Equal(t, want.Protocol(), got.Protocol())
	require.Equal(t, want.MetaData(), got.MetaData())
	require.Equal(t, want.Txns(), got.Txns())
	require.Equal(t, want.Removed(), got.Removed())
	wantFiles, err := want.Files()
	require.NoError(t, err)
	gotFiles, err := got.Files()
	require.NoError(t, err)
	require.Len(t, gotFiles, len(wantFiles))
	for i := range wantFiles {
		a, b := *wantFiles[i].Add, *gotFiles[i].Add
		a.DataChange, b.DataChange = false, false // a checkpoint does not keep it
		if len(a.Tags) == 0 {
			a.Tags, b.Tags = nil, nil
		}
		require.Equal(t, a, b)
		require.Equal(t, wantFiles[i].Stats, gotFiles[i].Stats)
	}
}

func TestNoTable(t *testing.T) {
	_, err := delta.New(memory.New(), "t").Load(t.Context())
	require.ErrorIs(t, err, delta.ErrNoTable)
	require.ErrorIs(t, err, store.ErrNotExist)
	_, err = delta.New(memory.New(), "t").StateAt(t.Context(), 3)
	require.ErrorIs(t, err, delta.ErrNoTable)
}

func TestCreateTwice(t *testing.T) {
	f := newTable(t)
	err := f.log.Create(t.Context(), delta.Definition{ID: "id-2", Schema: columns}, f.info("CREATE TABLE"))
	require.ErrorIs(t, err, store.ErrExist)
	require.Equal(t, "id-1", f.load().MetaData().ID)
	require.Equal(t, delta.Protocol{MinReaderVersion: 1, MinWriterVersion: 2}, f.state.Protocol())
}

func TestAppendAndCompact(t *testing.T) {
	f := newTable(t)
	f.publish(f.append("a.parquet", 10))
	f.publish(f.append("b=c/d e%.parquet", 20))
	require.Equal(t, []string{"a.parquet", "b=c/d e%.parquet"}, paths(t, f.state))
	files, _ := f.state.Files()
	require.EqualValues(t, 10, files[0].Stats.Rows)
	require.EqualValues(t, 10, files[0].Stats.Min["n"])
	version, found := f.state.Txn("app")
	require.True(t, found)
	require.EqualValues(t, 20, version)
	_, found = f.state.Txn("other")
	require.False(t, found)

	f.publish(f.compact("c.parquet", "a.parquet", "b=c/d e%.parquet"))
	require.Equal(t, []string{"c.parquet"}, paths(t, f.state))
	require.Len(t, f.state.Removed(), 2)
	require.False(t, f.state.Live("a.parquet"))
	requireSame(t, f.state, f.load())
}

func TestRefreshReadsOnlyWhatIsNew(t *testing.T) {
	f := newTable(t)
	reader := f.load()
	for i := range 5 {
		f.publish(f.append(fmt.Sprint("f", i), int64(i)))
	}
	counting := &countingStore{Store: f.store}
	log := delta.New(counting, "t", delta.WithClock(f.clock.read))
	require.NoError(t, log.Refresh(t.Context(), reader))
	requireSame(t, f.state, reader)
	require.Equal(t, 6, counting.opens, "five entries, and one attempt at the sixth")
	require.Zero(t, counting.lists)
	require.NoError(t, log.Refresh(t.Context(), reader))
	require.Equal(t, 7, counting.opens)
}

func TestStateAt(t *testing.T) {
	f := newTable(t)
	var want []*delta.State
	for i := range 25 {
		if i == 10 || i == 20 {
			require.NoError(t, f.log.Checkpoint(t.Context(), f.state))
		}
		want = append(want, f.state.Clone())
		f.publish(f.append(fmt.Sprintf("f%02d", i), int64(i)))
	}
	for v, s := range want {
		got, err := f.log.StateAt(t.Context(), int64(v))
		require.NoError(t, err)
		requireSame(t, s, got)
	}
	_, err := f.log.StateAt(t.Context(), 26)
	require.ErrorContains(t, err, "the newest version is 25")
	_, err = f.log.StateAt(t.Context(), -1)
	require.Error(t, err)
}

// countingStore counts the operations that cost something on an object store.
type countingStore struct {
	store.Store
	opens, lists int
}

func (s *countingStore) Open(ctx context.Context, name string) (store.Object, error) {
	s.opens++
	return s.Store.Open(ctx, name)
}

// brokenStore gives a scripted error in place of the next commit of an object,
// after doing it or not.
type brokenStore struct {
	store.Store
	err  error
	does bool
}

func (s *brokenStore) Create(ctx context.Context, name string) (store.Writer, error) {
	w, err := s.Store.Create(ctx, name)
	return brokenWriter{w, s}, err
}

type brokenWriter struct {
	store.Writer
	s *brokenStore
}

func (w brokenWriter) Commit(ctx context.Context) error {
	broken := w.s.err
	w.s.err = nil
	if broken != nil && !w.s.does {
		return broken
	}
	return errors.Join(w.Writer.Commit(ctx), broken)
}
