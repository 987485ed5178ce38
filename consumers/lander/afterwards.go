package lander

import (
	"context"
	"time"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/lake"
)

// afterwards is step 7: what may be late or fail without harm, once readers
// see the round.
type afterwards struct {
	log  *eventlog.Log
	last time.Time
	Options
}

// interval is how often step 7 is done at most.
const interval = time.Second

// do shows the lag and trims the log, behind the published snapshot and never
// ahead of it. It leaves out rounds that follow each other closely.
func (a *afterwards) do(ctx context.Context, s *lake.Snapshot) {
	if a.Now().Sub(a.last) < interval {
		return
	}
	a.finish(ctx, s)
}

// lagPatience is how long a display may hold up landing.
const lagPatience = time.Second

// finish does it whenever it was last done.
func (a *afterwards) finish(ctx context.Context, s *lake.Snapshot) {
	a.last = a.Now()
	if s != nil {
		a.showLag(ctx, s)
		a.trim(ctx, s)
	}
}

func (a *afterwards) showLag(ctx context.Context, s *lake.Snapshot) {
	if a.Group == "" {
		return
	}
	next := map[int]int64{}
	for _, p := range s.Partitions {
		if p.Generation == s.Generation {
			next[p.Partition] = p.Cut
		}
	}
	ctx, cancel := context.WithTimeout(ctx, lagPatience)
	defer cancel()
	if err := a.log.CommitGroup(ctx, a.Group, next); err != nil {
		a.Logger.Warn("cannot show the lag as consumer-group offsets; landing goes on", "group", a.Group, "error", err)
	}
}

// trim deletes landed records from the log, less a window. The last landed
// record always stays: by it the log is recognised.
func (a *afterwards) trim(ctx context.Context, s *lake.Snapshot) {
	if a.TrimKeep <= 0 {
		return
	}
	for _, p := range s.Partitions {
		before := p.Cut - a.TrimKeep
		if p.Generation != s.Generation || before <= p.Start {
			continue
		}
		if err := a.log.Trim(ctx, p.Partition, before); err != nil {
			a.Logger.Warn("cannot trim the log; landing goes on", "partition", p.Partition, "before", before, "error", err)
		}
	}
}
