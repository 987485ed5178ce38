package lifted

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
)

// What it takes to learn what success takes.
const (
	fewWins    = 12   // fewest wins with a word
	fewTasks   = 3    // fewest tasks that they are of
	rareWins   = 2    // fewest wins with a word, where a win of the task itself was shown
	rivalWins  = 5    // fewest wins with a word whose deeds may undo those of others
	folds      = 4    // in which the demands are held against tasks left out
	mostOthers = 1000 // instants without a win, of each kind of instruction
	mostQuoted = 3    // precedents that are named
)

// goalExample is an instant of a recording: what held of each choice of
// entities, as numbers of conditions.
type goalExample struct {
	kind    string
	task    int32
	event   string
	choices []bits
}

// goalLearner learns what success takes.
type goalLearner struct {
	conditions []condition
	numberOf   map[condition]int32
	wins       []goalExample
	others     map[string][]goalExample // by kind
	met        map[string]int           // others met, also those not kept
}

func newGoalLearner() *goalLearner {
	return &goalLearner{numberOf: map[condition]int32{}, others: map[string][]goalExample{}, met: map[string]int{}}
}

// look takes an instant for an example.
func (l *goalLearner) look(dice *rand.Rand, t *instant, kind string, named []int32, task int32, won bool, event string) {
	at := -1
	if !won {
		l.met[kind]++
		if at = len(l.others[kind]); at >= mostOthers {
			if at = dice.IntN(l.met[kind]); at >= mostOthers {
				return
			}
		}
	}
	e := goalExample{kind: kind, task: task, event: event}
	for _, b := range t.bindings(named) {
		var held bits
		for _, c := range t.conditions(named, b) {
			// The very event of a win is mostly by chance; but where an instruction
			// names no types there is nothing else.
			if c.Is != happenedNow || len(named) == 0 {
				held.add(l.number(c))
			}
		}
		e.choices = append(e.choices, held)
	}
	switch {
	case won:
		l.wins = append(l.wins, e)
	case at == len(l.others[kind]):
		l.others[kind] = append(l.others[kind], e)
	default:
		l.others[kind][at] = e
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

// learn returns what success takes.
func (l *goalLearner) learn() goals {
	g := l.demands(l.wins)
	g.Doubted, g.Refuted = map[string]bool{}, map[string]bool{}
	l.doubt(&g, &g, func(int32) bool { return true })
	for fold := range int32(folds) {
		out := func(task int32) bool { return task%folds == fold }
		in := l.demands(slices.DeleteFunc(slices.Clone(l.wins), func(e goalExample) bool { return out(e.task) }))
		l.doubt(&g, &in, out)
	}
	return g
}

// doubt notes the kinds of instructions whose goal, as learned, some instant
// without a win meets, of the tasks chosen.
func (l *goalLearner) doubt(g, learned *goals, chosen func(task int32) bool) {
	for kind, others := range l.others {
		often, once := learned.sum(kind, fewWins, fewTasks), learned.sum(kind, rareWins, 1)
		for _, e := range others {
			if !chosen(e.task) {
				continue
			}
			if often != nil && l.isMet(e, often) {
				g.Doubted[kind] = true
			}
			if once != nil && l.isMet(e, once) {
				g.Refuted[kind] = true
			}
		}
	}
}

// demands finds what each word demands: the conditions that held at every win
// with it, of the one choice of entities for which most of them did.
func (l *goalLearner) demands(wins []goalExample) goals {
	by := map[string][]*goalExample{}
	for i := range wins {
		for _, w := range demandingWords(wins[i].kind) {
			by[w] = append(by[w], &wins[i])
		}
	}
	g := goals{Words: map[string]*demand{}}
	for word, of := range by {
		d := &demand{Wins: len(of)}
		tasks := map[int32]bool{}
		for _, e := range of {
			tasks[e.task] = true
			if len(d.Precedents) < mostQuoted {
				d.Precedents = append(d.Precedents, e.event)
			}
		}
		d.Tasks = len(tasks)
		for _, c := range l.common(of) {
			d.Conditions = append(d.Conditions, l.conditions[c])
		}
		g.Words[word] = d
	}
	rivals := g.everDemanded()
	for word, d := range g.Words {
		d.Conditions = append(d.Conditions, l.undoing(d.Conditions, rivals, by[word])...)
		slices.SortFunc(d.Conditions, compareConditions)
	}
	return g
}

// everDemanded lists what has to have been done for some word that was won often.
func (g *goals) everDemanded() []condition {
	var all []condition
	for _, d := range g.Words {
		for _, c := range d.Conditions {
			c.X = 0
			if d.Wins >= rivalWins && c.Is == everDone && !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	return all
}

// undoing lists which deeds of other words never came after one that a word
// demands, at any win with it: they may undo it, as cooling undoes heating.
func (l *goalLearner) undoing(demanded, rivals []condition, wins []*goalExample) []condition {
	var found []condition
	for _, c := range demanded {
		if c.Is != everDone {
			continue
		}
		for _, r := range rivals {
			r.X = c.X
			after := condition{Is: doneAfter, X: c.X, Value: r.Value, Role: r.Role, Other: c.Value, Role2: c.Role}
			n, known := l.numberOf[after]
			came := func(e *goalExample) bool {
				return known && slices.ContainsFunc(e.choices, func(held bits) bool { return held.has(n) })
			}
			if !slices.Contains(demanded, r) && !slices.ContainsFunc(wins, came) {
				found = append(found, after.opposite())
			}
		}
	}
	return found
}

// common finds conditions that hold together at all wins: always the one next
// that holds at all of them for some choice for which those before it do too,
// those that say most of the state first.
func (l *goalLearner) common(wins []*goalExample) (given []int32) {
	left := make([][]bits, len(wins)) // choices that all those given hold of
	counts := make([]int, len(l.conditions))
	for i, e := range wins {
		left[i] = e.choices
		var any bits
		for _, held := range e.choices {
			any.join(held)
		}
		for c := range counts {
			counts[c] += boolOrder(any.has(int32(c)))
		}
	}
	var candidates []int32
	for c, n := range counts {
		// What was done before what is mostly by chance.
		if n == len(wins) && l.conditions[c].Is != doneAfter {
			candidates = append(candidates, int32(c))
		}
	}
	slices.SortFunc(candidates, func(a, b int32) int { return compareConditions(l.conditions[a], l.conditions[b]) })
	for _, c := range candidates {
		next := make([][]bits, len(wins))
		ok := true
		for i := range wins {
			for _, held := range left[i] {
				if held.has(c) {
					next[i] = append(next[i], held)
				}
			}
			if len(next[i]) == 0 {
				ok = false
				break
			}
		}
		if ok {
			given, left = append(given, c), next
		}
	}
	return given
}

// join adds all numbers of another set.
func (b *bits) join(o bits) {
	for len(*b) < len(o) {
		*b = append(*b, 0)
	}
	for w, word := range o {
		(*b)[w] |= word
	}
}

// isMet says whether a goal is met at an instant.
func (l *goalLearner) isMet(e goalExample, g *goal) bool {
	return slices.ContainsFunc(e.choices, func(held bits) bool {
		return !slices.ContainsFunc(g.conditions, func(c condition) bool {
			if c.Is == neverAfter {
				n, known := l.numberOf[c.opposite()]
				return known && held.has(n)
			}
			n, known := l.numberOf[c]
			return !known || !held.has(n)
		})
	})
}

// plainness orders predicates by how much they say of the state alone: the less
// of what was done, the sooner.
var plainness = [...]int{within: 0, severalWithin: 1, doneAfter: 2, everDone: 3, standsIn: 4, doneNow: 5, admittedAlone: 6, admittedWith: 6, happenedNow: 9, neverAfter: 10}

func compareConditions(a, b condition) int {
	return cmp.Or(cmp.Compare(plainness[a.Is], plainness[b.Is]), cmp.Compare(a.Is, b.Is), cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y),
		cmp.Compare(a.Value, b.Value), cmp.Compare(a.Role, b.Role), cmp.Compare(a.Other, b.Other), cmp.Compare(a.Role2, b.Role2))
}

// wonAt says whether a step of a recording is the one that won it.
func wonAt(r *producers.Recording, i int) bool {
	return r.Success != nil && *r.Success && i == len(r.Steps)-1
}
