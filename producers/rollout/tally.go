package rollout

import (
	"sync/atomic"
	"time"

	"github.com/dreamlog/dreamlog/schema"
)

// ProgressEvery is how often Options.Progress hears of a run at least.
const ProgressEvery = time.Second

// tally counts episodes once the log has acknowledged their ends. One flush
// serves all that ended while the one before was under way: workers neither
// wait for each other's acknowledgements, nor is any of them asked for twice.
type tally struct {
	journal  *journal
	now      func() time.Time
	progress func(Progress) // nil: nobody hears
	fail     func(error)    // ends the run

	// ended takes the ends of episodes that are on their way to the log.
	ended chan *schema.EpisodeRow
	steps atomic.Int64 // taken by all workers
	total int64        // attempts to play
	start time.Time
	// result belongs to the goroutine of run until it returns.
	result *Result
}

// endedAhead is how many episodes may wait for their acknowledgement before
// workers wait, at least.
const endedAhead = 256

// run counts until ended is closed. Once the log has failed it counts nothing
// more, but goes on receiving, so that no worker waits for it.
func (t *tally) run() {
	heartbeat := time.NewTicker(ProgressEvery)
	defer heartbeat.Stop()
	lost := false
	for {
		select {
		case row, open := <-t.ended:
			if !open {
				return
			}
			rows := t.waiting(row)
			if lost = lost || !t.acknowledged(); !lost {
				t.count(rows)
			}
		case <-heartbeat.C:
		}
		t.report()
	}
}

// waiting returns first and all that ended meanwhile.
func (t *tally) waiting(first *schema.EpisodeRow) []*schema.EpisodeRow {
	rows := []*schema.EpisodeRow{first}
	for {
		select {
		case row, open := <-t.ended:
			if !open {
				return rows
			}
			rows = append(rows, row)
		default:
			return rows
		}
	}
}

// acknowledged says whether the log has everything produced so far.
func (t *tally) acknowledged() bool {
	err := t.journal.flush()
	if err != nil {
		t.fail(err)
	}
	return err == nil
}

func (t *tally) count(rows []*schema.EpisodeRow) {
	for _, row := range rows {
		t.result.add(&row.Episode)
	}
}

func (t *tally) report() {
	if t.progress == nil {
		return
	}
	p := Progress{Result: *t.result, Total: t.total, Steps: t.steps.Load(), Elapsed: t.now().Sub(t.start)}
	p.Result.StepsPerSecond = rate(p.Steps, p.Elapsed)
	t.progress(p)
}
