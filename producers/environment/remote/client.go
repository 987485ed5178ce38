package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
)

// ErrTooLarge is the cause of an error when an answer passes the limit.
var ErrTooLarge = errors.New("the answer is too large: make the server's observations smaller, or raise the limit")

// errElsewhere is a redirect that is not followed.
var errElsewhere = errors.New("the server sends on to another host: give its address if that is the one you mean")

// connections that stay open for the next request, so that a thousand workers
// do not dial for every step.
const idleConnections = 1024

// Client asks one server. It is safe for concurrent use.
type Client struct {
	base     *url.URL
	http     *http.Client
	timeout  time.Duration
	maxBytes int64
}

// NewClient returns a client of the server at a base URL. A request takes at
// most timeout, its answer measures at most maxBytes.
func NewClient(base *url.URL, timeout time.Duration, maxBytes int64) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = idleConnections, idleConnections
	return &Client{
		base:     base,
		http:     &http.Client{Transport: transport, CheckRedirect: stay},
		timeout:  timeout,
		maxBytes: maxBytes,
	}
}

// ParseURL reads the base URL of a server.
func ParseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the address of the server: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("the address of the server is %q: it must be of the form http://HOST:PORT", u.Redacted())
	}
	return u, nil
}

// stay follows redirects within a host only: what follows an action must be the
// server that the user named. One that would turn a POST into a GET is none.
func stay(next *http.Request, before []*http.Request) error {
	first := before[0]
	switch {
	case next.URL.Host != first.URL.Host:
		return fmt.Errorf("redirected to %s: %w", next.URL.Host, errElsewhere)
	case next.Method != first.Method || len(before) > 5:
		return http.ErrUseLastResponse
	}
	return nil
}

// HTTP is the client below, for a handshake of another protocol.
func (c *Client) HTTP() *http.Client { return c.http }

// URL returns the address of a path of the server.
func (c *Client) URL(path string) *url.URL { return c.base.JoinPath(path) }

// Server names the server, for errors.
func (c *Client) Server() string { return c.base.Redacted() }

// Close drops the connections that no request uses.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Get asks for a path and decodes the answer into v. Errors are *Error.
func (c *Client) Get(ctx context.Context, path string, query url.Values, v any) error {
	u := c.URL(path)
	u.RawQuery = query.Encode()
	return c.ask(ctx, http.MethodGet, u, nil, v)
}

// Post sends a body to a path and decodes the answer into v. Errors are *Error.
func (c *Client) Post(ctx context.Context, path string, body, v any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return &Error{Method: http.MethodPost, URL: c.URL(path).Redacted(), Err: err}
	}
	return c.ask(ctx, http.MethodPost, c.URL(path), data, v)
}

func (c *Client) ask(ctx context.Context, method string, u *url.URL, body []byte, v any) error {
	failed := &Error{Method: method, URL: u.Redacted()}
	within, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	status, answer, err := c.do(within, method, u, body)
	failed.Status = status
	switch {
	case err != nil && ctx.Err() != nil:
		failed.Err = ctx.Err()
	case err != nil && within.Err() != nil:
		failed.Err, failed.transient = fmt.Errorf("no answer within %v: %w", c.timeout, within.Err()), true
	case err != nil:
		failed.Err, failed.transient = err, !errors.Is(err, ErrTooLarge) && !errors.Is(err, errElsewhere)
	case status != http.StatusOK:
		failed.Err, failed.transient = errors.New(excerpt(answer)), mayPass(status)
	default:
		if failed.Err = Decode(answer, v); failed.Err == nil {
			return nil
		}
	}
	return failed
}

// do returns an answer as it came.
func (c *Client) do(ctx context.Context, method string, u *url.URL, body []byte) (status int, answer []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		var u *url.Error // repeats method and URL, which Error says as well
		if errors.As(err, &u) {
			err = u.Err
		}
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, c.maxBytes+1))
	if err == nil && int64(len(answer)) > c.maxBytes {
		err = fmt.Errorf("more than %d bytes: %w", c.maxBytes, ErrTooLarge)
	}
	return response.StatusCode, answer, err
}
