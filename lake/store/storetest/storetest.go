// Package storetest is the conformance suite of store.Store: what the lake
// leans on, stated as behaviour. Every implementation and every wrapper
// without faults passes it.
//
// It owns no store and knows none. The tests of the packages below store call
// Run.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/store"
)

// Run holds a Store to its contract. open gives an empty store each time and
// registers its own clean-up.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(*testing.T, store.Store)
	}{
		{"what was put is read back", roundTrip},
		{"a big object is read back", bigObject},
		{"a range is read", readRange},
		{"an absent object", absent},
		{"a folder is no object", folder},
		{"nothing is visible before commit", invisible},
		{"abort leaves nothing", abort},
		{"a writer ends once", endsOnce},
		{"a name is won once", taken},
		{"32 writers of one name have one winner", oneWinner},
		{"the objects of many writers all arrive", manyWriters},
		{"delete", deletes},
		{"replace", replace},
		{"replace is atomic", replaceAtomic},
		{"list is in the order of bytes", listOrder},
		{"list takes a prefix", listPrefix},
		{"list goes on after a name", listAfter},
		{"list can be left early", listStops},
		{"list of a long folder", listLong},
		{"names from outside are refused", refusesNames},
		{"an ended context ends every call", cancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func put(t *testing.T, s store.Store, name, data string) {
	t.Helper()
	require.NoError(t, store.Put(t.Context(), s, name, []byte(data)))
}

func get(t *testing.T, s store.Store, name string) string {
	t.Helper()
	data, err := store.Get(t.Context(), s, name)
	require.NoError(t, err)
	return string(data)
}

func list(t *testing.T, s store.Store, prefix, after string) []string {
	t.Helper()
	names := []string{}
	for info, err := range s.List(t.Context(), prefix, after) {
		require.NoError(t, err)
		names = append(names, info.Name)
	}
	return names
}

func roundTrip(t *testing.T, s store.Store) {
	for _, data := range []string{"", "x", "a\x00b\nc"} {
		name := "folder/deep/er/" + string(rune('a'+len(data)))
		put(t, s, name, data)
		require.Equal(t, data, get(t, s, name))
	}
	put(t, s, "top", "level")
	require.Equal(t, "level", get(t, s, "top"))
}

func bigObject(t *testing.T, s store.Store) {
	const chunk, chunks = 1 << 20, 17
	w, err := s.Create(t.Context(), "big")
	require.NoError(t, err)
	for i := range chunks {
		n, err := w.Write(bytes.Repeat([]byte{byte(i + 1)}, chunk))
		require.NoError(t, err)
		require.Equal(t, chunk, n)
	}
	require.NoError(t, w.Commit(t.Context()))

	data := get(t, s, "big")
	require.Len(t, data, chunk*chunks)
	for i := range chunks {
		require.Equal(t, chunk, bytes.Count([]byte(data[i*chunk:(i+1)*chunk]), []byte{byte(i + 1)}), "chunk %d", i)
	}
}

func readRange(t *testing.T, s store.Store) {
	content := make([]byte, 600<<10)
	for i := range content {
		content[i] = byte(i * 7 >> 3)
	}
	put(t, s, "ranges", string(content))
	o, err := s.Open(t.Context(), "ranges")
	require.NoError(t, err)
	size := o.Size()
	require.Equal(t, int64(len(content)), size)

	// As a Parquet reader does it: the tail, the footer, then columns.
	for _, r := range []struct{ off, n int64 }{
		{size - 8, 8}, {size - 5000, 4992}, {0, 4}, {100_000, 1}, {100_001, 70_000}, {size - 300_000, 300_000}, {0, size}, {5, 0},
	} {
		p := make([]byte, r.n)
		n, err := o.ReadAt(p, r.off)
		require.Equal(t, int(r.n), n, "range %+v: %v", r, err)
		require.Equal(t, content[r.off:r.off+r.n], p, "range %+v", r)
	}

	p := make([]byte, 10)
	n, err := o.ReadAt(p, size-3)
	require.Equal(t, 3, n)
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, content[size-3:], p[:3])
	_, err = o.ReadAt(p, size+1)
	require.ErrorIs(t, err, io.EOF)
	_, err = o.ReadAt(p, -1)
	require.Error(t, err)
	require.NoError(t, o.Close())
}

func absent(t *testing.T, s store.Store) {
	for _, name := range []string{"absent", "no/such/folder"} {
		_, err := s.Open(t.Context(), name)
		require.ErrorIs(t, err, store.ErrNotExist)
		require.ErrorContains(t, err, name)
		require.ErrorIs(t, s.Delete(t.Context(), name), store.ErrNotExist)
	}
	require.Empty(t, list(t, s, "no/such/folder/", ""))
}

func folder(t *testing.T, s store.Store) {
	put(t, s, "folder/object", "x")
	_, err := s.Open(t.Context(), "folder")
	require.ErrorIs(t, err, store.ErrNotExist)
	require.ErrorIs(t, s.Delete(t.Context(), "folder"), store.ErrNotExist)
	require.Equal(t, "x", get(t, s, "folder/object"))
}

func deletes(t *testing.T, s store.Store) {
	put(t, s, "f/a", "1")
	put(t, s, "f/b", "2")
	require.NoError(t, s.Delete(t.Context(), "f/a"))
	require.ErrorIs(t, s.Delete(t.Context(), "f/a"), store.ErrNotExist)
	require.Equal(t, []string{"f/b"}, list(t, s, "", ""))
	require.NoError(t, s.Delete(t.Context(), "f/b"))
	put(t, s, "f/a", "again")
	require.Equal(t, "again", get(t, s, "f/a"))
}

func cancelled(t *testing.T, s store.Store) {
	put(t, s, "there", "x")
	w, err := s.Create(t.Context(), "new")
	require.NoError(t, err)
	_, err = w.Write([]byte("x"))
	require.NoError(t, err)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, w.Commit(ctx), context.Canceled)
	_, err = s.Create(ctx, "other")
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.Open(ctx, "there")
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, s.Delete(ctx, "there"), context.Canceled)
	require.ErrorIs(t, s.Replace(ctx, "there", nil), context.Canceled)
	var listed error
	for _, err := range s.List(ctx, "", "") {
		listed = errors.Join(listed, err)
	}
	require.ErrorIs(t, listed, context.Canceled)
	require.Equal(t, []string{"there"}, list(t, s, "", ""))
}
