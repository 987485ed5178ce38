package ground

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/pddl"
	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

// model holds every atom that may become true when deletes and negations are
// ignored, in the order in which they were found.
type model struct {
	n      *normalised
	limits Limits
	work   int // what is left of it

	predicate []int32
	args      table[uint16]
	ids       map[string]int32
	relations []*relation // by predicate; nil: no condition mentions it
	key       []byte      // scratch

	rules []rule
	// given are the atoms of the problem, by number.
	given int32
}

// relation finds the atoms of a predicate by any of their arguments. Lists are
// in the order of the atoms' numbers.
type relation struct {
	all  []int32
	with []map[uint16][]int32 // by position and object
}

func newModel(n *normalised, limits Limits) *model {
	m := &model{n: n, limits: limits, work: limits.Work, ids: map[string]int32{}}
	m.addRules()
	m.relations = make([]*relation, len(n.predicates))
	for _, r := range m.rules {
		m.relate(r)
	}
	for _, o := range n.operators {
		for _, e := range o.effects {
			m.relate(e.own)
		}
	}
	return m
}

// relate prepares for finding the atoms of a rule's body.
func (m *model) relate(r rule) {
	for _, p := range r.body {
		if m.relations[p.predicate] == nil {
			m.relations[p.predicate] = &relation{with: make([]map[uint16][]int32, len(p.terms))}
		}
	}
}

// load enters what the problem says, and what the types and equality say.
func (m *model) load(problem *pddl.Problem, derived map[int]bool) error {
	for _, l := range problem.Init {
		args := make([]uint16, len(l.Args))
		for i, name := range l.Args {
			if args[i] = m.n.world.object(name); args[i] == nobody {
				return &syntax.Error{Line: l.Line, Message: fmt.Sprintf("(%s …) names “%s”, which is not a declared object", l.Predicate, name)}
			}
		}
		if err := m.addNamed(l.Predicate, args); err != nil {
			return err
		}
	}
	m.given = int32(len(m.predicate))
	for predicate, members := range m.n.members {
		for _, object := range members {
			if err := m.add(predicate, []uint16{object}); err != nil {
				return err
			}
		}
	}
	for object := range m.n.world.objects {
		if err := m.add(equality, []uint16{uint16(object), uint16(object)}); err != nil {
			return err
		}
	}
	return nil
}

// addNamed adds an atom of a predicate that conditions may not know.
func (m *model) addNamed(name string, args []uint16) error {
	predicate := m.n.predicate(name)
	for len(m.relations) < len(m.n.predicates) {
		m.relations = append(m.relations, nil)
	}
	return m.add(predicate, args)
}

// add adds an atom unless it is there.
func (m *model) add(predicate int, args []uint16) error {
	if m.find(predicate, args) >= 0 {
		return nil
	}
	id := int32(len(m.predicate))
	if int(id) >= m.limits.Facts {
		return fmt.Errorf("more than %d facts: %w", m.limits.Facts, ErrTooLarge)
	}
	m.ids[string(m.key)] = id
	m.predicate = append(m.predicate, int32(predicate))
	m.args.add(args)
	r := m.relations[predicate]
	if r == nil || len(r.with) != len(args) {
		return nil
	}
	r.all = append(r.all, id)
	for i, arg := range args {
		if r.with[i] == nil {
			r.with[i] = map[uint16][]int32{}
		}
		r.with[i][arg] = append(r.with[i][arg], id)
	}
	return nil
}

// find returns the number of an atom, or -1, and leaves its key in m.key.
func (m *model) find(predicate int, args []uint16) int32 {
	m.key = binary.LittleEndian.AppendUint32(m.key[:0], uint32(predicate))
	for _, arg := range args {
		m.key = binary.LittleEndian.AppendUint16(m.key, arg)
	}
	if id, ok := m.ids[string(m.key)]; ok {
		return id
	}
	return -1
}

// rule says that heads may become true for every match of the body.
type rule struct {
	body      []pattern // the positive literals, the types among them
	heads     []pattern
	variables int
}

// addRules makes rules of the operators, their conditional effects, and the
// axioms.
func (m *model) addRules() {
	for i := range m.n.operators {
		o := &m.n.operators[i]
		main := m.n.match(o.outer, o.pre)
		for _, e := range o.effects {
			switch {
			case e.effect.negated:
			case len(e.when.types) == 0 && len(e.when.patterns) == 0:
				main.heads = append(main.heads, e.effect)
			default:
				m.rules = append(m.rules, m.n.conditionalRule(o, e))
			}
		}
		m.rules = append(m.rules, main)
	}
	for _, a := range m.n.axioms {
		r := m.n.match(a.outer, a.body)
		r.heads = []pattern{a.head}
		m.rules = append(m.rules, r)
	}
}

// conditionalRule is for an effect that has variables or a condition: they come
// after those of the precondition.
func (n *normalised) conditionalRule(o *operator, e lifted) rule {
	outer, by := len(o.outer), len(o.pre.types)
	r := n.match(o.outer, o.pre.and(e.when, outer))
	r.heads = shifted([]pattern{e.effect}, outer, by)
	return r
}

// match makes a rule of a condition. Every variable occurs in its body: those
// that nothing else says much of by their type.
func (n *normalised) match(outer [][]string, c conjunction) rule {
	return n.matchWithin(0, append(slices.Clip(outer), c.types...), c.patterns)
}

// matchWithin makes a rule of a condition of which so many variables have values
// already; types are those of the others.
func (n *normalised) matchWithin(bound int, types [][]string, patterns []pattern) rule {
	r := rule{variables: bound + len(types)}
	said := map[term]bool{}
	for _, p := range patterns {
		if p.negated {
			continue
		}
		r.body = append(r.body, p)
		for _, t := range p.terms {
			said[t] = true
		}
	}
	for i, t := range types {
		if variable := term(bound + i); !said[variable] || !slices.Contains(t, pddl.Root) {
			r.body = append(r.body, pattern{predicate: n.typePredicate(t), terms: []term{variable}})
		}
	}
	return r
}
