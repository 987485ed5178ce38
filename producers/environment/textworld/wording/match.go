package wording

import "math/bits"

// binding is an entity that a placeholder stands for.
type binding struct {
	placeholder
	object uint16
}

// bindings are those of the action, then those of the queries around.
type bindings []binding

func (b bindings) find(p placeholder) (object uint16, bound bool) {
	for _, known := range b {
		if known.name == p.name && known.kind == p.kind {
			return known.object, true
		}
	}
	return 0, false
}

// named returns what a name stands for: the innermost placeholder of it.
func (b bindings) named(name string) (object uint16, bound bool) {
	for i := len(b) - 1; i >= 0; i-- {
		if b[i].name == name {
			return b[i].object, true
		}
	}
	return 0, false
}

// holds says whether a placeholder stands for an entity already: no two stand
// for the same.
func (b bindings) holds(object uint16) bool {
	for _, known := range b {
		if known.object == object {
			return true
		}
	}
	return false
}

// matches yields the bindings of every match of a query, those that there were
// before among them, until yield returns false. Facts are met in their order,
// the first atom outermost. What is yielded is valid until yield returns.
func (w *World) matches(q query, facts Facts, bound bindings, yield func(bindings) bool) bool {
	if len(q) == 0 {
		return yield(bound)
	}
	s := w.spans[q[0].predicate]
	for at := s.from; at < s.upTo; at++ {
		word := facts[at>>6] >> (at & 63)
		if word == 0 {
			at |= 63
			continue
		}
		if at += int32(bits.TrailingZeros64(word)); at >= s.upTo {
			break
		}
		if extended, ok := w.unify(q[0], at, bound); ok && !w.matches(q[1:], facts, extended, yield) {
			return false
		}
	}
	return true
}

// unify binds the placeholders of an atom to the arguments of a fact.
func (w *World) unify(a atom, fact int32, bound bindings) (bindings, bool) {
	args := w.argsOf(fact)
	if len(args) != len(a.placeholders) {
		return nil, false
	}
	for i, p := range a.placeholders {
		object, known := bound.find(p)
		switch {
		case known && object == args[i]:
		case known, bound.holds(args[i]), !w.is(args[i], p.kind):
			return nil, false
		default:
			bound = append(bound, binding{p, args[i]})
		}
	}
	return bound, true
}
