// Package faulty puts failures under a test: it wraps any store.Store and, at
// the calls that a script names, fails, answers late, or does the work and
// loses the answer.
//
// It owns the script and the count of calls. It never changes a result beyond
// what its faults say, and without faults is the store it wraps. Tests call it:
//
//	s := faulty.New(inner, faulty.Fault{
//		On: faulty.Commit, Name: "*/_delta_log/*.json", Call: 3, Done: true, Err: store.ErrUnknown,
//	})
package faulty

import (
	"context"
	"fmt"
	"path"
	"sync"
	"time"

	"github.com/dreamlog/dreamlog/lake/store"
)

// Operation is a kind of call.
type Operation string

// The operations. Read is ReadAt of an opened object; List counts once a
// listing, by its prefix.
const (
	Create  Operation = "create"
	Write   Operation = "write"
	Commit  Operation = "commit"
	Open    Operation = "open"
	Read    Operation = "read"
	List    Operation = "list"
	Delete  Operation = "delete"
	Replace Operation = "replace"
)

// Fault says which calls go wrong, and how. Delay and Err may be combined; a
// fault with neither counts calls and changes nothing.
type Fault struct {
	On Operation
	// Name is a pattern of path.Match over the whole name of the object (of a
	// List, the prefix). Empty matches all.
	Name string
	// Call is the one matching call that goes wrong, counted from 1; 0 is all.
	Call int
	// Delay comes before the call. An ended context ends it.
	Delay time.Duration
	// Err is the error of the call, such as syscall.ENOSPC, syscall.EIO,
	// store.ErrUnknown or io.ErrUnexpectedEOF.
	Err error
	// Done does the call before it fails: the answer is lost.
	Done bool
	// Short is how many bytes a Write still takes before it fails.
	Short int
}

// Store wraps a store.Store. It is safe for concurrent use.
type Store struct {
	inner store.Store

	mu     sync.Mutex // guards the counts in script
	script []*line
}

type line struct {
	Fault
	calls, fired int
}

// New wraps inner. It panics when the pattern of a fault is malformed.
func New(inner store.Store, faults ...Fault) *Store {
	s := &Store{inner: inner}
	for _, f := range faults {
		s.Add(f)
	}
	return s
}

// Add puts a fault at the end of the script; its calls count from now.
func (s *Store) Add(f Fault) {
	if _, err := path.Match(f.Name, ""); err != nil {
		panic(fmt.Sprintf("fault on %s %q: %v", f.On, f.Name, err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = append(s.script, &line{Fault: f})
}

// Clear empties the script: from now on nothing fails.
func (s *Store) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = nil
}

// Fired counts how often the faults of the script struck, so that a test can
// show that its fault was met.
func (s *Store) Fired() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	fired := 0
	for _, l := range s.script {
		fired += l.fired
	}
	return fired
}

// strike counts a call and gives the first fault that it meets.
func (s *Store) strike(on Operation, name string) (struck Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := false
	for _, l := range s.script {
		if l.On != on || !l.matches(name) {
			continue
		}
		l.calls++
		if !found && (l.Call == 0 || l.Call == l.calls) {
			found, struck = true, l.Fault
			l.fired++
		}
	}
	return struck
}

func (f Fault) matches(name string) bool {
	matched, _ := path.Match(f.Name, name) // Add refused malformed patterns
	return matched || f.Name == ""
}

// run makes one call under the script.
func (s *Store) run(ctx context.Context, on Operation, name string, call func() error) error {
	f := s.strike(on, name)
	if err := wait(ctx, f.Delay); err != nil {
		return fmt.Errorf("%s %s: %w", on, name, err)
	}
	if f.Err == nil {
		return call()
	}
	if f.Done {
		if err := call(); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s %s: injected: %w", on, name, f.Err)
}

func wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
