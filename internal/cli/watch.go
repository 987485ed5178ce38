package cli

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/internal/app"
)

// watchInterval is how often a watch looks for a newer snapshot.
const watchInterval = 250 * time.Millisecond

// watch shows an episode while it is being played.
type watch struct {
	*showCommand
	app     *app.App
	episode string
	page    *page
	// snapshot is the newest one that was read, next the first step not shown.
	snapshot, next int64
}

func newWatch(c *showCommand, a *app.App, episode string) *watch {
	return &watch{showCommand: c, app: a, episode: episode, page: newPage(c.stdout, width(c.stdout))}
}

// run shows what lands, and returns when the episode has ended.
func (w *watch) run(ctx context.Context) error {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	for {
		ended, err := w.look(ctx)
		if ended || err != nil {
			return errors.Join(err, w.page.w.Flush())
		}
		if err := w.page.w.Flush(); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// look shows what a newer snapshot has, and says whether the episode is over.
func (w *watch) look(ctx context.Context) (ended bool, err error) {
	newest, err := w.app.Snapshot(ctx, "")
	if err != nil || newest == nil || newest.Number == w.snapshot {
		return false, err
	}
	session, err := w.app.Session(ctx, "", analytics.Options{})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	ep, err := readEpisode(ctx, session, w.episode, w.next, math.MaxInt64)
	if err != nil {
		return false, err
	}
	over, err := texts(ctx, session, "SELECT status FROM episodes WHERE episode_id = $1", w.episode)
	if err != nil {
		return false, err
	}
	w.show(ep, len(over) > 0)
	w.snapshot = session.Snapshot()
	return len(over) > 0, nil
}

// show writes the facts once, the new steps, and at the end how it ended.
func (w *watch) show(ep *shownEpisode, ended bool) {
	for _, f := range ep.facts {
		if first := w.snapshot == 0; first && f.title != outcomeTitle {
			w.page.paragraph(f.title, f.text)
		}
	}
	w.page.steps(ep.steps)
	if n := len(ep.steps); n > 0 {
		w.next = ep.steps[n-1].number + 1
	}
	for _, f := range ep.facts {
		if ended && f.title == outcomeTitle {
			w.page.line("")
			w.page.paragraph(f.title, f.text)
		}
	}
}
