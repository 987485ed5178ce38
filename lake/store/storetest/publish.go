package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/store"
)

func invisible(t *testing.T, s store.Store) {
	w, err := s.Create(t.Context(), "f/new")
	require.NoError(t, err)
	_, err = w.Write([]byte("half"))
	require.NoError(t, err)
	requireAbsent(t, s, "f/new")

	_, err = w.Write([]byte("+half"))
	require.NoError(t, err)
	requireAbsent(t, s, "f/new")
	require.NoError(t, w.Commit(t.Context()))
	require.Equal(t, "half+half", get(t, s, "f/new"))
	require.Equal(t, []string{"f/new"}, list(t, s, "", ""))
}

func abort(t *testing.T, s store.Store) {
	for _, data := range []string{"", "x", strings.Repeat("x", 1<<20)} {
		w, err := s.Create(t.Context(), "f/new")
		require.NoError(t, err)
		_, err = w.Write([]byte(data))
		require.NoError(t, err)
		require.NoError(t, w.Abort())
		requireAbsent(t, s, "f/new")
		require.Error(t, w.Commit(t.Context()), "commit after abort")
		requireAbsent(t, s, "f/new")
	}
	put(t, s, "f/new", "the name is free")
}

func endsOnce(t *testing.T, s store.Store) {
	w, err := s.Create(t.Context(), "a")
	require.NoError(t, err)
	require.NoError(t, w.Commit(t.Context()))
	require.NoError(t, w.Abort(), "abort after commit does nothing")
	require.ErrorIs(t, w.Commit(t.Context()), store.ErrClosed)
	_, err = w.Write([]byte("late"))
	require.ErrorIs(t, err, store.ErrClosed)
	require.Empty(t, get(t, s, "a"))
}

func taken(t *testing.T, s store.Store) {
	put(t, s, "f/a", "first")
	err := store.Put(t.Context(), s, "f/a", []byte("second"))
	require.ErrorIs(t, err, store.ErrExist)
	require.ErrorContains(t, err, "f/a")
	require.Equal(t, "first", get(t, s, "f/a"))

	// Two writers at once: the first to commit wins, not the first to create.
	early, err := s.Create(t.Context(), "f/b")
	require.NoError(t, err)
	put(t, s, "f/b", "late")
	require.ErrorIs(t, early.Commit(t.Context()), store.ErrExist)
	require.Equal(t, "late", get(t, s, "f/b"))
	require.Equal(t, []string{"f/a", "f/b"}, list(t, s, "", ""))
}

func oneWinner(t *testing.T, s store.Store) {
	const rounds, writers = 5, 32
	for round := range rounds {
		name := fmt.Sprintf("log/%020d.json", round)
		errs := race(writers, func(i int) error {
			return store.Put(t.Context(), s, name, fmt.Appendf(nil, "writer %d", i))
		})
		winner := -1
		for i, err := range errs {
			if err == nil {
				require.Equal(t, -1, winner, "two writers won %s", name)
				winner = i
				continue
			}
			require.ErrorIs(t, err, store.ErrExist)
		}
		require.Equal(t, fmt.Sprintf("writer %d", winner), get(t, s, name))
	}
	require.Len(t, list(t, s, "", ""), rounds)
}

func manyWriters(t *testing.T, s store.Store) {
	const writers = 32
	name := func(i int) string { return fmt.Sprintf("%d/%d/%02d", i%2, i%3, i) }
	errs := race(writers, func(i int) error {
		return store.Put(t.Context(), s, name(i), []byte(name(i)))
	})
	require.NoError(t, errors.Join(errs...))
	for i := range writers {
		require.Equal(t, name(i), get(t, s, name(i)))
	}
	require.Len(t, list(t, s, "", ""), writers)
}

func replace(t *testing.T, s store.Store) {
	require.NoError(t, s.Replace(t.Context(), "f/hint", []byte("1")))
	require.Equal(t, "1", get(t, s, "f/hint"))
	require.NoError(t, s.Replace(t.Context(), "f/hint", []byte("longer")))
	require.Equal(t, "longer", get(t, s, "f/hint"))
	require.NoError(t, s.Replace(t.Context(), "f/hint", nil))
	require.Empty(t, get(t, s, "f/hint"))
	require.Equal(t, []string{"f/hint"}, list(t, s, "", ""))
}

func replaceAtomic(t *testing.T, s store.Store) {
	const writers, rounds = 4, 25
	content := func(i int) string { return strings.Repeat(string(rune('a'+i)), 1000*(i+1)) }
	whole := map[string]bool{}
	for i := range writers {
		whole[content(i)] = true
	}
	require.NoError(t, s.Replace(t.Context(), "hint", []byte(content(0))))
	errs := race(writers, func(i int) error {
		for range rounds {
			if err := s.Replace(t.Context(), "hint", []byte(content(i))); err != nil {
				return err
			}
			data, err := store.Get(t.Context(), s, "hint")
			if err != nil {
				return err
			}
			if !whole[string(data)] {
				return fmt.Errorf("read a mix of %d bytes", len(data))
			}
		}
		return nil
	})
	require.NoError(t, errors.Join(errs...))
}

// race starts all at the same moment and waits for all.
func race(n int, do func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	running.Wait()
	return errs
}

func requireAbsent(t *testing.T, s store.Store, name string) {
	t.Helper()
	_, err := s.Open(t.Context(), name)
	require.ErrorIs(t, err, store.ErrNotExist)
	require.Empty(t, list(t, s, "", ""))
}
