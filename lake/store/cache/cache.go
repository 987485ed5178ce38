// Package cache keeps copies of immutable objects as files of a local disk,
// for readers that know only paths, such as DuckDB over an object store.
//
// It owns a folder and its size. It never keeps an object that may change
// (those set by Replace do not belong here), never removes a file that anyone
// is reading, and keeps no state but the files: any number of processes may
// share a folder. The app puts it between analytics and an object store.
package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/dreamlog/dreamlog/lake/store"
)

const (
	tempPrefix = ".tmp-"
	// abandonedAfter is how old a temporary file must be to be that of a
	// process that died: a download that writes nothing for so long has failed.
	abandonedAfter = time.Hour
	copyBytes      = 4 << 20
)

// Config configures a Cache.
type Config struct {
	// Dir is the folder, of one store only. It is made where it is missing.
	Dir string
	// MaxBytes bounds the size of all files. Those in use are never removed,
	// and may exceed it for as long as they are.
	MaxBytes int64
	// Now is the clock that orders files by their last use; time.Now if nil.
	Now func() time.Time
}

// Cache implements store.Pather over a store.Store. It is safe for concurrent
// use.
type Cache struct {
	store store.Store
	dir   string
	max   int64
	now   func() time.Time

	mu       sync.Mutex               // guards fetching
	fetching map[string]chan struct{} // by file; closed when its download ended

	room room
}

// New makes a cache of the objects of s.
func New(s store.Store, c Config) (*Cache, error) {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, fmt.Errorf("open cache %s: %w", c.Dir, err)
	}
	if c.MaxBytes <= 0 {
		return nil, fmt.Errorf("open cache %s: MaxBytes is %d, want more than 0", dir, c.MaxBytes)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("open cache: %w", err)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Cache{store: s, dir: dir, max: c.MaxBytes, now: c.Now, fetching: map[string]chan struct{}{}}, nil
}

// Path implements store.Pather. It downloads the object the first time.
func (c *Cache) Path(ctx context.Context, name string) (string, func(), error) {
	if err := store.CheckName(name); err != nil {
		return "", nil, fmt.Errorf("cache %s: %w", name, err)
	}
	file := filepath.Join(c.dir, fileName(name))
	for {
		l, err := c.lease(file)
		if errors.Is(err, fs.ErrNotExist) {
			l, err = c.fetch(ctx, name, file)
		}
		if err != nil {
			return "", nil, fmt.Errorf("cache %s in %s: %w", name, c.dir, err)
		}
		if l != nil {
			return file, func() { c.release(l) }, nil
		}
	}
}

// fileName is flat and short for any name; the extension is kept for readers
// that go by it.
func fileName(name string) string {
	sum := sha256.Sum256([]byte(name))
	ext := path.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	return hex.EncodeToString(sum[:16]) + ext
}

// fetch downloads an object, or waits for the goroutine that does. Without a
// lease and an error the caller tries again.
func (c *Cache) fetch(ctx context.Context, name, file string) (*os.File, error) {
	c.mu.Lock()
	ended, busy := c.fetching[file]
	if !busy {
		ended = make(chan struct{})
		c.fetching[file] = ended
	}
	c.mu.Unlock()

	if busy {
		select {
		case <-ended:
			return nil, nil // if it failed, the caller tries and fails itself
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.fetching, file)
		close(ended)
	}()
	return c.download(ctx, name, file)
}

func (c *Cache) download(ctx context.Context, name, file string) (_ *os.File, err error) {
	object, err := c.store.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, object.Close()) }()
	if err := c.reserve(ctx, object.Size()); err != nil {
		return nil, err
	}
	defer c.unreserve(object.Size())
	temp, err := os.CreateTemp(c.dir, tempPrefix)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.Remove(temp.Name())) }()
	published, err := c.publish(ctx, temp, file, object)
	if err != nil || !published {
		return nil, errors.Join(err, temp.Close())
	}
	return temp, nil
}

// publish fills the temporary file and gives it its name: by link, not by
// rename, so that a file which another process published first, and leases,
// keeps its lease. The file is leased before anyone can see it.
func (c *Cache) publish(ctx context.Context, temp *os.File, file string, o store.Object) (published bool, err error) {
	if err := copyTo(ctx, temp, o); err != nil {
		return false, err
	}
	// Synced, or after a loss of power the name may lead to an empty file.
	if err := errors.Join(temp.Sync(), lock(temp, syscall.LOCK_SH)); err != nil {
		return false, err
	}
	if err := c.use(temp.Name()); err != nil {
		return false, err
	}
	err = os.Link(temp.Name(), file)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	return err == nil, err
}

func copyTo(ctx context.Context, w io.Writer, o store.Object) error {
	buffer := make([]byte, min(copyBytes, o.Size()))
	for off := int64(0); off < o.Size(); {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := buffer[:min(int64(len(buffer)), o.Size()-off)]
		if n, err := o.ReadAt(part, off); n < len(part) {
			return fmt.Errorf("%d bytes at %d: %w", len(part), off, err)
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
		off += int64(len(part))
	}
	return nil
}
