package app

import (
	"context"
	"sync"
	"time"
)

// upkeepInterval is how often the lake is looked after beside a follower.
const upkeepInterval = 15 * time.Second

// upkeep looks after the lake until it is stopped.
type upkeep struct {
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

// startUpkeep compacts, collects and checkpoints beside a lander. What fails
// is tried again at the next turn: nothing that it does is urgent.
func (a *App) startUpkeep(ctx context.Context) *upkeep {
	ctx, cancel := context.WithCancel(ctx)
	u := &upkeep{cancel: cancel}
	u.ended.Go(func() {
		tick := time.NewTicker(upkeepInterval)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if err := a.keepUp(ctx); err != nil && ctx.Err() == nil {
					a.config.Logger.Warn("cannot look after the lake now; it will be tried again", "error", err)
				}
			}
		}
	})
	return u
}

func (u *upkeep) stop() {
	u.cancel()
	u.ended.Wait()
}

func (a *App) keepUp(ctx context.Context) error {
	_, err := a.lake.RollUp(ctx)
	return err
}
