package ledger

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store"
)

// leaseLength is longer than a look at the lake takes on any machine.
const leaseLength = 10 * time.Minute

// Watcher is a reader that reads snapshot after snapshot, whole, whatever goes
// on around it.
type Watcher struct {
	stop  context.CancelFunc
	ended sync.WaitGroup
	// looks and err are valid when ended.
	looks int
	err   error
}

// Watch reads until Stop, or until a snapshot is not whole.
func Watch(ctx context.Context, s store.Store) *Watcher {
	w := &Watcher{}
	ctx, w.stop = context.WithCancel(ctx)
	w.ended.Go(func() {
		for w.err == nil && sleep(ctx, 10*time.Millisecond) {
			if err := look(ctx, lake.Open(s, nil)); ctx.Err() == nil {
				w.err = err
				w.looks++
			}
		}
	})
	return w
}

// Stop ends reading. It returns how often a snapshot was read, and what was
// wrong with the last one.
func (w *Watcher) Stop() (looks int, err error) {
	w.stop()
	w.ended.Wait()
	return w.looks, w.err
}

func look(ctx context.Context, lk *lake.Lake) error {
	lease, err := lk.Lease(ctx, leaseLength)
	if err != nil {
		return err
	}
	_, err = Whole(ctx, lk)
	return errors.Join(err, lease.Release(context.WithoutCancel(ctx)))
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
