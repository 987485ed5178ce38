package faulty_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/faulty"
	"github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/lake/store/storetest"
)

func TestConformanceWithoutFaults(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return faulty.New(memory.New()) })
}

func TestEachOperationFailsWithoutBeingDone(t *testing.T) {
	for on, call := range map[faulty.Operation]func(context.Context, store.Store) error{
		faulty.Create:  func(ctx context.Context, s store.Store) error { return store.Put(ctx, s, "new", nil) },
		faulty.Write:   func(ctx context.Context, s store.Store) error { return store.Put(ctx, s, "new", nil) },
		faulty.Commit:  func(ctx context.Context, s store.Store) error { return store.Put(ctx, s, "new", nil) },
		faulty.Open:    func(ctx context.Context, s store.Store) error { _, err := s.Open(ctx, "there"); return err },
		faulty.Read:    func(ctx context.Context, s store.Store) error { _, err := store.Get(ctx, s, "there"); return err },
		faulty.List:    func(ctx context.Context, s store.Store) error { _, err := names(ctx, s); return err },
		faulty.Delete:  func(ctx context.Context, s store.Store) error { return s.Delete(ctx, "there") },
		faulty.Replace: func(ctx context.Context, s store.Store) error { return s.Replace(ctx, "new", nil) },
	} {
		t.Run(string(on), func(t *testing.T) {
			inner := memory.New()
			require.NoError(t, store.Put(t.Context(), inner, "there", []byte("x")))
			s := faulty.New(inner, faulty.Fault{On: on, Err: syscall.EIO})
			require.ErrorIs(t, call(t.Context(), s), syscall.EIO)
			require.Equal(t, 1, s.Fired())
			left, err := names(t.Context(), inner)
			require.NoError(t, err)
			require.Equal(t, []string{"there"}, left)

			s.Clear()
			require.NoError(t, call(t.Context(), s))
		})
	}
}

func TestALostAnswerIsOfACallThatWasDone(t *testing.T) {
	inner := memory.New()
	s := faulty.New(inner, faulty.Fault{On: faulty.Commit, Done: true, Err: store.ErrUnknown})
	require.ErrorIs(t, store.Put(t.Context(), s, "a", nil), store.ErrUnknown)
	left, err := names(t.Context(), inner)
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, left)
	require.ErrorIs(t, store.Put(t.Context(), s, "a", nil), store.ErrExist, "the answer of a call that failed is not lost")

	s = faulty.New(inner, faulty.Fault{On: faulty.Delete, Done: true, Err: syscall.ECONNRESET})
	require.ErrorIs(t, s.Delete(t.Context(), "a"), syscall.ECONNRESET)
	_, err = inner.Open(t.Context(), "a")
	require.ErrorIs(t, err, store.ErrNotExist)
}

func TestTheNthMatchingCall(t *testing.T) {
	s := faulty.New(memory.New(), faulty.Fault{On: faulty.Commit, Name: "log/*.json", Call: 3, Err: syscall.ENOSPC})
	var failed []string
	for i := range 5 {
		for _, name := range []string{fmt.Sprintf("log/%d.json", i), fmt.Sprintf("log/%d.parquet", i)} {
			if err := store.Put(t.Context(), s, name, nil); err != nil {
				require.ErrorIs(t, err, syscall.ENOSPC)
				failed = append(failed, name)
			}
		}
	}
	require.Equal(t, []string{"log/2.json"}, failed)
}

func TestAShortWriteSpoilsTheWriter(t *testing.T) {
	inner := memory.New()
	s := faulty.New(inner, faulty.Fault{On: faulty.Write, Call: 2, Short: 3, Err: syscall.ENOSPC})
	w, err := s.Create(t.Context(), "a")
	require.NoError(t, err)
	_, err = w.Write([]byte("whole"))
	require.NoError(t, err)
	n, err := w.Write([]byte("short"))
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.Equal(t, 3, n)
	require.ErrorIs(t, w.Commit(t.Context()), syscall.ENOSPC)
	_, err = inner.Open(t.Context(), "a")
	require.ErrorIs(t, err, store.ErrNotExist)
}

func TestADelayEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := faulty.New(memory.New(), faulty.Fault{On: faulty.Replace, Delay: time.Minute})
		began := time.Now()
		require.NoError(t, s.Replace(t.Context(), "a", nil))
		require.Equal(t, time.Minute, time.Since(began))

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, s.Replace(ctx, "b", nil), context.DeadlineExceeded)
	})
}

func TestConcurrentCallsMeetAFaultOnce(t *testing.T) {
	s := faulty.New(memory.New(), faulty.Fault{On: faulty.Replace, Call: 50, Err: syscall.EIO})
	errs := make([]error, 100)
	var running sync.WaitGroup
	for i := range errs {
		running.Go(func() { errs[i] = s.Replace(t.Context(), "a", nil) })
	}
	running.Wait()
	failed := 0
	for _, err := range errs {
		if errors.Is(err, syscall.EIO) {
			failed++
		}
	}
	require.Equal(t, 1, failed)
}

func names(ctx context.Context, s store.Store) ([]string, error) {
	var names []string
	for info, err := range s.List(ctx, "", "") {
		if err != nil {
			return names, err
		}
		names = append(names, info.Name)
	}
	return names, nil
}
