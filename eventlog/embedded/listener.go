package embedded

import (
	"net"
	"sync"
)

// listener knows the broker's connections, so that closing it ends them and
// waits until the broker has let go of each.
type listener struct {
	mu      sync.Mutex // guards conns and closed
	conns   map[*conn]struct{}
	closed  bool
	serving sync.WaitGroup
}

// listen is what the broker calls instead of net.Listen.
func (l *listener) listen(network, address string) (net.Listener, error) {
	inner, err := net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	return &accepting{Listener: inner, all: l}, nil
}

type accepting struct {
	net.Listener
	all *listener
}

func (a *accepting) Accept() (net.Conn, error) {
	raw, err := a.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return a.all.add(raw)
}

// conn tells the listener when the broker closes it.
type conn struct {
	net.Conn
	release func()
}

func (c *conn) Close() error {
	err := c.Conn.Close()
	c.release()
	return err
}

func (l *listener) add(raw net.Conn) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		raw.Close()
		return nil, net.ErrClosed
	}
	added := &conn{Conn: raw}
	added.release = sync.OnceFunc(func() {
		l.mu.Lock()
		delete(l.conns, added)
		l.mu.Unlock()
		l.serving.Done()
	})
	if l.conns == nil {
		l.conns = make(map[*conn]struct{})
	}
	l.conns[added] = struct{}{}
	l.serving.Add(1)
	return added, nil
}

// close breaks the connections and returns when the broker has closed each.
func (l *listener) close() {
	l.mu.Lock()
	l.closed = true
	for c := range l.conns {
		c.Conn.Close()
	}
	l.mu.Unlock()
	l.serving.Wait()
}
