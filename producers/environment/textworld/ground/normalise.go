package ground

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/pddl"
)

// term is a variable, by number, or ^object.
type term int32

// pattern is a literal with variables.
type pattern struct {
	predicate int
	terms     []term
	negated   bool
}

// conjunction is a condition without disjunctions and quantifiers: its own
// variables are existential.
type conjunction struct {
	types    [][]string // of its own variables, numbered after those around it
	patterns []pattern
}

// operator is an action, or what is left of it in one branch of a disjunction.
type operator struct {
	schema  int
	outer   [][]string // types of the parameters
	pre     conjunction
	effects []lifted
}

// lifted is an effect with variables: the parameters of its action, then its
// own.
type lifted struct {
	when   conjunction
	effect pattern
	own    rule // finds the values of its own variables, when the others have theirs
}

// axiom derives its head for all values of its variables.
type axiom struct {
	outer [][]string // types of the variables of the head
	head  pattern
	body  conjunction
}

// normalised is a domain and a problem with plain conditions.
type normalised struct {
	world      *world
	domain     *pddl.Domain
	predicates []string
	number     map[string]int
	members    map[int][]uint16 // of the predicates that stand for types
	operators  []operator
	axioms     []axiom
	goal       []pattern
	changing   map[int]bool // predicates that effects change
	derived    map[int]bool
}

// maxBranches is how many disjunctions a condition may fall into.
const maxBranches = 4096

// equality is the number of the predicate of equality.
const equality = 0

// normalise brings every condition into the form of conjunctions.
func normalise(w *world, domain *pddl.Domain, problem *pddl.Problem) (*normalised, error) {
	n := &normalised{
		world: w, domain: domain, number: map[string]int{}, members: map[int][]uint16{},
		changing: map[int]bool{}, derived: map[int]bool{},
	}
	n.predicate(pddl.Equality)
	for _, d := range domain.Derived {
		if err := n.addDerived(d); err != nil {
			return nil, err
		}
	}
	for i, a := range domain.Actions {
		if err := n.addAction(i, a); err != nil {
			return nil, err
		}
	}
	return n, n.setGoal(problem)
}

// predicate returns the number of a predicate.
func (n *normalised) predicate(name string) int {
	number, known := n.number[name]
	if !known {
		number = len(n.predicates)
		name = strings.Clone(name)
		n.number[name] = number
		n.predicates = append(n.predicates, name)
	}
	return number
}

// typePredicate returns the predicate that holds of the objects of any of the
// types.
func (n *normalised) typePredicate(types []string) int {
	number := n.predicate("@type " + strings.Join(types, "|"))
	if _, known := n.members[number]; !known {
		n.members[number] = n.world.members(types)
	}
	return number
}

func (n *normalised) addDerived(d pddl.Derived) error {
	s := newScope(d.Parameters)
	head := pattern{predicate: n.predicate(d.Name)}
	for i := range d.Parameters {
		head.terms = append(head.terms, term(i))
	}
	if err := n.addRules(head, s, d.Condition); err != nil {
		return fmt.Errorf("derived predicate %s in line %d: %w", d.Name, d.Line, err)
	}
	return nil
}

// addRules adds rules that derive the head when the condition holds.
func (n *normalised) addRules(head pattern, s *scope, c pddl.Condition) error {
	n.derived[head.predicate] = true
	branches, err := n.branches(c, s)
	for _, b := range n.pruned(branches, len(s.types)) {
		n.axioms = append(n.axioms, axiom{outer: s.types, head: head, body: b})
	}
	return err
}

func (n *normalised) addAction(schema int, a pddl.Action) error {
	s := newScope(a.Parameters)
	branches, err := n.branches(a.Precondition, s)
	if err != nil {
		return fmt.Errorf("action %s in line %d: %w", a.Name, a.Line, err)
	}
	var effects []lifted
	for _, e := range a.Effects {
		if effects, err = n.addEffect(effects, s, e); err != nil {
			return fmt.Errorf("action %s in line %d: %w", a.Name, a.Line, err)
		}
	}
	for _, b := range n.pruned(branches, len(s.types)) {
		n.operators = append(n.operators, operator{schema: schema, outer: s.types, pre: b, effects: effects})
	}
	return nil
}

// addEffect adds an effect, once for each branch of its condition.
func (n *normalised) addEffect(effects []lifted, s *scope, e pddl.Effect) ([]lifted, error) {
	inner := s.within(e.Parameters)
	branches, err := n.branches(e.Condition, inner)
	if err != nil {
		return nil, err
	}
	own := inner.types[len(s.types):]
	effect := n.literal(e.Literal, inner)
	n.changing[effect.predicate] = true
	for _, b := range n.pruned(branches, len(inner.types)) {
		b.types = slices.Concat(own, b.types)
		own := n.matchWithin(len(s.types), b.types, b.patterns)
		effects = append(effects, lifted{when: b, effect: effect, own: own})
	}
	return effects, nil
}

// setGoal keeps the literals of the goal and derives every other part of it.
func (n *normalised) setGoal(problem *pddl.Problem) error {
	parts := []pddl.Condition{problem.Goal}
	for i := 0; i < len(parts); i++ {
		c := parts[i]
		switch c.Kind {
		case pddl.Conjunction:
			parts = append(parts, c.Parts...)
		case pddl.LiteralKind:
			n.goal = append(n.goal, n.literal(c.Literal, newScope(nil)))
		default:
			head := pattern{predicate: n.predicate(fmt.Sprintf("@goal %d", i))}
			if err := n.addRules(head, newScope(nil), c); err != nil {
				return fmt.Errorf("goal in line %d of the problem: %w", problem.GoalLine, err)
			}
			n.goal = append(n.goal, head)
		}
	}
	return nil
}
