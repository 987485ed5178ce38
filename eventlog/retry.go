package eventlog

import (
	"context"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Pauses between attempts grow from the first to the longest, each jittered by
// half, so that clients that failed together do not return together.
const (
	firstPause   = 50 * time.Millisecond
	longestPause = time.Second
)

func newPauses() *backoff.ExponentialBackOff {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval = firstPause
	pauses.MaxInterval = longestPause
	return pauses
}

// retry repeats an operation until it succeeds, fails for good, or ctx ends.
// The error then names both the end of ctx and the last cause.
func retry(ctx context.Context, operation func() error) error {
	pauses := newPauses()
	var last error
	for {
		err := operation()
		if err == nil {
			return nil
		}
		if ended(ctx) == nil {
			if Classify(err) == Fatal {
				return err
			}
			last = err // what fails because ctx ends says nothing
		}
		if err := pause(ctx, pauses.NextBackOff()); err != nil {
			return gaveUp(err, last)
		}
	}
}

// gaveUp joins why an operation was given up with what it last failed from,
// if that is known.
func gaveUp(reason, last error) error {
	if last == nil {
		return reason
	}
	return fmt.Errorf("%w; the last attempt: %w", reason, last)
}

// pause waits for d, or returns why ctx ended.
func pause(ctx context.Context, d time.Duration) error {
	if err := ended(ctx); err != nil {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
