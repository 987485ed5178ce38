package eventlog

import (
	"context"
	"errors"
	"net"
	"sync"
)

// errLogClosed ends the retries of whoever still uses a closed log.
var errLogClosed = errors.New("the event log is closed")

// connections knows every connection that kafka-go holds, so that closing the
// log ends them and waits for the goroutines that serve them. kafka-go by
// itself would leave both until a pending response arrives.
type connections struct {
	dial func(ctx context.Context, network, address string) (net.Conn, error)

	mu     sync.Mutex // guards open and closed
	open   map[*trackedConn]struct{}
	closed bool
	served sync.WaitGroup
}

// trackedConn tells connections when its owner is done with it.
type trackedConn struct {
	net.Conn
	release func()
}

func (c *trackedConn) Close() error {
	err := c.Conn.Close()
	c.release()
	return err
}

func newConnections(dial func(ctx context.Context, network, address string) (net.Conn, error)) *connections {
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return &connections{dial: dial, open: make(map[*trackedConn]struct{})}
}

// Dial makes a connection for kafka-go.
func (c *connections) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if c.isClosed() {
		return nil, errLogClosed
	}
	raw, err := c.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	conn := &trackedConn{Conn: raw}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		raw.Close()
		return nil, errLogClosed
	}
	c.served.Add(1)
	c.open[conn] = struct{}{}
	conn.release = sync.OnceFunc(func() {
		c.mu.Lock()
		delete(c.open, conn)
		c.mu.Unlock()
		c.served.Done()
	})
	return conn, nil
}

func (c *connections) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// Close breaks every connection, refuses new ones, and returns when the last
// was given up by its owner.
func (c *connections) Close() {
	c.mu.Lock()
	c.closed = true
	for conn := range c.open {
		conn.Conn.Close()
	}
	c.mu.Unlock()
	c.served.Wait()
}
