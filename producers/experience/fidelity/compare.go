package fidelity

import (
	"math"
	"strings"
	"unicode"

	"github.com/dreamlog/dreamlog/producers"
)

// truth is what really came of a step.
type truth struct {
	producers.Outcome
	// success says whether the step solved the task; nil: the episode is not
	// graded.
	success *bool
}

// truthOf returns what came of a step of a recording. Only the last step of an
// episode can be its success.
func truthOf(r *producers.Recording, index int) truth {
	t := truth{Outcome: r.Steps[index].Outcome()}
	if r.Success != nil {
		t.success = new(*r.Success && index == len(r.Steps)-1)
	}
	return t
}

// succeeds says whether an outcome claims success: it says so, or it says
// nothing of it, ends the task and is rewarded.
func succeeds(o *producers.Outcome) bool {
	if o.Success != nil {
		return *o.Success
	}
	return o.Terminated && o.Reward != nil && *o.Reward > 0
}

// score sums up comparisons.
type score struct {
	exact, tokenF1                mean // of next states
	admissibleExact, admissibleF1 mean // where the truth says what is admissible
	rewardError                   mean // where the truth is rewarded
	falseSuccess, missedSuccess   mean // of steps that were no success, and of those that were
	terminalError                 mean
	refused                       int64 // predictions that the model failed to make
}

// mean is a sum of n values.
type mean struct {
	sum float64
	n   int64
}

func (m *mean) add(value float64) { m.sum, m.n = m.sum+value, m.n+1 }

func (m *mean) merge(o mean) { m.sum, m.n = m.sum+o.sum, m.n+o.n }

// value is nil where there is nothing to average, or the sum is beyond all
// numbers.
func (m *mean) value() *float64 {
	if m.n == 0 || math.IsInf(m.sum, 0) {
		return nil
	}
	return new(m.sum / float64(m.n))
}

// add compares a prediction with the truth. nil: the model made none, which is
// wrong in every respect but the success that it did not claim.
func (s *score) add(predicted *producers.Outcome, t *truth) {
	if predicted == nil {
		s.refused++
		predicted = &producers.Outcome{Terminated: !t.Terminated}
		s.exact.add(0)
		s.tokenF1.add(0)
	} else {
		s.exact.add(share(predicted.Text == t.Text))
		s.tokenF1.add(TokenF1(predicted.Text, t.Text))
	}
	if t.Admissible != nil {
		f1 := SetF1(predicted.Admissible, t.Admissible)
		if predicted.Admissible == nil {
			f1 = 0
		}
		s.admissibleExact.add(share(f1 == 1))
		s.admissibleF1.add(f1)
	}
	if t.Reward != nil {
		s.rewardError.add(math.Abs(*t.Reward - rewardOf(predicted)))
	}
	s.terminalError.add(share(predicted.Terminated != t.Terminated))
	claimed := succeeds(predicted)
	switch {
	case t.success == nil:
	case *t.success:
		s.missedSuccess.add(share(!claimed))
	default:
		s.falseSuccess.add(share(claimed))
	}
}

// rewardOf an outcome; one that has none is worth nothing.
func rewardOf(o *producers.Outcome) float64 {
	if o.Reward == nil {
		return 0
	}
	return *o.Reward
}

func share(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func (s *score) merge(o *score) {
	s.exact.merge(o.exact)
	s.tokenF1.merge(o.tokenF1)
	s.admissibleExact.merge(o.admissibleExact)
	s.admissibleF1.merge(o.admissibleF1)
	s.rewardError.merge(o.rewardError)
	s.falseSuccess.merge(o.falseSuccess)
	s.missedSuccess.merge(o.missedSuccess)
	s.terminalError.merge(o.terminalError)
	s.refused += o.refused
}

// TokenF1 compares two texts as multisets of words, after SQuAD (Rajpurkar et
// al. 2016, section 6.1), but with articles kept:
//
//	precision = common / words predicted, recall = common / words of the truth,
//	F1 = 2 precision recall / (precision + recall)
//
// where common counts each word as often as both have it. A word is a run of
// letters and digits; case does not matter. Two texts without words are alike
// (1), one without and one with words are not (0).
func TokenF1(predicted, truth string) float64 {
	p, t := words(predicted), words(truth)
	if len(p)+len(t) == 0 {
		return 1
	}
	count := make(map[string]int, len(t))
	for _, w := range t {
		count[w]++
	}
	common := 0
	for _, w := range p {
		if count[w] > 0 {
			count[w]--
			common++
		}
	}
	return 2 * float64(common) / float64(len(p)+len(t))
}

// words returns the runs of letters and digits of a text, in lower case.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// SetF1 compares two sets of commands, which may be told in any order and more
// than once: F1 = 2 common / (predicted + true). Two empty sets are alike (1).
func SetF1(predicted, truth []string) float64 {
	p, t := setOf(predicted), setOf(truth)
	if len(p)+len(t) == 0 {
		return 1
	}
	common := 0
	for c := range p {
		if _, ok := t[c]; ok {
			common++
		}
	}
	return 2 * float64(common) / float64(len(p)+len(t))
}

func setOf(commands []string) map[string]struct{} {
	set := make(map[string]struct{}, len(commands))
	for _, c := range commands {
		set[c] = struct{}{}
	}
	return set
}
