package wording

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

// Entity is an object of a game, as texts speak of it.
type Entity struct {
	ID, Name, Type string
}

// World is what the texts of a game can speak of: its entities, and every fact
// that they may meet. It is immutable.
//
// The facts of the texts are not those of the planner. They begin as what is
// true. Then every action applies each of its effects, also a conditional one
// whose condition does not hold, as: remove the opposite, add this one. A
// deleted fact is a fact too, named not_p: it holds from the delete until the
// fact is added again, and not before. Where an action may both add and delete
// one, the delete is what the texts see.
type World struct {
	entities []Entity
	kinds    map[string][]string // of each declared type: the type and its ancestors
	spans    map[string]span     // of each predicate
	args     []uint16
	argsAt   []int32 // where the arguments of each fact begin, and the end
	initial  Facts
	adds     []int32 // by fact of the planner: the fact here,
	deletes  []int32 // and the one that says that it was deleted, or -1
}

// span is the facts of a predicate, from one number up to another. They are
// sorted by their arguments: so are the lists in texts.
type span struct{ from, upTo int32 }

// Facts is a set of facts of a world.
type Facts []uint64

func (f Facts) add(i int32)    { f[i>>6] |= 1 << (i & 63) }
func (f Facts) remove(i int32) { f[i>>6] &^= 1 << (i & 63) }

// candidate is a fact that is about to be numbered.
type candidate struct {
	atom    ground.Atom
	fact    int // of the planner; -1: none
	deleted bool
	initial bool
}

// NewWorld returns the world of a ground problem. names are those of its
// objects, ancestors those of the types.
func NewWorld(p *ground.Problem, names []string, ancestors map[string][]string) *World {
	w := &World{spans: map[string]span{}, kinds: ancestors}
	for i, o := range p.Objects() {
		w.entities = append(w.entities, Entity{ID: o.ID, Name: names[i], Type: o.Type})
	}
	all := candidates(p)
	w.adds = slices.Repeat([]int32{-1}, p.Fluents())
	w.deletes = slices.Repeat([]int32{-1}, p.Fluents())
	w.initial = make(Facts, len(all)/64+1)
	n := int32(0)
	for i, c := range all {
		if i == 0 || !c.same(all[i-1]) {
			w.argsAt = append(w.argsAt, int32(len(w.args)))
			w.args = append(w.args, c.atom.Args...)
			s, known := w.spans[c.atom.Predicate]
			if !known {
				s.from = n
			}
			n++
			s.upTo = n
			w.spans[c.atom.Predicate] = s
		}
		switch {
		case c.initial:
			w.initial.add(n - 1)
		case c.deleted:
			w.deletes[c.fact] = n - 1
		default:
			w.adds[c.fact] = n - 1
		}
	}
	w.argsAt = slices.Clip(append(w.argsAt, int32(len(w.args))))
	w.args = slices.Clip(w.args)
	return w
}

// candidates returns every fact that a text may meet, in order: what holds at
// the beginning, what effects may add, and what they may delete.
func candidates(p *ground.Problem) []candidate {
	var all []candidate
	for a := range p.InitialAtoms() {
		all = append(all, candidate{atom: a, fact: -1, initial: true})
	}
	for fact := range p.Fluents() {
		all = append(all, candidate{atom: p.Fact(fact), fact: fact})
	}
	deleted := make([]bool, p.Fluents())
	for action := range p.Actions() {
		for l := range effects(p, action) {
			deleted[l.Fact()] = deleted[l.Fact()] || l.Negated()
		}
	}
	negations := map[string]string{}
	for fact, is := range deleted {
		if !is {
			continue
		}
		a := p.Fact(fact)
		if negations[a.Predicate] == "" {
			negations[a.Predicate] = "not_" + a.Predicate
		}
		a.Predicate = negations[a.Predicate]
		all = append(all, candidate{atom: a, fact: fact, deleted: true})
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(strings.Compare(a.atom.Predicate, b.atom.Predicate), slices.Compare(a.atom.Args, b.atom.Args))
	})
	return all
}

func (c candidate) same(d candidate) bool {
	return c.atom.Predicate == d.atom.Predicate && slices.Equal(c.atom.Args, d.atom.Args)
}

// effects yields every effect of an action, with a condition or without: first
// what it adds, then what it deletes.
func effects(p *ground.Problem, action int) func(yield func(ground.Literal) bool) {
	return func(yield func(ground.Literal) bool) {
		for _, deletes := range [2]bool{false, true} {
			for _, l := range p.Effects(action) {
				if l.Negated() == deletes && !yield(l) {
					return
				}
			}
			for _, e := range p.Conditional(action) {
				if e.Effect.Negated() == deletes && !yield(e.Effect) {
					return
				}
			}
		}
	}
}

// Initial returns the facts at the beginning, in dst if it is large enough.
func (w *World) Initial(dst Facts) Facts { return append(dst[:0], w.initial...) }

// Apply applies every effect of an action to the facts.
func (w *World) Apply(facts Facts, p *ground.Problem, action int) {
	for l := range effects(p, action) {
		added, deleted := w.adds[l.Fact()], w.deletes[l.Fact()]
		if l.Negated() {
			added, deleted = deleted, added
		}
		if deleted >= 0 {
			facts.remove(deleted)
		}
		facts.add(added)
	}
}

// Entity returns an entity by the number of its object.
func (w *World) Entity(object uint16) *Entity { return &w.entities[object] }

// is says whether an entity is of a type.
func (w *World) is(object uint16, kind string) bool {
	e := &w.entities[object]
	return e.Type == kind || slices.Contains(w.kinds[e.Type], kind)
}

// argsOf returns the arguments of a fact.
func (w *World) argsOf(fact int32) []uint16 { return w.args[w.argsAt[fact]:w.argsAt[fact+1]] }

// Ancestors returns the ancestors of every type of a hierarchy: parents of each
// type, every one of them a child of root in the end.
func Ancestors(parents map[string][]string, root string) map[string][]string {
	all := map[string][]string{}
	for _, kind := range slices.Sorted(maps.Keys(parents)) {
		seen := map[string]bool{}
		for queue := slices.Clone(parents[kind]); len(queue) > 0; queue = queue[1:] {
			if !seen[queue[0]] {
				seen[queue[0]] = true
				queue = append(queue, parents[queue[0]]...)
			}
		}
		seen[root] = true
		all[kind] = slices.Sorted(maps.Keys(seen))
	}
	return all
}
