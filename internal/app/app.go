// Package app joins the rooms: it opens a data directory, its event log and
// its lake, and carries out what the commands ask for. It is the only place
// that sees everything; it prints nothing and parses no flags.
//
// Reading opens the lake alone. Writing opens the event log as well: the
// embedded broker, for which the data directory is locked; or, while another
// process has it, that process's broker; or a Kafka cluster.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/internal/app/datadir"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/cache"
	"github.com/dreamlog/dreamlog/lake/store/storeurl"
)

// Config says where things are.
type Config struct {
	// Data is the data directory.
	Data string
	// Brokers of a Kafka cluster, as host:port; none: the embedded broker.
	Brokers []string
	// Topic of all events; default eventlog.DefaultTopic.
	Topic string
	// Lake is the address of the lake's store; default DATA/lake.
	Lake string
	// TLS and SASL of the cluster; nil: none.
	TLS  *eventlog.TLS
	SASL *eventlog.SASL
	// CacheBytes bounds the local copies of an object store's files. Default
	// 10 GiB.
	CacheBytes int64
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Logger; nil: slog.Default.
	Logger *slog.Logger
}

func (c Config) withDefaults(dir *datadir.Dir) Config {
	if c.Topic == "" {
		c.Topic = eventlog.DefaultTopic
	}
	if c.Lake == "" {
		c.Lake = dir.Path("lake")
	}
	if c.CacheBytes == 0 {
		c.CacheBytes = 10 << 30
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
}

// App is an opened data directory.
type App struct {
	config Config
	dir    *datadir.Dir
	store  storeurl.Store
	files  store.Pather
	lake   *lake.Lake
}

// Open opens a data directory that exists, to read it. Where the lake is named
// apart, as one that others share, the data directory is only a place for
// local copies, and is made.
func Open(ctx context.Context, config Config) (*App, error) {
	if config.Lake != "" {
		if err := lakeExists(config.Lake); err != nil {
			return nil, err
		}
		return Create(ctx, config)
	}
	dir, err := datadir.Open(config.Data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no data directory at %s: import something first, or name another with --data", config.Data)
	}
	if err != nil {
		return nil, err
	}
	return open(ctx, config, dir)
}

// lakeExists refuses a folder that is not there: opening it would make it.
func lakeExists(address string) error {
	if strings.Contains(address, "://") {
		return nil
	}
	if _, err := os.Stat(address); err != nil {
		return fmt.Errorf("there is no lake at %s: %w", address, err)
	}
	return nil
}

// Create opens a data directory, and makes it where there is none.
func Create(ctx context.Context, config Config) (*App, error) {
	dir, err := datadir.Create(config.Data)
	if err != nil {
		return nil, err
	}
	return open(ctx, config, dir)
}

func open(ctx context.Context, config Config, dir *datadir.Dir) (*App, error) {
	a := &App{config: config.withDefaults(dir), dir: dir}
	var err error
	if a.store, err = storeurl.Open(ctx, a.config.Lake); err != nil {
		return nil, fmt.Errorf("open the lake: %w", err)
	}
	a.lake = lake.Open(a.store, a.config.Now)
	if local, ok := a.store.(store.Pather); ok {
		a.files = local
		return a, nil
	}
	a.files, err = cache.New(a.store, cache.Config{Dir: dir.Path("cache"), MaxBytes: a.config.CacheBytes})
	if err != nil {
		return nil, errors.Join(err, a.store.Close())
	}
	return a, nil
}

// Close closes the lake.
func (a *App) Close() error { return a.store.Close() }

// Lake returns the lake.
func (a *App) Lake() *lake.Lake { return a.lake }

// HistoryFile is where the SQL prompt keeps what was typed.
func (a *App) HistoryFile() string { return a.dir.Path("history") }

// Snapshot returns the snapshot that at names: a number, a time after RFC
// 3339, or nothing for the newest. It is nil when nothing was landed yet.
func (a *App) Snapshot(ctx context.Context, at string) (*lake.Snapshot, error) {
	if at == "" {
		return a.lake.Newest(ctx)
	}
	if number, err := strconv.ParseInt(at, 10, 64); err == nil {
		return a.lake.At(ctx, number)
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, at); err == nil {
			return a.lake.AtTime(ctx, t)
		}
	}
	return nil, fmt.Errorf("%q names no snapshot: give its number, or a time such as 2026-11-01T12:00:00Z", at)
}

// leaseLength is how long the files of a session are kept from collection; it
// is renewed at half of that.
const leaseLength = 10 * time.Minute

// Session opens SQL over the snapshot that at names.
func (a *App) Session(ctx context.Context, at string, options analytics.Options) (*Session, error) {
	held := a.hold(ctx)
	snapshot, err := a.Snapshot(ctx, at)
	if err != nil {
		return nil, errors.Join(err, held.release())
	}
	session, err := analytics.Open(ctx, analytics.FromLake(a.lake, snapshot, a.files), options)
	if err != nil {
		return nil, errors.Join(err, held.release())
	}
	return &Session{Session: session, held: held}, nil
}

// Session is SQL over one snapshot, whose files are held against collection
// until it is closed.
type Session struct {
	*analytics.Session
	held *holding
}

// Close ends the session and lets its files go.
func (s *Session) Close() error { return errors.Join(s.Session.Close(), s.held.release()) }
