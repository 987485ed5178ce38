package openai

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Attempt is one time that a request was sent.
type Attempt struct {
	// Started is when, Latency how long it took until its last byte, without
	// the wait for a rate limit.
	Started time.Time
	Latency time.Duration
	// Status of HTTP; 0: no answer began.
	Status int
	// Body is what came, up to MaxResponseBytes, without the API key.
	Body []byte
	// Completion and Embeddings that the body holds; nil where it holds none.
	Completion *Completion
	Embeddings *Embeddings
	// CostUSD in US dollars; nil where prices or usage are not known.
	CostUSD *float64
	// Err is an *Error, or why ctx ended; nil where there is an answer.
	Err error
}

// errTimeout is why an attempt was ended.
var errTimeout = errors.New("the answer took longer than the time-out; raise it, or ask for fewer tokens")

// reply is what came back of a request.
type reply struct {
	status int
	header http.Header
	body   []byte
	whole  bool // not cut at the most that is read
}

// attempt sends a request once.
func (c *Client) attempt(ctx context.Context, asked request) Attempt {
	a := Attempt{Started: time.Now()}
	limited, cancel := context.WithTimeoutCause(ctx, c.options.Timeout, errTimeout)
	defer cancel()
	r, err := c.exchange(limited, asked)
	a.Latency, a.Status, a.Body = time.Since(a.Started), r.status, r.body
	switch {
	case err != nil && ctx.Err() != nil:
		a.Err = fmt.Errorf("ask model server %s: %w", c.server, context.Cause(ctx))
	case err != nil:
		a.Err = c.broken(limited, r, err)
	default:
		a.Err = c.read(&a, r, asked.read)
	}
	c.settle(&a, EstimateTokens(len(asked.body)))
	return a
}

// exchange sends a request and reads the answer. What came of it is returned
// with an error too.
func (c *Client) exchange(ctx context.Context, asked request) (reply, error) {
	hr, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.JoinPath(asked.path).String(), bytes.NewReader(asked.body))
	if err != nil {
		return reply{}, err
	}
	hr.Header.Set("Content-Type", "application/json")
	hr.Header.Set("Accept", "application/json")
	if key := c.key.reveal(); key != "" {
		hr.Header.Set("Authorization", "Bearer "+key)
	}
	resp, err := c.http.Do(hr)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	limit := c.options.MaxResponseBytes
	text, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	r := reply{status: resp.StatusCode, header: resp.Header, whole: int64(len(text)) <= limit}
	r.body = c.key.redact(text[:min(int64(len(text)), limit)])
	return r, err
}

// broken is the error of an exchange that did not come to its end. The client's
// own errors repeat the URL, which is known.
func (c *Client) broken(ctx context.Context, r reply, err error) *Error {
	var inURL *url.Error
	if errors.As(err, &inURL) {
		err = inURL.Err
	}
	failed := &Error{Kind: Unavailable, Server: c.server, Status: r.status, Reason: "no answer came", Err: err}
	if r.status != 0 {
		failed.Reason = fmt.Sprintf("the answer broke off after %d bytes", len(r.body))
	}
	if errors.Is(context.Cause(ctx), errTimeout) {
		failed.Err = errTimeout
	}
	return failed
}

// settle charges what an attempt cost. A server that began to answer has likely
// worked, so what it does not say is estimated for the budget, not for the record.
func (c *Client) settle(a *Attempt, prompt int64) {
	if a.Status != http.StatusOK {
		return
	}
	usage := a.usage()
	if usage.PromptTokens != nil && usage.CompletionTokens != nil {
		if c.options.Prices.Known() {
			cost := c.options.Prices.Cost(*usage.PromptTokens, *usage.CompletionTokens)
			a.CostUSD = &cost
		}
		c.limiter.used(*usage.PromptTokens + *usage.CompletionTokens - prompt)
		c.budget.charge(*usage.PromptTokens, *usage.CompletionTokens)
		return
	}
	answer := EstimateTokens(len(a.Body))
	if a.Embeddings != nil {
		answer = 0 // numbers are no tokens
	}
	c.limiter.used(answer)
	c.budget.charge(prompt, answer)
}

// usage is what the answer says it took.
func (a *Attempt) usage() Usage {
	switch {
	case a.Completion != nil:
		return a.Completion.Usage
	case a.Embeddings != nil:
		return a.Embeddings.Usage
	}
	return Usage{}
}
