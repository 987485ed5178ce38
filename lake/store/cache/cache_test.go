package cache_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/cache"
	"github.com/dreamlog/dreamlog/lake/store/faulty"
	"github.com/dreamlog/dreamlog/lake/store/memory"
)

var _ store.Pather = (*cache.Cache)(nil)

// fixture is a store of objects "0.parquet" to "9.parquet" of 100 bytes each,
// and a folder for caches of it.
type fixture struct {
	*faulty.Store
	dir string
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	inner := memory.New()
	for i := range 10 {
		require.NoError(t, store.Put(t.Context(), inner, name(i), []byte(content(i))))
	}
	// A fault without an effect counts the downloads.
	return fixture{faulty.New(inner, faulty.Fault{On: faulty.Open}), t.TempDir()}
}

func name(i int) string    { return fmt.Sprintf("table/%d.parquet", i) }
func content(i int) string { return strings.Repeat(fmt.Sprint(i), 100) }

func (f fixture) cache(t *testing.T, objects int) *cache.Cache {
	t.Helper()
	var ticks atomic.Int64
	ticks.Store(time.Now().Unix())
	now := func() time.Time { return time.Unix(ticks.Add(1), 0) }
	c, err := cache.New(f, cache.Config{Dir: f.dir, MaxBytes: int64(objects) * 100, Now: now})
	require.NoError(t, err)
	return c
}

func (f fixture) files(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir(f.dir)
	require.NoError(t, err)
	return len(entries)
}

func read(t *testing.T, c *cache.Cache, i int) (release func()) {
	t.Helper()
	path, release, err := c.Path(t.Context(), name(i))
	require.NoError(t, err)
	require.True(t, filepath.IsAbs(path))
	require.Equal(t, ".parquet", filepath.Ext(path))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, content(i), string(data))
	return release
}

func TestAnObjectIsDownloadedOnce(t *testing.T) {
	f := newFixture(t)
	c := f.cache(t, 10)
	for range 3 {
		read(t, c, 1)()
	}
	require.Equal(t, 1, f.Fired())
	read(t, f.cache(t, 10), 1)()
	require.Equal(t, 1, f.Fired(), "the next process finds it")
	require.Equal(t, 1, f.files(t))
}

func TestConcurrentReadersShareADownload(t *testing.T) {
	f := newFixture(t)
	c := f.cache(t, 10)
	f.Add(faulty.Fault{On: faulty.Read, Delay: 20 * time.Millisecond})
	var running sync.WaitGroup
	for range 16 {
		running.Go(func() {
			_, release, err := c.Path(t.Context(), name(1))
			if err != nil {
				t.Error(err)
				return
			}
			release()
		})
	}
	running.Wait()
	require.Equal(t, 2, f.Fired(), "one open and one read")
}

func TestTheLeastRecentlyUsedIsEvicted(t *testing.T) {
	f := newFixture(t)
	c := f.cache(t, 3)
	for _, i := range []int{0, 1, 2, 0, 3} { // 1 was not used for longest
		read(t, c, i)()
	}
	require.Equal(t, 3, f.files(t))
	require.Equal(t, 4, f.Fired())
	for _, i := range []int{0, 2, 3} {
		read(t, c, i)()
	}
	require.Equal(t, 4, f.Fired(), "these stayed")
	read(t, c, 1)()
	require.Equal(t, 5, f.Fired(), "this one came again")
}

func TestAFileInUseIsNeverEvicted(t *testing.T) {
	f := newFixture(t)
	mine, other := f.cache(t, 2), f.cache(t, 2) // of two processes
	inUse := []func(){read(t, mine, 0), read(t, mine, 1), read(t, other, 2)}
	path, release, err := mine.Path(t.Context(), name(0))
	require.NoError(t, err)
	for i := 3; i < 10; i++ {
		read(t, mine, i)()
		read(t, other, i)()
	}
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, content(0), string(data))

	release()
	for _, release := range inUse {
		release()
	}
	require.LessOrEqual(t, f.files(t), 3)
	read(t, mine, 9)()
	require.LessOrEqual(t, f.files(t), 2, "back within the bound")
}

func TestAnObjectLargerThanTheCacheIsServed(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, store.Put(t.Context(), f, "big", make([]byte, 5000)))
	c := f.cache(t, 3)
	path, release, err := c.Path(t.Context(), "big")
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, int64(5000), info.Size())
	release()
	read(t, c, 1)()
	require.Equal(t, 1, f.files(t), "and then makes room")
}

func TestAFailedDownloadLeavesNothing(t *testing.T) {
	f := newFixture(t)
	c := f.cache(t, 3)
	f.Add(faulty.Fault{On: faulty.Read, Call: 1, Err: syscall.ECONNRESET})
	_, _, err := c.Path(t.Context(), name(1))
	require.ErrorIs(t, err, syscall.ECONNRESET)
	require.ErrorContains(t, err, name(1))
	require.Zero(t, f.files(t))
	read(t, c, 1)()

	_, _, err = c.Path(t.Context(), "absent")
	require.ErrorIs(t, err, store.ErrNotExist)
	_, _, err = c.Path(t.Context(), "../outside")
	require.ErrorIs(t, err, store.ErrName)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = c.Path(ctx, name(2))
	require.ErrorIs(t, err, context.Canceled)
}

func TestAbandonedDownloadsAreRemoved(t *testing.T) {
	f := newFixture(t)
	old, young := filepath.Join(f.dir, ".tmp-old"), filepath.Join(f.dir, ".tmp-young")
	for _, file := range []string{old, young} {
		require.NoError(t, os.WriteFile(file, []byte("half"), 0o600))
	}
	before := time.Now().Add(-2 * time.Hour)
	require.NoError(t, os.Chtimes(old, before, before))
	read(t, f.cache(t, 3), 1)()
	require.NoFileExists(t, old)
	require.FileExists(t, young)
}

func TestManyReadersOfASmallCache(t *testing.T) {
	f := newFixture(t)
	caches := []*cache.Cache{f.cache(t, 2), f.cache(t, 2)}
	var running sync.WaitGroup
	for worker := range 8 {
		running.Go(func() {
			for round := range 30 {
				i := (worker*7 + round*3) % 10
				path, release, err := caches[worker%2].Path(t.Context(), name(i))
				if err != nil {
					t.Error(err)
					return
				}
				if data, err := os.ReadFile(path); err != nil || string(data) != content(i) {
					t.Errorf("%s: %q, %v", path, data, err)
				}
				release()
			}
		})
	}
	running.Wait()
}
