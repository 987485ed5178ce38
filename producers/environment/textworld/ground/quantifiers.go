package ground

import (
	"fmt"
	"slices"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/pddl"
)

// forall derives that there is an exception, and demands that there is none.
func (n *normalised) forall(c pddl.Condition, s *scope) ([]conjunction, error) {
	free := &scope{}
	demand := pattern{predicate: n.predicate(fmt.Sprintf("@exception %d", len(n.derived))), negated: true}
	head := pattern{predicate: demand.predicate}
	for i, name := range s.names {
		if int(s.variable(name)) == i && mentions(c, name) {
			head.terms = append(head.terms, term(len(free.names)))
			demand.terms = append(demand.terms, term(i))
			free.names, free.types = append(free.names, name), append(free.types, s.types[i])
		}
	}
	exception := pddl.Condition{Kind: pddl.Exists, Parameters: c.Parameters, Parts: []pddl.Condition{negation(c.Parts[0])}}
	if err := n.addRules(head, free, exception); err != nil {
		return nil, err
	}
	return []conjunction{{patterns: []pattern{demand}}}, nil
}

// mentions says whether a variable is free in a condition.
func mentions(c pddl.Condition, variable string) bool {
	if c.Kind == pddl.LiteralKind {
		return slices.Contains(c.Literal.Args, variable)
	}
	for _, p := range c.Parameters {
		if p.Name == variable {
			return false
		}
	}
	return slices.ContainsFunc(c.Parts, func(part pddl.Condition) bool { return mentions(part, variable) })
}

// pruned drops the existential variables that nothing is said of, and the
// branches where one of them has no object to stand for.
func (n *normalised) pruned(branches []conjunction, outer int) []conjunction {
	var kept []conjunction
	for _, b := range branches {
		if b, possible := n.prune(b, outer); possible {
			kept = append(kept, b)
		}
	}
	return kept
}

func (n *normalised) prune(b conjunction, outer int) (pruned conjunction, possible bool) {
	renumbered := make([]term, len(b.types))
	for i, types := range b.types {
		used := slices.ContainsFunc(b.patterns, func(p pattern) bool { return slices.Contains(p.terms, term(outer+i)) })
		if used {
			renumbered[i] = term(outer + len(pruned.types))
			pruned.types = append(pruned.types, types)
		} else if len(n.world.members(types)) == 0 {
			return conjunction{}, false
		}
	}
	for _, p := range b.patterns {
		p.terms = slices.Clone(p.terms)
		for i, t := range p.terms {
			if int(t) >= outer {
				p.terms[i] = renumbered[int(t)-outer]
			}
		}
		pruned.patterns = append(pruned.patterns, p)
	}
	return pruned, true
}

// negation negates a condition in negation normal form.
func negation(c pddl.Condition) pddl.Condition {
	switch c.Kind {
	case pddl.LiteralKind:
		c.Literal.Negated = !c.Literal.Negated
		return c
	case pddl.Conjunction:
		c.Kind = pddl.Disjunction
	case pddl.Disjunction:
		c.Kind = pddl.Conjunction
	case pddl.Exists:
		c.Kind = pddl.Forall
	case pddl.Forall:
		c.Kind = pddl.Exists
	}
	parts := make([]pddl.Condition, len(c.Parts))
	for i, part := range c.Parts {
		parts[i] = negation(part)
	}
	c.Parts = parts
	return c
}
