package remote

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Patience says how long something is tried again that cannot do harm twice.
type Patience struct {
	// Total is for how long; 0: what fails is not tried again.
	Total time.Duration
	// Jitter draws from [0, 1), so that many clients do not come back at the
	// same moment. Nil: the process's own randomness; it is in no result.
	Jitter func() float64
}

// The pauses between two attempts double from the first to the longest.
const (
	firstPause   = 50 * time.Millisecond
	longestPause = 2 * time.Second
)

// Try tries until it goes well, the error is one that another attempt does not
// mend, or the patience is at its end. It returns the last error.
func (p Patience) Try(ctx context.Context, mends func(error) bool, try func(context.Context) error) error {
	end := time.Now().Add(p.Total)
	for pause, attempt := firstPause, 1; ; pause, attempt = min(2*pause, longestPause), attempt+1 {
		err := try(ctx)
		if err == nil || !mends(err) || ctx.Err() != nil {
			return err
		}
		wait := p.jittered(pause)
		if time.Now().Add(wait).After(end) {
			return fmt.Errorf("%w (attempt %d, after which the patience of %v was at its end)", err, attempt, p.Total)
		}
		if cancelled := sleep(ctx, wait); cancelled != nil {
			return fmt.Errorf("%w while waiting to try again after: %w", cancelled, err)
		}
	}
}

// jittered is between half of a pause and the whole.
func (p Patience) jittered(pause time.Duration) time.Duration {
	draw := p.Jitter
	if draw == nil {
		draw = rand.Float64
	}
	return pause/2 + time.Duration(draw()*float64(pause/2))
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
