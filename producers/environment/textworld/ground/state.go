package ground

import (
	"iter"
	"math/bits"
)

// State says which facts hold: bit i of the whole is fact i. The derived facts
// follow from the others, so two states are the same if their words are.
type State []uint64

// Holds says whether a fact holds.
func (s State) Holds(fact int) bool { return s[fact>>6]>>(fact&63)&1 != 0 }

func (s State) set(fact int, value bool) {
	if value {
		s[fact>>6] |= 1 << (fact & 63)
	} else {
		s[fact>>6] &^= 1 << (fact & 63)
	}
}

// All says whether every literal of a conjunction holds.
func (s State) All(conjunction []Literal) bool {
	for _, l := range conjunction {
		if s.Holds(l.Fact()) == l.Negated() {
			return false
		}
	}
	return true
}

// Initial returns the state at the beginning, the caller's own.
func (p *Problem) Initial() State { return append(State(nil), p.initial...) }

// Won says whether the goal holds.
func (p *Problem) Won(s State) bool { return p.goal != nil && s.All(p.goal) }

// Applicable appends the actions that are applicable in s to dst, in order. It
// looks at every action; a Cursor does not.
func (p *Problem) Applicable(dst []int32, s State) []int32 {
	for a := range p.Actions() {
		if s.All(p.pre.row(a)) {
			dst = append(dst, int32(a))
		}
	}
	return dst
}

// Successor writes the state after an applicable action into dst, which may
// have been a state before or be nil, and returns it. dst must not be s.
func (p *Problem) Successor(dst, s State, action int) State {
	dst = append(dst[:0], s...)
	p.affect(dst, s, action)
	if len(p.rules) > 0 {
		for i := range p.parts {
			p.derive(dst, &p.parts[i])
		}
	}
	return dst
}

// affect applies the effects of an action in state before to next: first what
// it deletes, then what it adds, so that adds win.
func (p *Problem) affect(next, before State, action int) {
	conditional := p.conditional[int32(action)]
	for _, deletes := range [2]bool{true, false} {
		for _, l := range p.effects.row(action) {
			if l.Negated() == deletes {
				next.set(l.Fact(), !deletes)
			}
		}
		for _, e := range conditional {
			if e.Effect.Negated() == deletes && before.All(e.Condition) {
				next.set(e.Effect.Fact(), !deletes)
			}
		}
	}
}

// component is a set of derived facts that depend on each other, or a single
// one, with the rules that derive them.
type component struct {
	heads      []int32
	from, upTo int32 // its rules
	recursive  bool
}

// derive sets the derived facts of a component anew; those that it depends on
// are right already.
func (p *Problem) derive(s State, c *component) {
	for _, head := range c.heads {
		s.set(int(head), false)
	}
	for changed := true; changed; {
		changed = false
		for _, r := range p.rules[c.from:c.upTo] {
			if !s.Holds(r.Head) && s.All(r.Body) {
				s.set(r.Head, true)
				changed = c.recursive
			}
		}
	}
}

// bitset is a set of small numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) has(i int) bool { return b[i>>6]>>(i&63)&1 != 0 }

func (b bitset) flip(i int) { b[i>>6] ^= 1 << (i & 63) }

// each yields the numbers in the set, in order.
func (b bitset) each(yield func(int) bool) {
	for w, word := range b {
		for ; word != 0; word &= word - 1 {
			if !yield(w<<6 + bits.TrailingZeros64(word)) {
				return
			}
		}
	}
}

// changedFacts yields the facts from one number up to another on which two
// states differ, in order.
func changedFacts(s, t State, from, upTo int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for w := from >> 6; w<<6 < upTo; w++ {
			for diff := s[w] ^ t[w]; diff != 0; diff &= diff - 1 {
				fact := w<<6 + bits.TrailingZeros64(diff)
				if fact >= from && fact < upTo && !yield(fact) {
					return
				}
			}
		}
	}
}
