package ground

import (
	"context"
	"slices"
)

// grounded is the effects of a ground action.
type grounded struct {
	plain []Literal
	when  []ConditionalEffect // with a condition; while reading, all of them
}

// effectsOf grounds the effects of an operator for its parameters.
func (g *grounder) effectsOf(ctx context.Context, o *operator, params []int32) (grounded, error) {
	var e grounded
	for i := range o.effects {
		effect := &o.effects[i]
		if len(effect.when.types) == 0 {
			g.effect(&e, effect, params)
			continue
		}
		err := g.m.matchesFrom(ctx, &effect.own, params, func(binding []int32) error {
			g.effect(&e, effect, binding)
			return nil
		})
		if err != nil {
			return e, err
		}
	}
	return e, nil
}

// effect adds a ground effect unless it can never happen or changes nothing
// that can change.
func (g *grounder) effect(e *grounded, effect *lifted, binding []int32) {
	condition, possible := g.conjunction(nil, effect.when.patterns, binding)
	if !possible {
		return
	}
	if l, verdict := g.literal(effect.effect, binding); verdict == depends {
		e.when = append(e.when, ConditionalEffect{Condition: condition, Effect: l})
	}
}

// simplify drops effects that can never happen, or that say what the
// precondition says already, and sorts the others by whether they have a
// condition that the precondition does not settle.
func (e *grounded) simplify(pre []Literal) {
	all := e.when
	e.when = nil
	for _, effect := range all {
		if contains(pre, effect.Effect) || effect.Effect.Negated() && overruled(all, effect) {
			continue
		}
		condition, possible := settled(effect.Condition, pre)
		switch {
		case !possible:
		case len(condition) == 0:
			e.plain = append(e.plain, effect.Effect)
		default:
			e.when = append(e.when, ConditionalEffect{Condition: condition, Effect: effect.Effect})
		}
	}
	slices.Sort(e.plain)
	e.plain = slices.Clip(slices.Compact(e.plain))
	e.when = slices.CompactFunc(e.when, func(a, b ConditionalEffect) bool {
		return a.Effect == b.Effect && slices.Equal(a.Condition, b.Condition)
	})
}

// settled returns what a precondition leaves open of a condition.
func settled(condition, pre []Literal) (open []Literal, possible bool) {
	for _, l := range condition {
		if contains(pre, l^1) {
			return nil, false
		}
		if !contains(pre, l) {
			open = append(open, l)
		}
	}
	return open, true
}

// overruled says whether, whenever a delete happens to a fact that holds, an
// add of the same fact happens too.
func overruled(all []ConditionalEffect, deletes ConditionalEffect) bool {
	fact := Lit(deletes.Effect.Fact(), false)
	if contains(deletes.Condition, fact^1) {
		return true
	}
	var adds [][]Literal
	for _, e := range all {
		if e.Effect == fact {
			adds = append(adds, e.Condition)
		}
	}
	return !avoidable(adds, append(slices.Clone(deletes.Condition), fact))
}

// avoidable says whether all the conjunctions can fail while known holds.
func avoidable(conjunctions [][]Literal, known []Literal) bool {
	if len(conjunctions) == 0 {
		return true
	}
	for _, l := range conjunctions[0] {
		if !slices.Contains(known, l) && avoidable(conjunctions[1:], append(slices.Clip(known), l^1)) {
			return true
		}
	}
	return false
}

func contains(conjunction []Literal, l Literal) bool { return slices.Contains(conjunction, l) }
