package pddl

import "github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"

// effects reads an effect into a flat list. around is what surrounds it: the
// parameters of its foralls and the conditions of its whens.
func (v *vocabulary) effects(t tree, bound scope, around Effect, into []Effect) ([]Effect, error) {
	if !t.isList() {
		return nil, syntax.Errorf(t.line, "“%s” where an effect is expected", t.word)
	}
	switch t.head() {
	case "and":
		var err error
		for _, item := range t.items[1:] {
			if into, err = v.effects(item, bound, around, into); err != nil {
				return nil, err
			}
		}
		return into, nil
	case "forall":
		return v.forallEffect(t, bound, around, into)
	case "when":
		return v.whenEffect(t, bound, around, into)
	case "increase":
		return into, v.cost(t)
	case "":
		if len(t.items) == 0 {
			return into, nil
		}
	}
	return v.simpleEffect(t, bound, around, into)
}

func (v *vocabulary) forallEffect(t tree, bound scope, around Effect, into []Effect) ([]Effect, error) {
	if err := expect(t, 3, "(forall (PARAMETERS) EFFECT)"); err != nil {
		return nil, err
	}
	params, err := parameters(t.items[1])
	if err != nil {
		return nil, err
	}
	around.Parameters = append(around.Parameters[:len(around.Parameters):len(around.Parameters)], params...)
	return v.effects(t.items[2], append(bound[:len(bound):len(bound)], params...), around, into)
}

func (v *vocabulary) whenEffect(t tree, bound scope, around Effect, into []Effect) ([]Effect, error) {
	if err := expect(t, 3, "(when CONDITION EFFECT)"); err != nil {
		return nil, err
	}
	condition, err := v.condition(t.items[1], bound, false)
	if err != nil {
		return nil, err
	}
	around.Condition = Condition{Kind: Conjunction, Parts: []Condition{around.Condition, condition}}
	return v.effects(t.items[2], bound, around, into)
}

func (v *vocabulary) simpleEffect(t tree, bound scope, around Effect, into []Effect) ([]Effect, error) {
	negated := t.head() == "not"
	if negated {
		if err := expect(t, 2, "(not ATOM)"); err != nil {
			return nil, err
		}
		t = t.items[1]
	}
	if _, declared := v.arity[t.head()]; !declared {
		return nil, syntax.Errorf(t.line, "the effect %s is not of a declared predicate, nor a construct that is supported", t.String())
	}
	literal, err := v.literal(t, bound)
	if err != nil {
		return nil, err
	}
	literal.Negated = negated
	around.Literal = literal
	return append(into, around), nil
}

// cost reads over an increase of the total cost.
func (v *vocabulary) cost(t tree) error {
	if len(t.items) != 3 || t.items[1].head() != "total-cost" {
		return syntax.Errorf(t.line, "%s: of numbers only (increase (total-cost) COST) is supported", t.String())
	}
	return nil
}
