package faulty

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/dreamlog/dreamlog/lake/store"
)

// Create implements store.Store.
func (s *Store) Create(ctx context.Context, name string) (w store.Writer, err error) {
	err = s.run(ctx, Create, name, func() error {
		w, err = s.inner.Create(ctx, name)
		return err
	})
	if err != nil {
		if w != nil {
			err = errors.Join(err, w.Abort())
		}
		return nil, err
	}
	return &writer{Writer: w, store: s, ctx: ctx, name: name}, nil
}

// Open implements store.Store.
func (s *Store) Open(ctx context.Context, name string) (o store.Object, err error) {
	err = s.run(ctx, Open, name, func() error {
		o, err = s.inner.Open(ctx, name)
		return err
	})
	if err != nil {
		if o != nil {
			err = errors.Join(err, o.Close())
		}
		return nil, err
	}
	return object{Object: o, store: s, ctx: ctx, name: name}, nil
}

// List implements store.Store. With Done the error comes after the last entry.
func (s *Store) List(ctx context.Context, prefix, after string) iter.Seq2[store.Info, error] {
	return func(yield func(store.Info, error) bool) {
		left := false
		err := s.run(ctx, List, prefix, func() error {
			for info, err := range s.inner.List(ctx, prefix, after) {
				if left = !yield(info, err); left || err != nil {
					left = true
					return nil
				}
			}
			return nil
		})
		if err != nil && !left {
			yield(store.Info{}, err)
		}
	}
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, name string) error {
	return s.run(ctx, Delete, name, func() error { return s.inner.Delete(ctx, name) })
}

// Replace implements store.Store.
func (s *Store) Replace(ctx context.Context, name string, data []byte) error {
	return s.run(ctx, Replace, name, func() error { return s.inner.Replace(ctx, name, data) })
}

type writer struct {
	store.Writer
	store  *Store
	ctx    context.Context // of Create: Write has none of its own
	name   string
	failed error // of the first Write that failed here
}

func (w *writer) Write(p []byte) (n int, err error) {
	f := w.store.strike(Write, w.name)
	if err := wait(w.ctx, f.Delay); err != nil {
		return 0, fmt.Errorf("write %s: %w", w.name, err)
	}
	if f.Err == nil {
		return w.Writer.Write(p)
	}
	if n, err = w.Writer.Write(p[:min(f.Short, len(p))]); err != nil {
		return n, err
	}
	w.failed = fmt.Errorf("write %s: injected: %w", w.name, f.Err)
	return n, w.failed
}

func (w *writer) Commit(ctx context.Context) error {
	if w.failed != nil {
		return errors.Join(w.failed, w.Abort())
	}
	err := w.store.run(ctx, Commit, w.name, func() error { return w.Writer.Commit(ctx) })
	if err == nil {
		return nil
	}
	// For a commit that was not even tried; after one that was, it does nothing.
	return errors.Join(err, w.Abort())
}

type object struct {
	store.Object
	store *Store
	ctx   context.Context // of Open: ReadAt has none of its own
	name  string
}

func (o object) ReadAt(p []byte, off int64) (n int, err error) {
	err = o.store.run(o.ctx, Read, o.name, func() (err error) {
		n, err = o.Object.ReadAt(p, off)
		return err
	})
	return n, err
}
