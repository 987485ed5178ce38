package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/embedded"
	"github.com/dreamlog/dreamlog/internal/app/datadir"
)

// logConn is an opened event log with what it took to open it.
type logConn struct {
	*eventlog.Log
	broker *embedded.Broker // ours, or nil
	lock   *datadir.Lock    // ours, or nil
	// followed says that another process lands what is produced here.
	followed bool
}

// keepOnLog is how many landed records of each partition stay on the embedded
// log, so that a lander can tell that it still is the same log.
const keepOnLog = 1000

// openLog opens the event log for writing: the cluster; else the embedded
// broker of the process that holds the data directory; else our own.
func (a *App) openLog(ctx context.Context) (*logConn, error) {
	if len(a.config.Brokers) > 0 {
		return a.connect(ctx, &logConn{}, a.config.Brokers...)
	}
	lock, err := a.dir.Lock()
	var locked *datadir.ErrLocked
	if errors.As(err, &locked) && locked.Broker != "" {
		return a.connect(ctx, &logConn{followed: true}, locked.Broker)
	}
	if err != nil {
		return nil, err
	}
	broker, err := embedded.Start(ctx, embedded.Options{Dir: a.dir.Path("log"), Logger: a.config.Logger})
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	return a.connect(ctx, &logConn{broker: broker, lock: lock}, broker.Addr())
}

func (a *App) connect(ctx context.Context, c *logConn, brokers ...string) (*logConn, error) {
	config := eventlog.Config{Brokers: brokers, Topic: a.config.Topic, Logger: a.config.Logger}
	if len(a.config.Brokers) > 0 {
		config.TLS, config.SASL = a.config.TLS, a.config.SASL
	}
	log, err := eventlog.Open(ctx, config)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the event log: %w", err), c.Close())
	}
	c.Log = log
	return c, nil
}

// trimKeep is how many landed records the lander leaves on the log; a cluster
// is never trimmed.
func (c *logConn) trimKeep() int64 {
	if c.broker == nil {
		return 0
	}
	return keepOnLog
}

// Close closes the log, the broker and the lock, as far as they are ours.
func (c *logConn) Close() error {
	var errs []error
	if c.Log != nil {
		errs = append(errs, c.Log.Close())
	}
	if c.broker != nil {
		errs = append(errs, c.broker.Close())
	}
	if c.lock != nil {
		errs = append(errs, c.lock.Release())
	}
	return errors.Join(errs...)
}

// ends returns the offset behind the last record of each partition.
func (c *logConn) ends(ctx context.Context) (map[int]int64, error) {
	offsets, err := c.Offsets(ctx)
	if err != nil {
		return nil, err
	}
	ends := make(map[int]int64, len(offsets))
	for _, o := range offsets {
		ends[o.Partition] = o.End
	}
	return ends, nil
}
