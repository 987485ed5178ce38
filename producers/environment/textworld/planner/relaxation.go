package planner

import (
	"slices"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

// relaxation is the problem without its deletes: a fact and its absence are two
// things that may both become true, and both stay. It has only what can matter
// to the goal.
type relaxation struct {
	problem   *ground.Problem
	goal      []ground.Literal
	operators []operator
	actions   []int // those that bring about anything relevant, in order
	// relevant says of each literal whether the goal needs it, be it indirectly.
	relevant []bool
}

// operator makes its targets true at a cost once its conditions are true. An
// action is one operator, and a further one for each conditional effect; a rule
// is one that costs nothing.
type operator struct {
	action     int // -1: a rule
	cost       int32
	conditions []ground.Literal
	// when is the part of the conditions without which an applicable action
	// does not have the effect; of a rule all of them.
	when    []ground.Literal
	targets []ground.Literal
}

// relaxationBytes is about what the relaxation of a problem takes.
func relaxationBytes(p *ground.Problem) int64 {
	const perAction, perFact = 320, 64
	return int64(p.Actions())*perAction + int64(p.Facts())*perFact
}

func newRelaxation(p *ground.Problem, goal []ground.Literal) *relaxation {
	r := &relaxation{problem: p, goal: goal, operators: operatorsOf(p), relevant: make([]bool, 2*p.Facts())}
	r.findRelevant()
	r.operators = slices.DeleteFunc(r.operators, func(op operator) bool { return !r.useful(op) })
	for _, op := range r.operators {
		if op.action >= 0 && !slices.Contains(r.actions[max(0, len(r.actions)-1):], op.action) {
			r.actions = append(r.actions, op.action)
		}
	}
	return r
}

// operatorsOf returns the operators of all actions, in order, then the rules.
func operatorsOf(p *ground.Problem) []operator {
	var ops []operator
	for a := range p.Actions() {
		pre := p.Precondition(a)
		ops = append(ops, operator{action: a, cost: 1, conditions: pre, targets: p.Effects(a)})
		for _, c := range p.Conditional(a) {
			ops = append(ops, operator{
				action: a, cost: 1,
				conditions: slices.Concat(pre, c.Condition), when: c.Condition, targets: []ground.Literal{c.Effect},
			})
		}
	}
	for rule := range p.Rules() {
		ops = append(ops, operator{
			action: -1, conditions: rule.Body, when: rule.Body, targets: []ground.Literal{ground.Lit(rule.Head, false)},
		})
	}
	return ops
}

// useful says whether the operator brings about anything relevant.
func (r *relaxation) useful(op operator) bool {
	return slices.ContainsFunc(op.targets, func(l ground.Literal) bool { return r.relevant[l] })
}

// findRelevant goes backwards from the goal: what the goal demands is relevant,
// and so is what any operator demands that brings about something relevant. So,
// too, is the absence of what makes a conditional effect or a rule undo it.
func (r *relaxation) findRelevant() {
	achievers := make([][]int32, len(r.relevant))
	for i, op := range r.operators {
		for _, l := range op.targets {
			achievers[l] = append(achievers[l], int32(i))
		}
	}
	queue := slices.Clone(r.goal)
	for len(queue) > 0 {
		l := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if r.relevant[l] {
			continue
		}
		r.relevant[l] = true
		for _, i := range achievers[l] {
			queue = append(queue, r.operators[i].conditions...)
		}
		for _, i := range achievers[l^1] {
			for _, c := range r.operators[i].when {
				queue = append(queue, c^1)
			}
		}
	}
}

func (r *relaxation) derived(l ground.Literal) bool { return l.Fact() >= r.problem.Fluents() }

// mask has the bits of all facts that are relevant, be it their absence. States
// that agree on them are the same to the goal.
func (r *relaxation) mask() ground.State {
	mask := make(ground.State, len(r.problem.Initial()))
	for l, is := range r.relevant {
		if fact := l >> 1; is {
			mask[fact>>6] |= 1 << (fact & 63)
		}
	}
	return mask
}
