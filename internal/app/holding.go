package app

import (
	"context"
	"sync"
	"time"

	"github.com/dreamlog/dreamlog/lake"
)

// holding renews a reader's lease until it is released.
type holding struct {
	lease   *lake.Lease
	stop    context.CancelFunc
	renewed sync.WaitGroup
}

// hold takes a lease, so that what is planned next stays readable. A lake that
// cannot be written to is read without: its files are then kept by the
// retention of collection alone.
func (a *App) hold(ctx context.Context) *holding {
	lease, err := a.lake.Lease(ctx, leaseLength)
	if err != nil {
		a.config.Logger.Debug("reading without a lease", "error", err)
		return &holding{stop: func() {}}
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	h := &holding{lease: lease, stop: stop}
	h.renewed.Go(func() {
		tick := time.NewTicker(leaseLength / 2)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if err := lease.Renew(ctx, leaseLength); err != nil {
					a.config.Logger.Warn("cannot renew the lease on the files being read; a collection may take them away", "error", err)
				}
			}
		}
	})
	return h
}

// release gives the lease back. It may be called twice.
func (h *holding) release() error {
	h.stop()
	h.renewed.Wait()
	if h.lease == nil {
		return nil
	}
	lease := h.lease
	h.lease = nil
	return lease.Release(context.Background())
}
