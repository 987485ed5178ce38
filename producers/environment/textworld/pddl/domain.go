package pddl

import (
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

// ParseDomain reads a domain. Its errors are *syntax.Error.
func ParseDomain(text string) (*Domain, error) {
	root, err := parseTree(text)
	if err != nil {
		return nil, err
	}
	d := &Domain{}
	if d.Name, err = define(root, "domain"); err != nil {
		return nil, err
	}
	sections := root.items[2:]
	if err := d.declare(sections); err != nil {
		return nil, err
	}
	v := d.vocabulary()
	for _, s := range sections {
		switch s.head() {
		case ":action":
			err = d.addAction(v, s)
		case ":derived":
			err = d.addDerived(v, s)
		}
		if err != nil {
			return nil, err
		}
	}
	return d, d.check()
}

// define reads the (KIND NAME) that a text begins with.
func define(root tree, kind string) (string, error) {
	if root.head() != "define" || len(root.items) < 2 {
		return "", syntax.Errorf(root.line, "%s must begin with (define (%s NAME)", root.String(), kind)
	}
	title := root.items[1]
	if title.head() != kind || len(title.items) != 2 || title.items[1].isList() {
		return "", syntax.Errorf(title.line, "%s must be (%s NAME)", title.String(), kind)
	}
	return strings.Clone(title.items[1].word), nil
}

// declare reads the sections that others refer to.
func (d *Domain) declare(sections []tree) error {
	seen := map[string]bool{}
	for _, s := range sections {
		head := s.head()
		if seen[head] && head != ":action" && head != ":derived" {
			return syntax.Errorf(s.line, "a second %s section", head)
		}
		seen[head] = true
		var err error
		switch head {
		case ":types":
			err = d.addTypes(s)
		case ":constants":
			var items []typed
			items, err = typedList(s, 1, false)
			d.Constants = objects(items)
		case ":predicates":
			err = d.addPredicates(s)
		case ":requirements", ":functions", ":action", ":derived":
		default:
			err = syntax.Errorf(s.line, "%s is not a section that is supported", s.String())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *Domain) addTypes(s tree) error {
	items, err := typedList(s, 1, false)
	declared := map[string]bool{Root: true}
	for _, t := range items {
		d.Types = append(d.Types, Type{Name: t.name, Parents: t.types})
		declared[t.name] = true
	}
	for _, t := range items {
		for _, parent := range t.types {
			if !declared[parent] { // to be a parent declares it
				d.Types = append(d.Types, Type{Name: parent, Parents: []string{Root}})
				declared[parent] = true
			}
		}
	}
	return err
}

func (d *Domain) addPredicates(s tree) error {
	for _, item := range s.items[1:] {
		if item.head() == "" {
			return syntax.Errorf(item.line, "%s must be (PREDICATE PARAMETERS)", item.String())
		}
		params, err := typedList(item, 1, true)
		if err != nil {
			return err
		}
		d.Predicates = append(d.Predicates, Predicate{Name: item.head(), Arity: len(params)})
	}
	return nil
}

func (d *Domain) vocabulary() *vocabulary {
	v := &vocabulary{arity: map[string]int{}, types: map[string]bool{Root: true}}
	for _, t := range d.Types {
		v.types[t.Name] = true
	}
	for _, p := range d.Predicates {
		v.arity[p.Name] = p.Arity
	}
	return v
}

// addDerived reads (:derived (PREDICATE PARAMETERS) CONDITION).
func (d *Domain) addDerived(v *vocabulary, s tree) error {
	if err := expect(s, 3, "(:derived (PREDICATE PARAMETERS) CONDITION)"); err != nil {
		return err
	}
	head := s.items[1]
	params, err := typedList(head, min(1, len(head.items)), true)
	if err != nil {
		return err
	}
	if arity, ok := v.arity[head.head()]; !ok || arity != len(params) {
		return syntax.Errorf(head.line, "%s is not a declared predicate with %d parameters", head.String(), len(params))
	}
	derived := Derived{Name: head.head(), Line: s.line}
	for _, p := range params {
		derived.Parameters = append(derived.Parameters, Parameter{Name: p.name, Types: p.types})
	}
	derived.Condition, err = v.condition(s.items[2], derived.Parameters, false)
	d.Derived = append(d.Derived, derived)
	return err
}

// check refuses effects on derived predicates, and two actions of one name.
func (d *Domain) check() error {
	derived := map[string]bool{}
	for _, r := range d.Derived {
		derived[r.Name] = true
	}
	names := map[string]bool{}
	for _, a := range d.Actions {
		if names[a.Name] {
			return syntax.Errorf(a.Line, "a second action “%s”", a.Name)
		}
		names[a.Name] = true
		for _, e := range a.Effects {
			if derived[e.Literal.Predicate] {
				return syntax.Errorf(e.Literal.Line, "action %s changes “%s”, which is derived", a.Name, e.Literal.Predicate)
			}
		}
	}
	return nil
}
