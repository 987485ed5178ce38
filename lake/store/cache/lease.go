package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// lease opens a file under a shared lock, which keeps every process from
// evicting it until the file is closed or the process ends. It marks the file
// as used now.
func (c *Cache) lease(file string) (*os.File, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	if err := lock(f, syscall.LOCK_SH); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	// It may have been evicted between open and lock.
	if err := sameFile(f, file); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := c.use(file); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// use marks a file as used now, for every process.
func (c *Cache) use(file string) error {
	now := c.now()
	return os.Chtimes(file, now, now)
}

func (c *Cache) release(lease *os.File) {
	_ = lease.Close() // only read from; the lock is gone in any case
	c.shrink()
}

func lock(f *os.File, how int) error {
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		return fmt.Errorf("lock %s: %w", f.Name(), err)
	}
	return nil
}

func sameFile(f *os.File, path string) error {
	opened, err := f.Stat()
	if err != nil {
		return err
	}
	there, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !os.SameFile(opened, there) {
		return fmt.Errorf("%s was evicted: %w", path, fs.ErrNotExist)
	}
	return nil
}
