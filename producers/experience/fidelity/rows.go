package fidelity

import (
	"slices"

	"github.com/dreamlog/dreamlog/producers"
)

// Histories that predictions are measured along.
const (
	// OneStep: the history is the true one.
	OneStep = "one_step"
	// OpenLoop: since its start the history is what the model predicted.
	OpenLoop = "open_loop"
)

// Parts of the steps that figures are over.
const (
	// AllSteps is every step that was measured.
	AllSteps = "all"
	// KnowableSteps are those at which nothing had to be guessed; see Vocabulary.
	KnowableSteps = "knowable"
)

// Row is what was measured of a model with k demonstrations in a setting, at a
// depth. Figures are nil where there is nothing to measure them by.
type Row struct {
	Model        string `json:"model"`
	ModelVersion string `json:"model_version"`
	// K is the number of demonstrations for each prediction.
	K       int    `json:"k"`
	Setting string `json:"setting"` // known or unseen
	History string `json:"history"` // one_step or open_loop
	// Depth is the number of predictions since the true history, from 1.
	Depth int `json:"depth"`
	// Over says which steps are counted: all, or the knowable ones.
	Over string `json:"over"`

	// N is the number of predictions, Tasks that of the tasks that they are in.
	N     int64 `json:"n"`
	Tasks int   `json:"tasks"`
	// Refused is how many predictions the model failed to make. They count as
	// wrong.
	Refused int64 `json:"refused"`

	// NextStateExact is the share of next states that are right to the letter,
	// with an interval of 95 percent.
	NextStateExact     *float64 `json:"next_state_exact"`
	NextStateExactLow  *float64 `json:"next_state_exact_low"`
	NextStateExactHigh *float64 `json:"next_state_exact_high"`
	// TokenF1 is the mean of TokenF1.
	TokenF1 *float64 `json:"token_f1"`
	// AdmissibleExact is the share of sets of admissible commands that are right,
	// in whatever order, AdmissibleF1 the mean of SetF1; of steps whose truth says
	// what is admissible.
	AdmissibleExact     *float64 `json:"admissible_exact"`
	AdmissibleExactLow  *float64 `json:"admissible_exact_low"`
	AdmissibleExactHigh *float64 `json:"admissible_exact_high"`
	AdmissibleF1        *float64 `json:"admissible_f1"`
	// RewardError is the mean of |r - r^|, of steps that are rewarded; nil as well
	// where their sum is beyond all numbers.
	RewardError *float64 `json:"reward_error"`
	// FalseSuccess is the share of predicted successes among steps that were none,
	// MissedSuccess that of successes not predicted among those that were;
	// FalseSuccesses of Failures, MissedSuccesses of Successes.
	FalseSuccess      *float64 `json:"false_success"`
	FalseSuccessHigh  *float64 `json:"false_success_high"`
	MissedSuccess     *float64 `json:"missed_success"`
	MissedSuccessHigh *float64 `json:"missed_success_high"`
	FalseSuccesses    int64    `json:"false_successes"`
	Failures          int64    `json:"failures"`
	MissedSuccesses   int64    `json:"missed_successes"`
	Successes         int64    `json:"successes"`
	// TerminalError is the share of steps at which the model ended the episode and
	// the environment did not, or the other way round.
	TerminalError *float64 `json:"terminal_error"`
}

// cell is what one row is about, but for the subject.
type cell struct {
	history string
	depth   int
	over    string
}

// scores of one task.
type scores map[cell]*score

func (s scores) add(history string, depth int, knowable bool, predicted *producers.Outcome, t *truth) {
	s.at(cell{history, depth, AllSteps}).add(predicted, t)
	if knowable {
		s.at(cell{history, depth, KnowableSteps}).add(predicted, t)
	}
}

func (s scores) at(c cell) *score {
	if s[c] == nil {
		s[c] = &score{}
	}
	return s[c]
}

// rows sums up the tasks: one step, then open loop by depth, each over all and
// over the knowable steps.
func (m *measurement) rows(tasks []scores) (rows []Row) {
	for _, over := range []string{AllSteps, KnowableSteps} {
		cells := []cell{{OneStep, 1, over}}
		for _, d := range m.options.Depths {
			cells = append(cells, cell{OpenLoop, d, over})
		}
		for _, c := range cells {
			if r, ok := m.row(tasks, c); ok {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

func (m *measurement) row(tasks []scores, c cell) (Row, bool) {
	var of []*score
	var all score
	for _, t := range tasks {
		if s := t[c]; s != nil {
			of = append(of, s)
			all.merge(s)
		}
	}
	model := m.subject.Model.Model()
	r := Row{
		Model: model.ID, ModelVersion: model.Version, K: m.subject.K, Setting: m.subject.Setting,
		History: c.history, Depth: c.depth, Over: c.over,
		N: all.exact.n, Tasks: len(of), Refused: all.refused,
		NextStateExact: all.exact.value(), TokenF1: all.tokenF1.value(),
		AdmissibleExact: all.admissibleExact.value(), AdmissibleF1: all.admissibleF1.value(),
		RewardError: all.rewardError.value(), TerminalError: all.terminalError.value(),
		FalseSuccess: all.falseSuccess.value(), FalseSuccesses: int64(all.falseSuccess.sum), Failures: all.falseSuccess.n,
		MissedSuccess: all.missedSuccess.value(), MissedSuccesses: int64(all.missedSuccess.sum), Successes: all.missedSuccess.n,
	}
	r.NextStateExactLow, r.NextStateExactHigh = intervalOf(of, func(s *score) mean { return s.exact })
	r.AdmissibleExactLow, r.AdmissibleExactHigh = intervalOf(of, func(s *score) mean { return s.admissibleExact })
	_, r.FalseSuccessHigh = intervalOf(of, func(s *score) mean { return s.falseSuccess })
	_, r.MissedSuccessHigh = intervalOf(of, func(s *score) mean { return s.missedSuccess })
	return r, r.N > 0
}

func intervalOf(tasks []*score, which func(*score) mean) (low, high *float64) {
	means := make([]mean, len(tasks))
	for i, s := range tasks {
		means[i] = which(s)
	}
	return interval(means)
}

// At returns the row of a setting, k, history, depth and part of the steps.
func At(rows []Row, setting string, k int, history string, depth int, over string) (Row, bool) {
	i := slices.IndexFunc(rows, func(r Row) bool {
		return r.Setting == setting && r.K == k && r.History == history && r.Depth == depth && r.Over == over
	})
	if i < 0 {
		return Row{}, false
	}
	return rows[i], true
}
