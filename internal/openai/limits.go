package openai

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/time/rate"
)

// limiter makes attempts wait for their turn.
type limiter struct {
	slots    chan struct{}
	requests *rate.Limiter // nil: any number
	tokens   *rate.Limiter // nil: any number
}

func newLimiter(l Limits) *limiter {
	made := &limiter{slots: make(chan struct{}, l.Concurrency)}
	if n := l.RequestsPerMinute; n > 0 {
		// A burst of one second: servers count over shorter times than a minute.
		made.requests = rate.NewLimiter(rate.Limit(float64(n)/60), max(1, n/60))
	}
	if n := l.TokensPerMinute; n > 0 {
		made.tokens = rate.NewLimiter(rate.Limit(float64(n)/60), n)
	}
	return made
}

// enter waits until an attempt may begin, and returns what ends it.
func (l *limiter) enter(ctx context.Context, promptTokens int64) (leave func(), err error) {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	leave = func() { <-l.slots }
	if l.requests != nil {
		err = l.requests.Wait(ctx)
	}
	if err == nil && l.tokens != nil {
		err = l.tokens.WaitN(ctx, min(int(promptTokens), l.tokens.Burst()))
	}
	if err != nil {
		leave()
		return nil, fmt.Errorf("wait for the rate limit: %w", err)
	}
	return leave, nil
}

// used counts what an answer took beyond the prompt that was counted before it:
// later attempts wait for it.
func (l *limiter) used(tokens int64) {
	if l.tokens != nil && tokens > 0 {
		l.tokens.ReserveN(time.Now(), min(int(tokens), l.tokens.Burst()))
	}
}

// bytesPerToken is about what a token of English measures.
const bytesPerToken = 4

// EstimateTokens says about how many tokens a text of so many bytes has.
func EstimateTokens(bytes int) int64 { return int64((bytes + bytesPerToken - 1) / bytesPerToken) }
