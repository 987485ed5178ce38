package ground

import (
	"cmp"
	"slices"
	"strings"
)

// assemble puts what was found into its final order.
func (g *grounder) assemble() (*Problem, error) {
	p := g.p
	for _, a := range g.n.domain.Actions {
		s := Schema{Name: a.Name}
		for _, param := range a.Parameters {
			s.Parameters = append(s.Parameters, Parameter{Name: param.Name[1:], Type: param.Types[0]})
		}
		p.schemas = append(p.schemas, s)
	}
	g.addActions()
	if err := p.layer(); err != nil {
		return nil, err
	}
	g.setGoal()
	g.setInitial()
	p.index()
	return p, nil
}

// addActions adds the actions in the order of their schemas, their arguments,
// and what they demand; the same one is added once.
func (g *grounder) addActions() {
	p := g.p
	slices.SortStableFunc(g.actions, func(a, b instance) int {
		return cmp.Or(
			cmp.Compare(a.schema, b.schema),
			slices.Compare(g.args.row(int(a.row)), g.args.row(int(b.row))),
			slices.Compare(g.pre.row(int(a.row)), g.pre.row(int(b.row))),
		)
	})
	g.actions = slices.CompactFunc(g.actions, g.same)
	p.conditional = map[int32][]ConditionalEffect{}
	p.actions, p.argsAt = []int32{0}, []int32{0}
	var args table[uint16]
	for _, a := range g.actions {
		p.openSchema(int(a.schema), len(args.all))
		row := int(a.row)
		if when := g.whens[a.row]; when != nil {
			p.conditional[int32(p.pre.len())] = when
		}
		args.add(g.args.row(row))
		p.pre.add(g.pre.row(row))
		p.effects.add(g.effects.row(row))
	}
	p.openSchema(len(p.schemas), len(args.all))
	p.args = slices.Clip(args.all)
	p.pre.clip()
	p.effects.clip()
}

// openSchema says where the actions of the schemas up to one begin.
func (p *Problem) openSchema(schema, args int) {
	for len(p.actions) <= schema {
		p.actions = append(p.actions, int32(p.pre.len()))
		p.argsAt = append(p.argsAt, int32(args))
	}
}

// same says whether two actions are the same in all that they demand and do.
func (g *grounder) same(a, b instance) bool {
	i, j := int(a.row), int(b.row)
	return a.schema == b.schema && slices.Equal(g.args.row(i), g.args.row(j)) &&
		slices.Equal(g.pre.row(i), g.pre.row(j)) && slices.Equal(g.effects.row(i), g.effects.row(j)) &&
		len(g.whens[a.row]) == len(g.whens[b.row])
}

// setGoal grounds the goal; it stays nil where it can never hold.
func (g *grounder) setGoal() {
	if goal, possible := g.conjunction([]Literal{}, g.n.goal, nil); possible {
		g.p.goal = goal
	}
}

// setInitial sets the state at the beginning, and what is true then.
func (g *grounder) setInitial() {
	p := g.p
	p.initial = make(State, (p.Facts()+63)/64)
	for id := range g.m.given {
		if fact := g.numbers[id]; fact >= 0 {
			p.initial.set(int(fact), true)
		}
		p.startsTrue.add(Atom{Predicate: g.n.predicates[g.m.predicate[id]], Args: g.m.args.row(int(id))})
	}
	for i := range p.parts {
		p.derive(p.initial, &p.parts[i])
	}
	for fact := p.fluents; fact < p.Facts(); fact++ {
		if a := p.Fact(fact); p.initial.Holds(fact) && !strings.HasPrefix(a.Predicate, "@") {
			p.startsTrue.add(a)
		}
	}
}

// index notes what mentions each fact, and what is applicable at the beginning.
func (p *Problem) index() {
	watchers := make([][]int32, p.Facts())
	p.startsWith = newBitset(p.Actions())
	for a := range p.Actions() {
		for _, l := range p.pre.row(a) {
			watchers[l.Fact()] = append(watchers[l.Fact()], int32(a))
		}
		if p.initial.All(p.pre.row(a)) {
			p.startsWith.flip(a)
		}
	}
	feeds := make([][]int32, p.Facts())
	for i, c := range p.parts {
		for _, r := range p.rules[c.from:c.upTo] {
			for _, l := range r.Body {
				if row := &feeds[l.Fact()]; len(*row) == 0 || (*row)[len(*row)-1] != int32(i) {
					*row = append(*row, int32(i))
				}
			}
		}
	}
	for fact := range p.Facts() {
		p.watchers.add(watchers[fact])
		p.feeds.add(feeds[fact])
	}
	p.watchers.clip()
	p.feeds.clip()
}
