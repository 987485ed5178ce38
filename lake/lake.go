package lake

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dreamlog/dreamlog/lake/delta"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/schema"
)

// ErrConflict says that another writer changed the table in a way that the
// commit does not go along with: start again from what is there now.
var ErrConflict = delta.ErrConflict

// Lake is a lake in a store. It is safe for concurrent use.
type Lake struct {
	*Chain
	store  store.Store
	tables map[string]*table
	now    func() time.Time
}

// table is one table with its newest state known here.
type table struct {
	name string
	log  *delta.Log

	mu    sync.Mutex // guards state
	state *delta.State

	writing sync.Mutex            // guards writers
	writers []*parquetfile.Writer // that nobody uses now; they keep their buffers
}

// Open returns the lake in a store. It reads nothing yet, and an empty store
// is an empty lake. now is the clock of what is written; nil: time.Now.
func Open(s store.Store, now func() time.Time) *Lake {
	if now == nil {
		now = time.Now
	}
	l := &Lake{Chain: &Chain{store: s}, store: s, tables: map[string]*table{}, now: now}
	for _, name := range schema.Tables() {
		l.tables[name] = &table{name: name, log: delta.New(s, name, delta.WithClock(now))}
	}
	return l
}

// Store returns the store that the lake lies in.
func (l *Lake) Store() store.Store { return l.store }

// Prepare readies the lake for writing: it makes what a killed process left
// visible durable, makes the tables that are missing, and widens those that an
// earlier version of dreamlog made with fewer columns.
func (l *Lake) Prepare(ctx context.Context) error {
	if s, ok := l.store.(interface{ Settle(context.Context) error }); ok {
		if err := s.Settle(ctx); err != nil {
			return err
		}
	}
	for _, name := range schema.Tables() {
		if err := l.prepare(ctx, l.tables[name]); err != nil {
			return fmt.Errorf("prepare table %s: %w", name, err)
		}
	}
	return nil
}

// refresh brings the state to the newest version. t.mu is held.
func (t *table) refresh(ctx context.Context) error {
	if t.state != nil {
		return t.log.Refresh(ctx, t.state)
	}
	state, err := t.log.Load(ctx)
	if err != nil {
		return err
	}
	t.state = state
	return nil
}

// prepare makes the table where it is missing, or widens it.
func (l *Lake) prepare(ctx context.Context, t *table) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	columns, err := parquetfile.Schema(t.name)
	if err != nil {
		return err
	}
	err = t.refresh(ctx)
	if errors.Is(err, delta.ErrNoTable) {
		return l.create(ctx, t, columns)
	}
	if err != nil {
		return err
	}
	return l.widen(ctx, t, columns)
}

// create makes the table; another process may do so at the same moment.
func (l *Lake) create(ctx context.Context, t *table, columns *delta.Schema) error {
	d := delta.Definition{ID: schema.NewID(), Name: t.name, Schema: columns}
	err := t.log.Create(ctx, d, l.commitInfo("CREATE TABLE"))
	if err != nil && !errors.Is(err, store.ErrExist) {
		return err
	}
	return t.refresh(ctx)
}

// widen adds columns that the table does not have yet.
func (l *Lake) widen(ctx context.Context, t *table, columns *delta.Schema) error {
	metadata, err := t.state.Evolve(columns)
	if err != nil || metadata == nil {
		return err
	}
	info := l.commitInfo("ADD COLUMNS")
	return t.log.Publish(ctx, t.state, []delta.Action{{CommitInfo: &info}, {MetaData: metadata}})
}

// engine names this program in the commits that it makes.
const engine = "dreamlog"

func (l *Lake) commitInfo(operation string) delta.CommitInfo {
	return delta.NewCommitInfo(l.now(), operation, engine, schema.NewID())
}

// snapshotState returns a copy of the newest state of a table; nil when the
// table does not exist yet.
func (l *Lake) snapshotState(ctx context.Context, name string) (*delta.State, error) {
	t := l.tables[name]
	t.mu.Lock()
	defer t.mu.Unlock()
	err := t.refresh(ctx)
	if errors.Is(err, delta.ErrNoTable) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return t.state.Clone(), nil
}

// Version returns the newest version of a table known here; -1 before the
// table was first read.
func (l *Lake) Version(name string) int64 {
	t := l.tables[name]
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state == nil {
		return -1
	}
	return t.state.Version()
}

// Covered returns up to which offset a table holds the rows of an application,
// by its own word; 0 when it holds none.
func (l *Lake) Covered(ctx context.Context, name, appID string) (int64, error) {
	t := l.tables[name]
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.refresh(ctx); err != nil {
		return 0, err
	}
	next, _ := t.state.Txn(appID)
	return next, nil
}
