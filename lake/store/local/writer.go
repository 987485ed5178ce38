package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"syscall"

	"github.com/dreamlog/dreamlog/lake/store"
)

// writer fills the temporary file of one object.
type writer struct {
	store  *Store
	name   string
	temp   string
	file   File
	failed error // of the first Write that failed
	closed bool
}

func (s *Store) newWriter(name string) (*writer, error) {
	folder := path.Dir(name)
	if err := s.folders.ensure(folder); err != nil {
		return nil, err
	}
	temp := path.Join(folder, s.names.next())
	file, err := s.files.Create(temp)
	if errors.Is(err, fs.ErrNotExist) {
		// Someone removed a folder that we knew: make it again.
		s.folders.forget()
		if err := s.folders.ensure(folder); err != nil {
			return nil, err
		}
		file, err = s.files.Create(temp)
	}
	if err != nil {
		return nil, err
	}
	return &writer{store: s, name: name, temp: temp, file: file}, nil
}

func (w *writer) Write(p []byte) (int, error) {
	if w.closed {
		return 0, fmt.Errorf("write %s: %w", w.name, store.ErrClosed)
	}
	n, err := w.file.Write(p)
	if err != nil {
		w.failed = err
		return n, fmt.Errorf("write %s: %w", w.name, err)
	}
	return n, nil
}

// Commit implements store.Writer.
func (w *writer) Commit(ctx context.Context) error {
	if w.closed {
		return fmt.Errorf("commit %s: %w", w.name, store.ErrClosed)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("commit %s: %w", w.name, errors.Join(err, w.Abort()))
	}
	if err := w.finish(); err != nil {
		return fmt.Errorf("commit %s: %w", w.name, err)
	}
	if err := w.publish(); err != nil {
		return fmt.Errorf("commit %s: %w", w.name, err)
	}
	return nil
}

// publish links the finished file to its name. The temporary name goes before
// the folder is synced, so that the sync covers both and none is left behind.
func (w *writer) publish() error {
	err := w.store.files.Link(w.temp, w.name)
	// One that cannot be removed is left to Sweep: it must not make a failure
	// of a commit that succeeded.
	_ = w.store.files.Remove(w.temp)
	taken := errors.Is(err, fs.ErrExist)
	if err != nil && !taken {
		return outcome(err)
	}
	// Also when the name is taken: its winner may have died between link and
	// sync, and the caller will build on what the winner wrote.
	if err := w.store.files.SyncDir(path.Dir(w.name)); err != nil {
		return fmt.Errorf("%w (sync of its folder: %w)", store.ErrUnknown, err)
	}
	if taken {
		return translate(err)
	}
	return nil
}

// replace moves the finished file over its name.
func (w *writer) replace() error {
	if err := w.finish(); err != nil {
		return fmt.Errorf("replace %s: %w", w.name, err)
	}
	if err := w.store.files.Rename(w.temp, w.name); err != nil {
		return fmt.Errorf("replace %s: %w", w.name, errors.Join(outcome(err), w.store.files.Remove(w.temp)))
	}
	if err := w.store.files.SyncDir(path.Dir(w.name)); err != nil {
		return fmt.Errorf("replace %s: %w (sync of its folder: %w)", w.name, store.ErrUnknown, err)
	}
	return nil
}

// finish makes the content durable and closes the file. A file whose sync
// failed is given up: a second sync may report success for lost pages.
func (w *writer) finish() error {
	w.closed = true
	err := w.failed
	if err == nil {
		err = w.file.Sync()
	}
	if err := errors.Join(err, w.file.Close()); err != nil {
		return errors.Join(err, w.store.files.Remove(w.temp))
	}
	return nil
}

// Abort implements store.Writer.
func (w *writer) Abort() error {
	if w.closed {
		return nil
	}
	w.closed = true
	if err := errors.Join(w.file.Close(), w.store.files.Remove(w.temp)); err != nil {
		return fmt.Errorf("abort %s: %w", w.name, err)
	}
	return nil
}

// outcome tells a link or rename that was refused from one of which nobody
// knows whether it was done.
func outcome(err error) error {
	for _, refused := range []error{
		fs.ErrNotExist, fs.ErrPermission, errors.ErrUnsupported, syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.ENOTDIR, syscall.EISDIR, syscall.EMLINK,
	} {
		if errors.Is(err, refused) {
			return err
		}
	}
	return fmt.Errorf("%w (%w)", store.ErrUnknown, err)
}
