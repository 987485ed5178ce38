package ground

import (
	"fmt"
	"slices"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/pddl"
)

// scope numbers the variables that are bound at a place.
type scope struct {
	names []string
	types [][]string
}

func newScope(parameters []pddl.Parameter) *scope { return new(scope).within(parameters) }

// within returns the scope inside of a quantifier.
func (s *scope) within(parameters []pddl.Parameter) *scope {
	inner := &scope{names: slices.Clone(s.names), types: slices.Clone(s.types)}
	for _, p := range parameters {
		inner.names = append(inner.names, p.Name)
		inner.types = append(inner.types, p.Types)
	}
	return inner
}

// variable returns the innermost variable of a name; the parser has seen to it
// that there is one.
func (s *scope) variable(name string) term {
	for i := len(s.names) - 1; i >= 0; i-- {
		if s.names[i] == name {
			return term(i)
		}
	}
	panic("ground: unbound variable " + name)
}

// literal numbers the terms of a literal.
func (n *normalised) literal(l pddl.Literal, s *scope) pattern {
	p := pattern{negated: l.Negated, terms: make([]term, len(l.Args))}
	if n.isType(l.Predicate) {
		p.predicate = n.typePredicate([]string{l.Predicate})
	} else {
		p.predicate = n.predicate(l.Predicate)
	}
	for i, arg := range l.Args {
		if arg[0] == '?' {
			p.terms[i] = s.variable(arg)
		} else {
			p.terms[i] = ^term(n.world.object(arg))
		}
	}
	return p
}

// isType says whether a name in a condition is that of a type: no predicate
// has it.
func (n *normalised) isType(name string) bool {
	for _, p := range n.domain.Predicates {
		if p.Name == name {
			return false
		}
	}
	_, known := n.world.parents[name]
	return known
}

// branches turns a condition into conjunctions, one of which must hold.
func (n *normalised) branches(c pddl.Condition, s *scope) ([]conjunction, error) {
	switch c.Kind {
	case pddl.LiteralKind:
		return []conjunction{{patterns: []pattern{n.literal(c.Literal, s)}}}, nil
	case pddl.Exists:
		inner, err := n.branches(c.Parts[0], s.within(c.Parameters))
		for i := range inner {
			inner[i].types = slices.Concat(typesOf(c.Parameters), inner[i].types)
		}
		return inner, err
	case pddl.Forall:
		return n.forall(c, s)
	case pddl.Disjunction:
		return n.disjunction(c, s)
	}
	return n.conjunction(c, s)
}

func typesOf(parameters []pddl.Parameter) [][]string {
	types := make([][]string, len(parameters))
	for i, p := range parameters {
		types[i] = p.Types
	}
	return types
}

func (n *normalised) disjunction(c pddl.Condition, s *scope) ([]conjunction, error) {
	var all []conjunction
	for _, part := range c.Parts {
		branches, err := n.branches(part, s)
		if err != nil {
			return nil, err
		}
		if all = append(all, branches...); len(all) > maxBranches {
			return nil, fmt.Errorf("the condition has more than %d branches: %w", maxBranches, ErrTooLarge)
		}
	}
	return all, nil
}

// conjunction joins every branch of a part with every branch of the others.
func (n *normalised) conjunction(c pddl.Condition, s *scope) ([]conjunction, error) {
	all := []conjunction{{}}
	for _, part := range c.Parts {
		branches, err := n.branches(part, s)
		if err != nil {
			return nil, err
		}
		if len(all)*len(branches) > maxBranches {
			return nil, fmt.Errorf("the condition has more than %d branches: %w", maxBranches, ErrTooLarge)
		}
		joined := make([]conjunction, 0, len(all)*len(branches))
		for _, left := range all {
			for _, right := range branches {
				joined = append(joined, left.and(right, len(s.names)))
			}
		}
		all = joined
	}
	return all, nil
}

// and joins two conjunctions in a scope of so many variables.
func (c conjunction) and(d conjunction, outer int) conjunction {
	return conjunction{
		types:    slices.Concat(c.types, d.types),
		patterns: append(slices.Clip(c.patterns), shifted(d.patterns, outer, len(c.types))...),
	}
}

// shifted makes room for further variables from one number on.
func shifted(patterns []pattern, from, by int) []pattern {
	if by == 0 {
		return patterns
	}
	moved := make([]pattern, len(patterns))
	for i, p := range patterns {
		moved[i] = pattern{predicate: p.predicate, negated: p.negated, terms: slices.Clone(p.terms)}
		for k, t := range p.terms {
			if int(t) >= from {
				moved[i].terms[k] = t + term(by)
			}
		}
	}
	return moved
}
