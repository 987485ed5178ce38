package openai

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Client asks one server. It is safe for concurrent use; its limits and its
// budget are shared by all who use it.
type Client struct {
	options Options
	base    *url.URL
	server  string // base without a query, for errors
	key     secret
	http    *http.Client
	limiter *limiter
	budget  *budget
}

// New returns a client. It asks nothing of the server yet.
func New(o Options) (*Client, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	base, err := o.base()
	if err != nil {
		return nil, err
	}
	key, err := o.key(base)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults()
	server := url.URL{Scheme: base.Scheme, Host: base.Host, Path: base.Path}
	return &Client{
		options: o, base: base, server: server.String(), key: key,
		http:    &http.Client{Transport: transport(o), CheckRedirect: stay},
		limiter: newLimiter(o.Limits), budget: &budget{prices: o.Prices, limit: o.BudgetUSD},
	}, nil
}

// stay follows no redirect: it would take prompts, and on the same host the key,
// to where nobody sent them.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// transport keeps one connection for each attempt that may be under way.
func transport(o Options) http.RoundTripper {
	if o.Transport != nil {
		return o.Transport
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost, t.MaxIdleConns = o.Limits.Concurrency, o.Limits.Concurrency
	t.MaxResponseHeaderBytes = 64 << 10
	return t
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// SpentUSD is what the calls so far cost in US dollars; where the server did not
// count tokens, about.
func (c *Client) SpentUSD() float64 { return c.budget.total() }

// request is what is sent, and how its answer is read.
type request struct {
	path string
	body []byte
	// read keeps in an attempt what a body of status 200 holds.
	read func(a *Attempt, body []byte) error
}

// Chat sends a request, again where that may help, and returns every attempt in
// order; the completion, if there is one, is that of the last. The error is
// ErrBudget, the *Error of the last attempt, or why ctx ended.
func (c *Client) Chat(ctx context.Context, r ChatRequest) (*Completion, []Attempt, error) {
	body, err := r.encode()
	if err != nil {
		return nil, nil, err
	}
	attempts, err := c.send(ctx, request{"chat/completions", body, readCompletion})
	if err != nil {
		return nil, attempts, err
	}
	return attempts[len(attempts)-1].Completion, attempts, nil
}

// send sends a request until it is answered, refused or given up. The loop is
// our own since the library's forgets the jitter when a server says how long to
// wait.
func (c *Client) send(ctx context.Context, r request) (attempts []Attempt, err error) {
	pauses := newPauses(c.options.Retry)
	for {
		a, err := c.admit(ctx, r)
		if err != nil {
			return attempts, err
		}
		attempts = append(attempts, a)
		if a.Err == nil || KindOf(a.Err) != Unavailable {
			return attempts, a.Err
		}
		if len(attempts) >= c.options.Retry.MaxAttempts {
			return attempts, fmt.Errorf("gave up after %d attempts: %w", len(attempts), a.Err)
		}
		if err := c.pause(ctx, pauses.NextBackOff(), a.Err); err != nil {
			return attempts, err
		}
	}
}

// admit makes an attempt once limits and budget allow it; the error says why none
// was made.
func (c *Client) admit(ctx context.Context, r request) (Attempt, error) {
	leave, err := c.limiter.enter(ctx, EstimateTokens(len(r.body)))
	if err != nil {
		return Attempt{}, err
	}
	defer leave()
	if err := c.budget.left(); err != nil {
		return Attempt{}, err
	}
	return c.attempt(ctx, r), nil
}

// newPauses draws evenly between nothing and a bound that doubles. The library
// centres its intervals, hence the halves.
func newPauses(r Retry) *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval: r.FirstPause / 2, MaxInterval: r.LongestPause / 2,
		Multiplier: 2, RandomizationFactor: 1,
	}
}

// pause waits before another attempt, at least as long as the server asked.
func (c *Client) pause(ctx context.Context, jitter time.Duration, failure error) error {
	asked := asksFor(failure)
	if longest := c.options.Retry.MaxRetryAfter; asked > longest {
		return fmt.Errorf("gave up, as the server asks to wait for %v and the longest wait is %v: %w", asked, longest, failure)
	}
	timer := time.NewTimer(asked + jitter)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w; the last attempt: %w", context.Cause(ctx), failure)
	}
}
