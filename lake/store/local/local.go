// Package local is a store.Store in a folder of a local disk.
//
// It owns the order in which an object becomes durable and visible: temporary
// file in the same folder, write, fsync, link(2), unlink of the temporary name,
// fsync of the folder. link fails when the name is taken, so that one of any
// number of writers, of any number of processes, wins. It never overwrites an
// object (but for Replace), never follows a link out of its folder, and never
// removes a folder. The lake calls it through store.Store.
package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/dreamlog/dreamlog/lake/store"
)

// Store keeps each object as a file. It is safe for concurrent use, by
// several processes as well.
type Store struct {
	files   FileSystem
	folders *folders
	names   *tempNames
	root    *os.Root // nil over a FileSystem that is not the operating system's
	dir     string   // absolute; empty when root is nil
}

// Open opens the store in dir, and makes the folder where it is missing.
// Close releases it.
func Open(dir string) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", dir, err)
	}
	root, err := openRoot(dir)
	if err != nil {
		return nil, err
	}
	s := New(osFiles{root})
	s.root, s.dir = root, dir
	return s, nil
}

// New makes a store over any file system whose root exists.
func New(files FileSystem) *Store {
	return &Store{files: files, folders: newFolders(files), names: newTempNames()}
}

// Close releases the folder. Objects and writers must be closed before.
func (s *Store) Close() error {
	if s.root == nil {
		return nil
	}
	return s.root.Close()
}

// Create implements store.Store.
func (s *Store) Create(ctx context.Context, name string) (store.Writer, error) {
	if err := ready(ctx, name); err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	w, err := s.newWriter(name)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	return w, nil
}

// Open implements store.Store. What is no regular file is no object.
func (s *Store) Open(ctx context.Context, name string) (store.Object, error) {
	if err := ready(ctx, name); err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	f, err := s.files.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, translate(err))
	}
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, errors.Join(err, f.Close()))
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open %s: not a regular file: %w", name, errors.Join(store.ErrNotExist, f.Close()))
	}
	return object{File: f, size: info.Size()}, nil
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, name string) error {
	if err := ready(ctx, name); err != nil {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	// Remove would take an empty folder as well.
	o, err := s.Open(ctx, name)
	if err == nil {
		err = o.Close()
	}
	if err == nil {
		err = s.files.Remove(name)
	}
	if err != nil {
		return fmt.Errorf("delete %s: %w", name, translate(err))
	}
	return nil
}

// Replace implements store.Store.
func (s *Store) Replace(ctx context.Context, name string, data []byte) error {
	if err := ready(ctx, name); err != nil {
		return fmt.Errorf("replace %s: %w", name, err)
	}
	w, err := s.newWriter(name)
	if err != nil {
		return fmt.Errorf("replace %s: %w", name, err)
	}
	if _, err := w.Write(data); err != nil {
		return errors.Join(err, w.Abort())
	}
	return w.replace()
}

// Path implements store.Pather: the file itself, nothing is copied.
func (s *Store) Path(ctx context.Context, name string) (string, func(), error) {
	if err := ready(ctx, name); err != nil {
		return "", nil, fmt.Errorf("path of %s: %w", name, err)
	}
	if s.root == nil {
		return "", nil, fmt.Errorf("path of %s: the store is not on a disk", name)
	}
	info, err := s.root.Stat(name)
	if err != nil {
		return "", nil, fmt.Errorf("path of %s: %w", name, translate(err))
	}
	if !info.Mode().IsRegular() {
		return "", nil, fmt.Errorf("path of %s: not a regular file: %w", name, store.ErrNotExist)
	}
	return filepath.Join(s.dir, filepath.FromSlash(name)), func() {}, nil
}

func ready(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return store.CheckName(name)
}

// translate adds the sentinel of package store to an error of a file system.
func translate(err error) error {
	switch {
	case errors.Is(err, store.ErrNotExist), errors.Is(err, store.ErrExist):
		return err
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%w (%w)", store.ErrNotExist, err)
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w (%w)", store.ErrExist, err)
	}
	return err
}

type object struct {
	File
	size int64
}

func (o object) Size() int64 { return o.size }
