// Package memory is a store.Store in the memory of the process.
//
// It owns its objects until the process ends, and never touches a disk. Tests
// and examples call it.
package memory

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dreamlog/dreamlog/lake/store"
)

// Store keeps objects in a map.
type Store struct {
	now func() time.Time

	mu      sync.RWMutex // guards objects
	objects map[string]object
}

type object struct {
	data     []byte // never written again once published
	modified time.Time
}

// Option changes a new Store.
type Option func(*Store)

// WithClock sets the clock that gives the modification times; time.Now if absent.
func WithClock(now func() time.Time) Option { return func(s *Store) { s.now = now } }

// New makes an empty store.
func New(options ...Option) *Store {
	s := &Store{now: time.Now, objects: map[string]object{}}
	for _, option := range options {
		option(s)
	}
	return s
}

// Create implements store.Store.
func (s *Store) Create(ctx context.Context, name string) (store.Writer, error) {
	if err := ready(ctx, name); err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	return &writer{store: s, name: name}, nil
}

// Open implements store.Store.
func (s *Store) Open(ctx context.Context, name string) (store.Object, error) {
	if err := ready(ctx, name); err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	o, found := s.objects[name]
	if !found {
		return nil, fmt.Errorf("open %s: %w", name, store.ErrNotExist)
	}
	return opened{bytes.NewReader(o.data)}, nil
}

// List implements store.Store. It yields what was there when it began.
func (s *Store) List(ctx context.Context, prefix, after string) iter.Seq2[store.Info, error] {
	return func(yield func(store.Info, error) bool) {
		if err := store.CheckPrefix(prefix); err != nil {
			yield(store.Info{}, fmt.Errorf("list %s: %w", prefix, err))
			return
		}
		for _, info := range s.matching(prefix, after) {
			if err := ctx.Err(); err != nil {
				yield(store.Info{}, fmt.Errorf("list %s: %w", prefix, err))
				return
			}
			if !yield(info, nil) {
				return
			}
		}
	}
}

func (s *Store) matching(prefix, after string) []store.Info {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var infos []store.Info
	for _, name := range slices.Sorted(maps.Keys(s.objects)) {
		if name > after && strings.HasPrefix(name, prefix) {
			o := s.objects[name]
			infos = append(infos, store.Info{Name: name, Size: int64(len(o.data)), Modified: o.modified})
		}
	}
	return infos
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, name string) error {
	if err := ready(ctx, name); err != nil {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, found := s.objects[name]; !found {
		return fmt.Errorf("delete %s: %w", name, store.ErrNotExist)
	}
	delete(s.objects, name)
	return nil
}

// Replace implements store.Store.
func (s *Store) Replace(ctx context.Context, name string, data []byte) error {
	if err := ready(ctx, name); err != nil {
		return fmt.Errorf("replace %s: %w", name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects[name] = object{data: bytes.Clone(data), modified: s.now()}
	return nil
}

func (s *Store) publish(name string, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.objects[name]; taken {
		return store.ErrExist
	}
	s.objects[name] = object{data: data, modified: s.now()}
	return nil
}

func ready(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return store.CheckName(name)
}

type writer struct {
	store  *Store
	name   string
	data   []byte
	closed bool
}

func (w *writer) Write(p []byte) (int, error) {
	if w.closed {
		return 0, fmt.Errorf("write %s: %w", w.name, store.ErrClosed)
	}
	w.data = append(w.data, p...)
	return len(p), nil
}

func (w *writer) Commit(ctx context.Context) error {
	if w.closed {
		return fmt.Errorf("commit %s: %w", w.name, store.ErrClosed)
	}
	w.closed = true
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("commit %s: %w", w.name, err)
	}
	if err := w.store.publish(w.name, w.data); err != nil {
		return fmt.Errorf("commit %s: %w", w.name, err)
	}
	return nil
}

func (w *writer) Abort() error {
	w.closed = true
	return nil
}

type opened struct{ *bytes.Reader }

func (opened) Close() error { return nil }
