package ground

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// grounder makes a problem of a complete model.
type grounder struct {
	n       *normalised
	m       *model
	p       *Problem
	numbers []int32 // the fact of each atom of the model, or -1

	actions []instance
	args    table[uint16]
	pre     table[Literal]
	effects table[Literal]
	whens   map[int32][]ConditionalEffect
}

// instance is an action as it was found: row i of the tables.
type instance struct{ schema, row int32 }

// verdict is what is known of a ground literal.
type verdict int

const (
	depends verdict = iota // on the state
	holds
	fails
)

func newGrounder(n *normalised, m *model) *grounder {
	g := &grounder{n: n, m: m, p: &Problem{objects: n.world.objects}, whens: map[int32][]ConditionalEffect{}}
	g.numberFacts()
	return g
}

// numberFacts numbers the facts: what effects change, then what is derived, each in
// the order of predicates and arguments.
func (g *grounder) numberFacts() {
	var facts []int32
	g.numbers = slices.Repeat([]int32{-1}, len(g.m.predicate))
	for id, predicate := range g.m.predicate {
		if g.n.grows(int(predicate)) {
			facts = append(facts, int32(id))
		}
	}
	slices.SortFunc(facts, func(a, b int32) int {
		p, q := int(g.m.predicate[a]), int(g.m.predicate[b])
		return cmp.Or(
			compareBool(g.n.derived[p], g.n.derived[q]),
			strings.Compare(g.n.predicates[p], g.n.predicates[q]),
			slices.Compare(g.m.args.row(int(a)), g.m.args.row(int(b))),
		)
	})
	for fact, id := range facts {
		predicate := int(g.m.predicate[id])
		g.numbers[id] = int32(fact)
		g.p.atoms.add(Atom{Predicate: g.n.predicates[predicate], Args: g.m.args.row(int(id))})
		if !g.n.derived[predicate] {
			g.p.fluents++
		}
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// literal grounds a pattern.
func (g *grounder) literal(p pattern, binding []int32) (Literal, verdict) {
	var scratch [16]uint16
	id := g.m.find(p.predicate, bind(scratch[:0], p, binding))
	switch {
	case id >= 0 && g.numbers[id] >= 0:
		return Lit(int(g.numbers[id]), p.negated), depends
	case (id >= 0) != p.negated:
		return 0, holds
	}
	return 0, fails
}

// conjunction appends what must hold of the state to dst, sorted and without
// repetition; possible is false where it can never hold.
func (g *grounder) conjunction(dst []Literal, patterns []pattern, binding []int32) (literals []Literal, possible bool) {
	from := len(dst)
	for _, p := range patterns {
		switch l, verdict := g.literal(p, binding); verdict {
		case fails:
			return dst[:from], false
		case depends:
			dst = append(dst, l)
		}
	}
	slices.Sort(dst[from:])
	dst = dst[:from+len(slices.Compact(dst[from:]))]
	for i := from + 1; i < len(dst); i++ {
		if dst[i] == dst[i-1]^1 {
			return dst[:from], false
		}
	}
	return dst, true
}

// instantiate grounds the operators and the axioms.
func (g *grounder) instantiate(ctx context.Context) error {
	for i := range g.n.operators {
		o := &g.n.operators[i]
		r := g.n.match(o.outer, o.pre)
		if err := g.m.matches(ctx, &r, func(binding []int32) error { return g.action(ctx, o, binding) }); err != nil {
			return fmt.Errorf("action %s: %w", g.n.domain.Actions[o.schema].Name, err)
		}
	}
	for i := range g.n.axioms {
		a := &g.n.axioms[i]
		r := g.n.match(a.outer, a.body)
		if err := g.m.matches(ctx, &r, func(binding []int32) error { return g.rule(a, binding) }); err != nil {
			return fmt.Errorf("derived predicate %s: %w", g.n.predicates[a.head.predicate], err)
		}
	}
	return nil
}

// action grounds an operator; one that can change nothing is no action.
func (g *grounder) action(ctx context.Context, o *operator, binding []int32) error {
	pre, possible := g.conjunction(nil, o.pre.patterns, binding)
	if !possible {
		return nil
	}
	e, err := g.effectsOf(ctx, o, binding[:len(o.outer)])
	if err != nil {
		return err
	}
	e.simplify(pre)
	if len(e.plain) == 0 && len(e.when) == 0 {
		return nil
	}
	row := int32(len(g.actions))
	if int(row) >= g.m.limits.Actions {
		return fmt.Errorf("more than %d ground actions: %w", g.m.limits.Actions, ErrTooLarge)
	}
	g.actions = append(g.actions, instance{schema: int32(o.schema), row: row})
	var scratch [16]uint16
	args := scratch[:0]
	for _, object := range binding[:len(o.outer)] {
		args = append(args, uint16(object))
	}
	g.args.add(args)
	g.pre.add(pre)
	g.effects.add(e.plain)
	if len(e.when) > 0 {
		g.whens[row] = e.when
	}
	return nil
}

// rule grounds an axiom.
func (g *grounder) rule(a *axiom, binding []int32) error {
	body, possible := g.conjunction(nil, a.body.patterns, binding)
	if !possible {
		return nil
	}
	head, _ := g.literal(a.head, binding)
	if len(g.p.rules) >= g.m.limits.Actions {
		return fmt.Errorf("more than %d ground rules: %w", g.m.limits.Actions, ErrTooLarge)
	}
	g.p.rules = append(g.p.rules, Rule{Head: head.Fact(), Body: slices.Clip(body)})
	return nil
}
