package lifted

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
)

// What it takes to trust a goal.
const (
	fewWins       = 12   // fewest that it is learned from
	folds         = 4    // in which it is held against tasks left out
	mostMissed    = 10   // percent of their wins
	maxConditions = 8    // that a win takes
	mostOthers    = 2000 // instants without a win that it is held against
	mostQuoted    = 3    // precedents that are named
)

// goalExample is an instant of a recording: what held of each choice of
// entities, as numbers of conditions.
type goalExample struct {
	task    int32
	event   string
	choices []bits
}

// goalLearner learns what success takes for one kind of instruction.
type goalLearner struct {
	conditions []condition
	numberOf   map[condition]int32
	wins       []goalExample
	others     []goalExample
	met        int // others met, also those not kept
}

func newGoalLearner() *goalLearner {
	return &goalLearner{numberOf: map[condition]int32{}}
}

// look takes an instant for an example.
func (l *goalLearner) look(dice *rand.Rand, t *instant, named []int32, task int32, won bool, event string) {
	at := -1
	if !won {
		l.met++
		if at = len(l.others); at >= mostOthers {
			if at = dice.IntN(l.met); at >= mostOthers {
				return
			}
		}
	}
	e := goalExample{task: task, event: event}
	for _, b := range t.bindings(named) {
		var held bits
		for _, c := range t.conditions(named, b) {
			held.add(l.number(c))
		}
		e.choices = append(e.choices, held)
	}
	switch {
	case won:
		l.wins = append(l.wins, e)
	case at == len(l.others):
		l.others = append(l.others, e)
	default:
		l.others[at] = e
	}
}

func (l *goalLearner) number(c condition) int32 {
	n, known := l.numberOf[c]
	if !known {
		n = int32(len(l.conditions))
		l.conditions = append(l.conditions, c)
		l.numberOf[c] = n
	}
	return n
}

// learn returns the goal; nil: there is none that tells wins from the rest.
func (l *goalLearner) learn() *goal {
	if len(l.wins) == 0 {
		return nil
	}
	numbers, ok := l.conjunction(l.wins, l.others)
	if !ok {
		return nil
	}
	g := &goal{Wins: len(l.wins)}
	for _, n := range numbers {
		g.Conditions = append(g.Conditions, l.conditions[n])
	}
	tasks := map[int32]bool{}
	for i := range l.wins {
		tasks[l.wins[i].task] = true
		if len(g.Precedents) < mostQuoted {
			g.Precedents = append(g.Precedents, l.wins[i].event)
		}
	}
	g.Tasks = len(tasks)
	g.Trusted = len(l.wins) >= fewWins && l.proves()
	return g
}

// conjunction adds, one by one, the condition of all wins that leaves the fewest
// other instants, until none is left; not ok: some always are.
func (l *goalLearner) conjunction(wins, others []goalExample) (given []int32, ok bool) {
	left := others
	for len(left) > 0 && len(given) < maxConditions {
		best, fewest := none, len(left)
		for _, c := range l.common(wins, given) {
			n := 0
			for i := range left {
				n += boolOrder(left[i].allow(given, c))
			}
			if n < fewest {
				best, fewest = c, n
			}
		}
		if best == none {
			return nil, false
		}
		given = append(given, best)
		left = remaining(left, given)
	}
	return given, len(left) == 0
}

// allow says whether conditions hold together of some choice of entities.
func (e *goalExample) allow(given []int32, more int32) bool {
	return slices.ContainsFunc(e.choices, func(held bits) bool {
		if more != none && !held.has(more) {
			return false
		}
		return !slices.ContainsFunc(given, func(c int32) bool { return !held.has(c) })
	})
}

func remaining(examples []goalExample, given []int32) (left []goalExample) {
	for i := range examples {
		if examples[i].allow(given, none) {
			left = append(left, examples[i])
		}
	}
	return left
}

// common lists the conditions that can join those given and still hold at every
// win, the plainest first.
func (l *goalLearner) common(wins []goalExample, given []int32) []int32 {
	counts := make([]int, len(l.conditions))
	for i := range wins {
		var here bits
		for _, held := range wins[i].choices {
			if slices.ContainsFunc(given, func(c int32) bool { return !held.has(c) }) {
				continue
			}
			for len(here) < len(held) {
				here = append(here, 0)
			}
			for w, word := range held {
				here[w] |= word
			}
		}
		for c := range counts {
			counts[c] += boolOrder(here.has(int32(c)))
		}
	}
	var all []int32
	for c, n := range counts {
		if n == len(wins) && !slices.Contains(given, int32(c)) {
			all = append(all, int32(c))
		}
	}
	slices.SortFunc(all, func(a, b int32) int { return compareConditions(l.conditions[a], l.conditions[b]) })
	return all
}

// plainness orders predicates by how much they say of the state alone: the less
// of what was done, the sooner.
var plainness = [...]int{within: 0, severalWithin: 1, doneAfter: 2, everDone: 3, standsIn: 4, doneNow: 5, admittedAlone: 6, admittedWith: 6, happenedNow: 9}

func compareConditions(a, b condition) int {
	return cmp.Or(cmp.Compare(plainness[a.Is], plainness[b.Is]), cmp.Compare(a.Is, b.Is), cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y),
		cmp.Compare(a.Value, b.Value), cmp.Compare(a.Role, b.Role), cmp.Compare(a.Other, b.Other), cmp.Compare(a.Role2, b.Role2))
}

// proves learns the goal again from some of the tasks and holds it against the
// others: it must claim no win that was none, and miss few.
func (l *goalLearner) proves() bool {
	missed, all := 0, 0
	for fold := range int32(folds) {
		out := func(e goalExample) bool { return e.task%folds == fold }
		in := func(e goalExample) bool { return !out(e) }
		wins := kept(l.wins, in)
		tested := kept(l.wins, out)
		if len(wins) == 0 || len(tested) == 0 {
			continue
		}
		given, ok := l.conjunction(wins, kept(l.others, in))
		if !ok || len(remaining(kept(l.others, out), given)) > 0 {
			return false
		}
		all += len(tested)
		missed += len(tested) - len(remaining(tested, given))
	}
	return all > 0 && missed*100 <= all*mostMissed
}

func kept(examples []goalExample, keep func(goalExample) bool) (kept []goalExample) {
	for _, e := range examples {
		if keep(e) {
			kept = append(kept, e)
		}
	}
	return kept
}

// wonAt says whether a step of a recording is the one that won it.
func wonAt(r *producers.Recording, i int) bool {
	return r.Success != nil && *r.Success && i == len(r.Steps)-1
}
