package analytics

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dreamlog/dreamlog/analytics/engine"
	"github.com/dreamlog/dreamlog/analytics/rows"
	"github.com/dreamlog/dreamlog/analytics/views"
)

// Options of a session. The zero value means the defaults.
type Options struct {
	// Most memory that queries take for their work, in bytes; default 2 GiB.
	// Nothing is spilled to disk: a query that needs more fails.
	MemoryBytes int64
	// Threads that work on one query; default: one a processor.
	Threads int
	// Longest that a user's query may run, reading of its rows included;
	// 0: no limit.
	Timeout time.Duration

	maxPlacedRows int64 // lowered by tests
}

func (o Options) withDefaults() Options {
	if o.MemoryBytes <= 0 {
		o.MemoryBytes = 2 << 30
	}
	if o.Threads <= 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	if o.maxPlacedRows == 0 {
		o.maxPlacedRows = maxPlacedRows
	}
	return o
}

// Session reads the lake as of one snapshot. It is safe for concurrent use.
type Session struct {
	db      *engine.DB
	pin     *Pin
	views   []views.View
	options Options

	checked      sync.Map // SQL that was checked and may run
	checkedCount atomic.Int64
}

// Open pins a session to what source says now. It must be closed.
func Open(ctx context.Context, source Source, o Options) (*Session, error) {
	pin, err := source.Pin(ctx)
	if err != nil {
		return nil, fmt.Errorf("plan the files to read: %w", err)
	}
	s := &Session{pin: pin, views: views.All(), options: o.withDefaults()}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open a session at snapshot %d: %w", pin.Snapshot, err), s.Close())
	}
	return s, nil
}

// open defines everything, and closes the door behind it.
func (s *Session) open(ctx context.Context) (err error) {
	s.db, err = engine.Open(ctx, engine.Options{MemoryBytes: s.options.MemoryBytes, Threads: s.options.Threads})
	if err != nil {
		return err
	}
	if err := s.defineTables(ctx); err != nil {
		return err
	}
	if err := s.defineCorrections(ctx); err != nil {
		return err
	}
	for _, v := range s.views {
		if err := s.db.Exec(ctx, "CREATE VIEW "+v.Name+" AS "+v.SQL); err != nil {
			return fmt.Errorf("define view %s: %w", v.Name, err)
		}
	}
	if err := s.defineBounds(ctx); err != nil {
		return err
	}
	return s.db.Confine(ctx, s.paths())
}

// paths lists every file of the session.
func (s *Session) paths() []string {
	var paths []string
	for _, files := range s.pin.Tables {
		for _, f := range files {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

// Snapshot is the number of the snapshot that the session reads; 0: nothing
// has landed yet.
func (s *Session) Snapshot() int64 { return s.pin.Snapshot }

// Time is when that snapshot was published.
func (s *Session) Time() time.Time { return s.pin.Time }

// Cuts are the next offsets of the partitions: the snapshot is what lies before
// them. They must not be changed.
func (s *Session) Cuts() []Cut { return s.pin.Cuts }

// Close frees the session. Its results must be closed before.
func (s *Session) Close() error {
	var err error
	if s.db != nil {
		err = s.db.Close()
	}
	if s.pin.Release != nil {
		s.pin.Release()
	}
	return err
}

// Result streams the rows of a query, in constant memory. It must be closed.
type Result struct {
	*engine.Result
	stop func()
}

var _ rows.Reader = (*Result)(nil)

// Close frees the result, and ends its query if it still runs.
func (r *Result) Close() error {
	err := r.Result.Close()
	r.stop()
	return err
}

// Query runs the SQL of a user: one statement that only reads the views. What
// else it tries is refused with a *RefusedError. Args are bound to parameters
// in order; a driver.NamedValue to the one of its name.
func (s *Session) Query(ctx context.Context, sql string, args ...any) (*Result, error) {
	if err := s.check(ctx, sql); err != nil {
		return nil, err
	}
	cancel := func() {}
	if s.options.Timeout > 0 {
		ctx, cancel = context.WithTimeoutCause(ctx, s.options.Timeout, fmt.Errorf("it ran longer than %v: %w", s.options.Timeout, context.DeadlineExceeded))
	}
	ctx, unwatch := watchMemory(ctx, s.options.MemoryBytes)
	stop := func() { unwatch(); cancel() }
	result, err := s.db.Query(ctx, sql, args...)
	if err != nil {
		stop()
		return nil, err
	}
	return &Result{result, stop}, nil
}

// Trusted runs a statement of our own, unchecked and without a time limit.
// Values come in as parameters, never as parts of the SQL.
func (s *Session) Trusted(ctx context.Context, sql string, args ...any) (*Result, error) {
	result, err := s.db.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return &Result{result, func() {}}, nil
}
