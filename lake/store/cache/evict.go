package cache

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// room is what this process knows of the size of the folder.
type room struct {
	mu       sync.Mutex // guards what follows, and is held while files are evicted
	reserved int64      // bytes of downloads under way
	over     bool       // files in use keep the folder above its bound
}

// reserve makes room for a download of so many bytes.
func (c *Cache) reserve(ctx context.Context, size int64) error {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	c.room.reserved += size
	err := c.makeRoom(ctx)
	if err != nil {
		c.room.reserved -= size
	}
	return err
}

func (c *Cache) unreserve(size int64) {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	c.room.reserved -= size
}

// shrink evicts what could not be evicted while it was in use. A failure is
// left to the next download, which meets it again and reports it.
func (c *Cache) shrink() {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	if c.room.over {
		_ = c.makeRoom(context.Background())
	}
}

// makeRoom evicts the files that were not used for longest, until the others
// and the reserved bytes fit. Files in use stay. The caller holds the lock.
func (c *Cache) makeRoom(ctx context.Context) error {
	entries, err := c.entries()
	if err != nil {
		return err
	}
	total := c.room.reserved
	for _, e := range entries {
		total += e.size
	}
	for _, e := range entries {
		if total <= c.max {
			break
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		evicted, err := evict(e.path)
		if err != nil {
			return err
		}
		if evicted {
			total -= e.size
		}
	}
	c.room.over = total > c.max
	return nil
}

// entry is a file of the cache.
type entry struct {
	path string
	size int64
	used time.Time
}

// entries gives the files, those longest unused first, and removes what
// downloads of dead processes left.
func (c *Cache) entries() ([]entry, error) {
	dir, err := os.ReadDir(c.dir)
	if err != nil {
		return nil, err
	}
	var entries []entry
	for _, d := range dir {
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue
		}
		if err != nil {
			return nil, err
		}
		e := entry{path: filepath.Join(c.dir, d.Name()), size: info.Size(), used: info.ModTime()}
		if !strings.HasPrefix(d.Name(), tempPrefix) {
			entries = append(entries, e)
		} else if c.now().Sub(e.used) > abandonedAfter {
			// Another process may be quicker.
			if err := os.Remove(e.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return a.used.Compare(b.used) })
	return entries, nil
}

// evict removes a file unless someone leases it.
func evict(path string) (evicted bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil // by another process
	}
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	err = lock(f, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if errors.Is(sameFile(f, path), fs.ErrNotExist) {
		return true, nil
	}
	return true, os.Remove(path)
}
