package ground

import (
	"iter"
	"strings"
)

// Problem is a ground problem. It is immutable, and safe for concurrent use.
//
// Facts are numbered from 0. Those below Fluents are changed by the effects of
// actions; the others are derived: they follow from Rules and are never the
// target of an effect. What cannot change has no number; it was decided while
// grounding. Actions are numbered from 0 as well. Actions of one name are the
// ways in which one and the same action is possible (the branches of a
// disjunction in its precondition): their numbers are neighbours.
//
// A problem whose goal can never be reached, as far as grounding can tell, has
// the goal Never.
type Problem struct {
	objects []Object
	atoms   atoms // of the facts, by number
	fluents int

	schemas []Schema
	actions []int32 // actions of schema i are those from actions[i] up to actions[i+1]
	args    []uint16
	argsAt  []int32 // where the arguments of the first action of each schema begin

	pre         table[Literal]
	effects     table[Literal]
	conditional map[int32][]ConditionalEffect // of the few actions that have any

	rules   []Rule // in the order of their components
	parts   []component
	goal    []Literal
	initial State

	watchers   table[int32] // fact -> actions whose precondition mentions it
	feeds      table[int32] // fact -> components whose rules mention it
	startsWith bitset       // the actions that are applicable at the beginning
	startsTrue atoms        // as written in the problem, and what follows
}

// Object is an object of the problem. Objects are in byte order of their ids.
type Object struct {
	ID string
	// Type is the declared type; where several are declared, the first.
	Type string
}

// Schema is an action of the domain.
type Schema struct {
	Name string
	// Parameters are those that the domain gives it, in order.
	Parameters []Parameter
}

// Parameter of a schema; Name is without the question mark.
type Parameter struct{ Name, Type string }

// Literal is a fact that must hold, or must not: 2*fact, plus 1 for must not.
// As an effect it says what becomes of the fact: a positive one adds it.
type Literal int32

// Lit returns the literal that demands fact, or its absence.
func Lit(fact int, negated bool) Literal {
	l := Literal(fact) << 1
	if negated {
		l |= 1
	}
	return l
}

// Fact returns the number of the fact.
func (l Literal) Fact() int { return int(l >> 1) }

// Negated says whether the fact must not hold.
func (l Literal) Negated() bool { return l&1 != 0 }

// ConditionalEffect happens when its condition, a conjunction, holds before the
// action.
type ConditionalEffect struct {
	Condition []Literal
	Effect    Literal
}

// Rule derives its head when its body, a conjunction, holds.
type Rule struct {
	Head int
	Body []Literal
}

// Facts is the number of facts.
func (p *Problem) Facts() int { return p.atoms.len() }

// Fluents is the number of facts that effects change: those from 0 up to it.
func (p *Problem) Fluents() int { return p.fluents }

// Actions is the number of ground actions.
func (p *Problem) Actions() int { return p.pre.len() }

// Objects returns the objects of the problem; not to be changed.
func (p *Problem) Objects() []Object { return p.objects }

// Fact returns the atom of a fact.
func (p *Problem) Fact(fact int) Atom { return p.atoms.at(fact) }

// FactName returns a fact as PDDL writes it, for people.
func (p *Problem) FactName(fact int) string { return p.written(p.Fact(fact)) }

// Schemas returns the actions of the domain; not to be changed.
func (p *Problem) Schemas() []Schema { return p.schemas }

// Schema returns the number of the schema of an action.
func (p *Problem) Schema(action int) int {
	low, high := 0, len(p.schemas)-1
	for low < high {
		middle := (low + high + 1) / 2
		if int(p.actions[middle]) <= action {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}

// ActionsOf returns the actions of a schema: those from one number up to
// another.
func (p *Problem) ActionsOf(schema int) (from, upTo int) {
	return int(p.actions[schema]), int(p.actions[schema+1])
}

// Args returns the objects that an action's parameters stand for, by number;
// not to be changed.
func (p *Problem) Args(action int) []uint16 {
	schema := p.Schema(action)
	n := len(p.schemas[schema].Parameters)
	from := int(p.argsAt[schema]) + (action-int(p.actions[schema]))*n
	return p.args[from : from+n : from+n]
}

// ActionName returns an action as a plan writes it, for people.
func (p *Problem) ActionName(action int) string {
	return p.written(Atom{Predicate: p.schemas[p.Schema(action)].Name, Args: p.Args(action)})
}

// Precondition returns the conjunction that makes an action applicable; not to
// be changed.
func (p *Problem) Precondition(action int) []Literal { return p.pre.row(action) }

// Effects returns the unconditional effects of an action, adds as positive
// literals; not to be changed. No fact is both added and deleted.
func (p *Problem) Effects(action int) []Literal { return p.effects.row(action) }

// Conditional returns the conditional effects of an action; not to be changed.
// An add wins over a delete of the same fact.
func (p *Problem) Conditional(action int) []ConditionalEffect { return p.conditional[int32(action)] }

// Rules yields the rules of the derived facts, so that each comes after the
// rules that its negated literals depend on. To a delete relaxation they are
// actions that cost nothing.
func (p *Problem) Rules() iter.Seq[Rule] {
	return func(yield func(Rule) bool) {
		for _, r := range p.rules {
			if !yield(r) {
				return
			}
		}
	}
}

// Goal returns the goal, a conjunction; a goal of another form is a derived
// fact. possible is false where it can never be reached.
func (p *Problem) Goal() (conjunction []Literal, possible bool) {
	return p.goal, p.goal != nil
}

// InitialAtoms yields every atom that holds at the beginning, those that never
// change among them.
func (p *Problem) InitialAtoms() iter.Seq[Atom] {
	return func(yield func(Atom) bool) {
		for i := range p.startsTrue.len() {
			if !yield(p.startsTrue.at(i)) {
				return
			}
		}
	}
}

// written writes an atom as PDDL does.
func (p *Problem) written(a Atom) string {
	var b strings.Builder
	b.WriteByte('(')
	b.WriteString(a.Predicate)
	for _, object := range a.Args {
		b.WriteByte(' ')
		b.WriteString(p.objects[object].ID)
	}
	b.WriteByte(')')
	return b.String()
}
