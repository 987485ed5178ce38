package delta

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dreamlog/dreamlog/lake/store"
)

// ErrNoTable says that there is no table yet. It is also a store.ErrNotExist.
var ErrNoTable = fmt.Errorf("there is no such table yet: %w", store.ErrNotExist)

// ErrGone says that a version can no longer be rebuilt.
var ErrGone = errors.New("the version can no longer be read: the entries that it needs were cleaned up; newer versions can")

// Log is the transaction log of one table. It holds no state of the table and
// is safe for concurrent use, as its store is.
type Log struct {
	store store.Store
	table string
	now   func() time.Time
}

// Option changes a new Log.
type Option func(*Log)

// WithClock sets the clock by which removed files expire; time.Now if absent.
func WithClock(now func() time.Time) Option { return func(l *Log) { l.now = now } }

// New returns the log of the table that lies in a folder of a store. It reads
// nothing.
func New(s store.Store, table string, options ...Option) *Log {
	l := &Log{store: s, table: table, now: time.Now}
	for _, option := range options {
		option(l)
	}
	return l
}

// Table returns the folder of the table.
func (l *Log) Table() string { return l.table }

// Load reads the newest version of the table: the newest checkpoint and the
// entries behind it. ErrNoTable when there is none, ErrUnsupported when it has
// a form that is not known here.
func (l *Log) Load(ctx context.Context) (*State, error) {
	s, err := l.load(ctx)
	if err != nil {
		return nil, fmt.Errorf("load table %s: %w", l.table, err)
	}
	return s, nil
}

func (l *Log) load(ctx context.Context) (*State, error) {
	s, err := l.base(ctx, newestVersion)
	if err != nil {
		return nil, err
	}
	if err := l.follow(ctx, s, newestVersion); err != nil {
		return nil, err
	}
	if s.version < 0 {
		return nil, ErrNoTable
	}
	return s, s.readable()
}

// Refresh brings a state to the newest version. It reads only what is new and
// lists nothing; with nothing new it costs one attempt to open an object.
func (l *Log) Refresh(ctx context.Context, s *State) error {
	if l.stale(s) {
		fresh, err := l.Load(ctx)
		if err == nil {
			*s = *fresh
		}
		return err
	}
	if err := l.follow(ctx, s, newestVersion); err != nil {
		return fmt.Errorf("refresh table %s: %w", l.table, err)
	}
	return s.readable()
}

// stale says whether entries behind the state may have been cleaned up since
// it was the newest: the next entry would then be missing, as if nothing were
// new.
func (l *Log) stale(s *State) bool {
	return l.now().Sub(s.current) > s.logRetention()/2
}

// StateAt reads an older version of the table. ErrGone when the log no longer
// holds it, ErrNoTable when there is no table.
func (l *Log) StateAt(ctx context.Context, version int64) (*State, error) {
	s, err := l.stateAt(ctx, version)
	if err != nil {
		return nil, fmt.Errorf("load table %s at version %d: %w", l.table, version, err)
	}
	return s, nil
}

func (l *Log) stateAt(ctx context.Context, version int64) (*State, error) {
	if version < 0 {
		return nil, errors.New("versions count from 0")
	}
	s, err := l.base(ctx, version)
	if err != nil {
		return nil, err
	}
	if err := l.follow(ctx, s, version); err != nil {
		return nil, err
	}
	switch {
	case s.version < 0:
		return nil, ErrNoTable
	case s.version < version:
		return nil, fmt.Errorf("the newest version is %d", s.version)
	}
	return s, s.readable()
}

// follow applies the entries behind a state, up to and with version last.
func (l *Log) follow(ctx context.Context, s *State, last int64) error {
	for s.version < last {
		actions, err := l.Entry(ctx, s.version+1)
		if errors.Is(err, store.ErrNotExist) {
			break
		}
		if err != nil {
			return err
		}
		if err := s.Apply(s.version+1, actions); err != nil {
			return err
		}
	}
	s.current = l.now()
	return nil
}

// Entry reads the entry of a version; store.ErrNotExist when there is none.
func (l *Log) Entry(ctx context.Context, version int64) ([]Action, error) {
	name := l.entryName(version)
	data, err := store.Get(ctx, l.store, name)
	if err != nil {
		return nil, fmt.Errorf("read version %d: %w", version, err)
	}
	actions, err := decodeEntry(data)
	if err != nil {
		return nil, fmt.Errorf("log entry %s is damaged; restore it from a copy of the lake: %w", name, err)
	}
	return actions, nil
}
