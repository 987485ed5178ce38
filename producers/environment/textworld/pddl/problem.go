package pddl

import (
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

// ParseProblem reads a problem of a domain. Its errors are *syntax.Error.
func ParseProblem(text string, domain *Domain) (*Problem, error) {
	root, err := parseTree(text)
	if err != nil {
		return nil, err
	}
	p := &Problem{}
	if p.Name, err = define(root, "problem"); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, s := range root.items[2:] {
		head := s.head()
		if seen[head] {
			return nil, syntax.Errorf(s.line, "a second %s section", head)
		}
		seen[head] = true
		if err := p.section(s, domain); err != nil {
			return nil, err
		}
	}
	for _, needed := range []string{":domain", ":init", ":goal"} {
		if !seen[needed] {
			return nil, syntax.Errorf(root.line, "the problem has no %s section", needed)
		}
	}
	return p, nil
}

func (p *Problem) section(s tree, domain *Domain) error {
	switch s.head() {
	case ":domain":
		return p.setDomain(s, domain)
	case ":objects":
		items, err := typedList(s, 1, false)
		p.Objects = objects(items)
		return err
	case ":init":
		return p.setInit(s, domain)
	case ":goal":
		if err := expect(s, 2, "(:goal CONDITION)"); err != nil {
			return err
		}
		var err error
		p.GoalLine = s.line
		p.Goal, err = domain.vocabulary().condition(s.items[1], nil, false)
		return err
	case ":requirements", ":metric":
		return nil
	}
	return syntax.Errorf(s.line, "%s is not a section that is supported", s.String())
}

func (p *Problem) setDomain(s tree, domain *Domain) error {
	if err := expect(s, 2, "(:domain NAME)"); err != nil {
		return err
	}
	if s.items[1].word != domain.Name {
		return syntax.Errorf(s.line, "the problem is of domain %s, the domain is “%s”", s.items[1].String(), domain.Name)
	}
	p.Domain = domain.Name
	return nil
}

// setInit reads what holds at the beginning. What is not said does not hold, so
// negative literals say nothing.
func (p *Problem) setInit(s tree, domain *Domain) error {
	derived := map[string]bool{}
	for _, d := range domain.Derived {
		derived[d.Name] = true
	}
	for _, item := range s.items[1:] {
		switch head := item.head(); {
		case head == "":
			return syntax.Errorf(item.line, "%s where a fact is expected", item.String())
		case head == Equality:
			if err := p.assign(item); err != nil {
				return err
			}
		case head == "not":
			if err := expect(item, 2, "(not ATOM)"); err != nil {
				return err
			}
		case derived[head]:
			return syntax.Errorf(item.line, "%s: a derived predicate cannot be given", item.String())
		default:
			args, err := item.words(1)
			if err != nil {
				return err
			}
			p.Init = append(p.Init, Literal{Predicate: head, Args: args, Line: item.line})
		}
	}
	return nil
}

// assign reads (= (FUNCTION OBJECTS) NUMBER).
func (p *Problem) assign(t tree) error {
	if len(t.items) == 3 && t.items[1].isList() {
		args, err := t.items[1].words(min(1, len(t.items[1].items)))
		if err != nil {
			return err
		}
		if _, err := strconv.ParseFloat(t.items[2].word, 64); err == nil {
			for _, arg := range args {
				p.Assigned = append(p.Assigned, strings.Clone(arg))
			}
			return nil
		}
	}
	return syntax.Errorf(t.line, "%s must be (= (FUNCTION OBJECTS) NUMBER)", t.String())
}
