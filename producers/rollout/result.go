package rollout

import (
	"maps"
	"slices"
	"time"

	"github.com/dreamlog/dreamlog/schema"
)

// Result says what a run did. It counts episodes whose ends the log has
// acknowledged, and their transitions; an episode is one of completed,
// truncated, aborted and failed.
type Result struct {
	RunID       string `json:"run_id"`
	Tasks       int64  `json:"tasks"` // of the plan
	Episodes    int64  `json:"episodes"`
	Transitions int64  `json:"transitions"`

	Completed int64 `json:"completed"`
	Truncated int64 `json:"truncated"`
	Aborted   int64 `json:"aborted"`
	Failed    int64 `json:"failed"`
	// Interrupted is how many of the truncated were cut off by an interrupt.
	Interrupted int64 `json:"interrupted"`

	// Successes of Graded episodes; the others have no verdict.
	Successes int64 `json:"successes"`
	Graded    int64 `json:"graded"`
	// SuccessRate is Successes by Graded; nil where none is graded.
	SuccessRate *float64 `json:"success_rate"`
	// StepsPerSecond counts transitions over the time of play.
	StepsPerSecond float64 `json:"steps_per_second"`

	// Skipped is the number of attempts that were finished before.
	Skipped int64 `json:"skipped"`
	// Closed is the number of episodes of an earlier process that got their end.
	Closed int64 `json:"closed"`

	// why says how many episodes broke for each reason; at most mostReasons.
	why map[string]int64
}

const mostReasons = 100

// Why returns the reason that most of the aborted and failed broke for, as far
// as reasons were told apart, and how many did; empty where none broke.
func (r *Result) Why() (reason string, episodes int64) {
	for _, of := range slices.Sorted(maps.Keys(r.why)) {
		if r.why[of] > episodes {
			reason, episodes = of, r.why[of]
		}
	}
	return reason, episodes
}

func (r *Result) broke(e *schema.Episode) {
	if e.Reason == nil || r.why[*e.Reason] == 0 && len(r.why) == mostReasons {
		return
	}
	if r.why == nil {
		r.why = map[string]int64{}
	}
	r.why[*e.Reason]++
}

// Progress says how far a run is.
type Progress struct {
	// Result is what was done so far; its StepsPerSecond is that of Steps.
	Result Result
	// Total is the number of attempts that this call plays.
	Total int64
	// Steps were taken, those of running episodes with them.
	Steps int64
	// Elapsed is the time of play.
	Elapsed time.Duration
}

// add counts an episode.
func (r *Result) add(e *schema.Episode) {
	r.Episodes++
	r.Transitions += e.Length
	switch e.Status {
	case completed:
		r.Completed++
	case truncated:
		r.Truncated++
	case aborted:
		r.Aborted++
		r.broke(e)
	case failed:
		r.Failed++
		r.broke(e)
	}
	if notesOf(e.Info).Interrupted {
		r.Interrupted++
	}
	if e.Success == nil {
		return
	}
	r.Graded++
	if *e.Success {
		r.Successes++
	}
	r.SuccessRate = new(float64(r.Successes) / float64(r.Graded))
}

// rate returns n by elapsed, per second; 0 where no time has passed.
func rate(n int64, elapsed time.Duration) float64 {
	if elapsed <= 0 {
		return 0
	}
	return float64(n) / elapsed.Seconds()
}
