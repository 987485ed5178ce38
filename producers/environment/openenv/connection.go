package openenv

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"github.com/dreamlog/dreamlog/producers/environment/remote"
)

// connection is one WebSocket to a server: a request at a time, each answered
// by one message. It is used by one goroutine; a second one reads at all times,
// so that the server's pings are answered while an agent thinks.
type connection struct {
	socket *websocket.Conn
	answer time.Duration
	// used: an episode was begun on it.
	used bool

	arrivals chan arrival
	stop     context.CancelFunc
	stopped  chan struct{} // closed when the reading goroutine has ended
}

// arrival is a message, or why there will be none any more.
type arrival struct {
	message message
	err     error
}

// errUnasked is a message where none was expected.
var errUnasked = errors.New("the server sent a message that nobody asked for: what it answers next would not belong to the question")

// dial opens a connection and makes sure that it has a session: a server without
// a free one opens the connection as well, and only then says no.
func dial(ctx context.Context, client *remote.Client, limits Limits) (*connection, error) {
	within, cancel := context.WithTimeout(ctx, limits.Answer)
	defer cancel()
	//nolint:bodyclose // Dial says: the body never needs to be closed
	socket, response, err := websocket.Dial(within, client.URL("ws").String(), &websocket.DialOptions{HTTPClient: client.HTTP()})
	if err != nil {
		return nil, &dialError{err: because(ctx, err), response: response}
	}
	socket.SetReadLimit(limits.MessageBytes)
	c := start(socket, limits.Answer)
	// The answer may come before the question: that there is no session is said
	// unasked.
	if _, err := c.exchange(ctx, message{Type: typeState}, typeState); err != nil && !hasCode(err, codeExecution) {
		c.abandon()
		return nil, err
	}
	return c, nil
}

// dialError is a connection that did not come about.
type dialError struct {
	err      error
	response *http.Response // nil: the server did not answer at all
}

func (e *dialError) Error() string { return fmt.Sprintf("connect to /ws: %v", e.err) }
func (e *dialError) Unwrap() error { return e.err }

// mends says whether a dial that failed so may go well a little later: the
// server is starting, or another session ends.
func mends(err error) bool {
	var d *dialError
	if errors.As(err, &d) {
		return d.response == nil || d.response.StatusCode >= http.StatusInternalServerError
	}
	return hasCode(err, codeCapacity)
}

func start(socket *websocket.Conn, answer time.Duration) *connection {
	ctx, stop := context.WithCancel(context.Background())
	c := &connection{socket: socket, answer: answer, arrivals: make(chan arrival, 1), stop: stop, stopped: make(chan struct{})}
	go c.read(ctx)
	return c
}

// read hands on what arrives until the connection ends.
func (c *connection) read(ctx context.Context) {
	defer close(c.stopped)
	for {
		a := c.next(ctx)
		select {
		case c.arrivals <- a:
		case <-ctx.Done():
			return
		}
		if a.err != nil {
			return
		}
	}
}

func (c *connection) next(ctx context.Context) (a arrival) {
	kind, data, err := c.socket.Read(ctx)
	switch {
	case errors.Is(err, websocket.ErrMessageTooBig):
		a.err = fmt.Errorf("%w: %w", err, remote.ErrTooLarge)
	case err != nil:
		a.err = fmt.Errorf("the connection ended: %w", err)
	case kind != websocket.MessageText:
		a.err = fmt.Errorf("the server sent %d bytes as a binary message: the protocol has only text", len(data))
	default:
		a.message, a.err = decodeMessage(data)
	}
	return a
}

// ask sends a message and returns its answer, which must be of a type. After any
// error but a *ServerError the connection is of no more use.
func (c *connection) ask(ctx context.Context, m message, want string) (message, error) {
	select {
	case a := <-c.arrivals:
		if a.err != nil {
			return message{}, a.err
		}
		return message{}, errUnasked
	default:
	}
	return c.exchange(ctx, m, want)
}

func (c *connection) exchange(ctx context.Context, m message, want string) (message, error) {
	within, cancel := context.WithTimeout(ctx, c.answer)
	defer cancel()
	unsent := c.socket.Write(within, websocket.MessageText, m.encode())
	select {
	case <-within.Done():
		return message{}, because(ctx, fmt.Errorf("no answer to %q within %v: %w", m.Type, c.answer, within.Err()))
	case a := <-c.arrivals:
		switch {
		case a.err != nil:
			return message{}, because(ctx, a.err)
		case a.message.Type == typeError:
			return message{}, serverError(a.message.Data)
		case unsent != nil:
			return message{}, fmt.Errorf("send %q: %w", m.Type, unsent)
		case a.message.Type != want:
			return message{}, fmt.Errorf("the answer to %q is of type %.40q, not %q: it belongs to another question", m.Type, a.message.Type, want)
		}
		return a.message, nil
	}
}

// because says that a caller's own context ended a call, where it did.
func because(ctx context.Context, err error) error {
	if cause := ctx.Err(); cause != nil {
		return cause
	}
	return err
}

// close ends the session and waits a moment for the server to have freed it, so
// that the next one finds the place.
func (c *connection) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	if c.socket.Write(ctx, websocket.MessageText, message{Type: typeClose}.encode()) == nil {
		select {
		case <-c.arrivals:
		case <-ctx.Done():
		}
	}
	c.abandon()
}

// abandon drops the connection. What the server does of it is of no concern, and
// so is an error.
func (c *connection) abandon() {
	c.stop()
	_ = c.socket.CloseNow()
	<-c.stopped
}
