package pddl

import (
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

// vocabulary is what conditions may speak of.
type vocabulary struct {
	arity map[string]int // of the predicates
	types map[string]bool
}

// scope is the variables that are bound where a condition stands.
type scope []Parameter

func (s scope) binds(variable string) bool {
	for _, p := range s {
		if p.Name == variable {
			return true
		}
	}
	return false
}

// condition reads a condition; negated says that its negation is meant.
func (v *vocabulary) condition(t tree, bound scope, negated bool) (Condition, error) {
	if !t.isList() {
		return Condition{}, syntax.Errorf(t.line, "“%s” where a condition is expected", t.word)
	}
	if len(t.items) == 0 { // () is true
		return Condition{Kind: junction(Conjunction, negated)}, nil
	}
	switch head := t.head(); head {
	case "and":
		return v.junction(t, junction(Conjunction, negated), bound, negated)
	case "or":
		return v.junction(t, junction(Disjunction, negated), bound, negated)
	case "not":
		if err := expect(t, 2, "(not CONDITION)"); err != nil {
			return Condition{}, err
		}
		return v.condition(t.items[1], bound, !negated)
	case "imply":
		return v.imply(t, bound, negated)
	case "exists", "forall":
		return v.quantified(t, bound, negated)
	default:
		literal, err := v.literal(t, bound)
		literal.Negated = negated
		return Condition{Kind: LiteralKind, Literal: literal}, err
	}
}

// junction returns the kind that a negation makes of one.
func junction(kind Kind, negated bool) Kind {
	if !negated {
		return kind
	}
	return map[Kind]Kind{Conjunction: Disjunction, Disjunction: Conjunction, Exists: Forall, Forall: Exists}[kind]
}

func (v *vocabulary) junction(t tree, kind Kind, bound scope, negated bool) (Condition, error) {
	c := Condition{Kind: kind, Parts: make([]Condition, 0, len(t.items)-1)}
	for _, item := range t.items[1:] {
		part, err := v.condition(item, bound, negated)
		if err != nil {
			return Condition{}, err
		}
		c.Parts = append(c.Parts, part)
	}
	return c, nil
}

// imply reads (imply A B), which is (or (not A) B).
func (v *vocabulary) imply(t tree, bound scope, negated bool) (Condition, error) {
	if err := expect(t, 3, "(imply CONDITION CONDITION)"); err != nil {
		return Condition{}, err
	}
	premise, err := v.condition(t.items[1], bound, !negated)
	if err != nil {
		return Condition{}, err
	}
	consequence, err := v.condition(t.items[2], bound, negated)
	return Condition{Kind: junction(Disjunction, negated), Parts: []Condition{premise, consequence}}, err
}

func (v *vocabulary) quantified(t tree, bound scope, negated bool) (Condition, error) {
	if err := expect(t, 3, "("+t.head()+" (PARAMETERS) CONDITION)"); err != nil {
		return Condition{}, err
	}
	params, err := parameters(t.items[1])
	if err != nil {
		return Condition{}, err
	}
	kind := Exists
	if t.head() == "forall" {
		kind = Forall
	}
	body, err := v.condition(t.items[2], append(bound[:len(bound):len(bound)], params...), negated)
	return Condition{Kind: junction(kind, negated), Parameters: params, Parts: []Condition{body}}, err
}

// literal reads an atom of a declared predicate, of equality, or of a type.
func (v *vocabulary) literal(t tree, bound scope) (Literal, error) {
	name := t.head()
	if name == "" {
		return Literal{}, syntax.Errorf(t.line, "%s where a predicate is expected", t.String())
	}
	arity, known := v.arity[name]
	switch {
	case known:
	case name == Equality:
		arity = 2
	case v.types[name]:
		arity = 1
	default:
		return Literal{}, syntax.Errorf(t.line, "%s: “%s” is neither a declared predicate nor a construct that is supported", t.String(), name)
	}
	args, err := t.words(1)
	if err != nil {
		return Literal{}, err
	}
	if len(args) != arity {
		return Literal{}, syntax.Errorf(t.line, "%s: “%s” takes %d arguments, not %d", t.String(), name, arity, len(args))
	}
	for i, arg := range args {
		if isVariable(arg) && !bound.binds(arg) {
			return Literal{}, syntax.Errorf(t.line, "%s: nothing binds the variable %s", t.String(), arg)
		}
		args[i] = strings.Clone(arg)
	}
	return Literal{Predicate: strings.Clone(name), Args: args, Line: t.line}, nil
}

// expect checks how many items a construct has, its name among them.
func expect(t tree, items int, form string) error {
	if len(t.items) != items {
		return syntax.Errorf(t.line, "%s must be %s", t.String(), form)
	}
	return nil
}
