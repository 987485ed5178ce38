package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// Settle makes everything that is visible durable. A process that died
// between link and sync leaves an object that can be read, but that a loss of
// power would still take; who recovers from such a death, and is about to
// build on what it reads, settles first. It costs one sync a folder.
func (s *Store) Settle(ctx context.Context) error {
	err := s.walk(ctx, ".", s.files.SyncDir, func(string, fs.FileInfo) error { return nil })
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	return nil
}

// Sweep removes the temporary files that writers left behind when their
// process died: those last written before olderThan, which must lie further
// back than any living writer needs. It returns how many it removed.
func (s *Store) Sweep(ctx context.Context, olderThan time.Time) (removed int, err error) {
	none := func(string) error { return nil }
	err = s.walk(ctx, ".", none, func(name string, info fs.FileInfo) error {
		temporary := info.Mode().IsRegular() && strings.HasPrefix(info.Name(), tempPrefix)
		if !temporary || !info.ModTime().Before(olderThan) {
			return nil
		}
		err := s.files.Remove(name)
		if err == nil {
			removed++
		}
		return err
	})
	if err != nil {
		return removed, fmt.Errorf("sweep temporary files: %w", err)
	}
	return removed, nil
}

// walk visits a folder, what lies in it, and every folder below. What is gone
// when it comes to it is passed over.
func (s *Store) walk(ctx context.Context, folder string, visit func(folder string) error, entry func(name string, info fs.FileInfo) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	names, err := s.files.ReadDir(folder)
	if err != nil {
		return unlessGone(err)
	}
	if err := visit(folder); err != nil {
		return unlessGone(err)
	}
	for _, name := range names {
		name = path.Join(folder, name)
		info, err := s.files.Lstat(name)
		switch {
		case err != nil:
		case info.IsDir():
			err = s.walk(ctx, name, visit, entry)
		default:
			err = entry(name, info)
		}
		if unlessGone(err) != nil {
			return err
		}
	}
	return nil
}

func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
