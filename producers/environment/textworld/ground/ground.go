package ground

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/pddl"
)

// Limits bound what grounding may make of a problem; zero values take the
// defaults.
type Limits struct {
	// Actions is the most ground actions; by default 500,000.
	Actions int
	// Facts is the most facts, those that never change among them; by default
	// 500,000.
	Facts int
	// Work is the most partial matches of a condition that are looked at, a
	// bound of the time; by default 20 million, some seconds.
	Work int
}

func (l Limits) orDefaults() Limits {
	l.Actions = orDefault(l.Actions, 500_000)
	l.Facts = orDefault(l.Facts, 500_000)
	l.Work = orDefault(l.Work, 20_000_000)
	return l
}

func orDefault(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// ErrTooLarge: the problem grows beyond its limits when it is grounded.
var ErrTooLarge = errors.New("the problem is too large to ground; give it fewer objects, or its actions fewer parameters")

// ErrUnreachable: no sequence of actions reaches the goal.
var ErrUnreachable = errors.New("the goal cannot be reached by any sequence of actions")

// Ground grounds a problem of a domain. Errors in the input are *syntax.Error,
// or wrap ErrTooLarge or ErrUnreachable, or ctx's.
func Ground(ctx context.Context, domain *pddl.Domain, problem *pddl.Problem, limits Limits) (*Problem, error) {
	w, err := newWorld(domain, problem)
	if err != nil {
		return nil, err
	}
	n, err := normalise(w, domain, problem)
	if err != nil {
		return nil, err
	}
	m := newModel(n, limits.orDefaults())
	if err := m.load(problem, n.derived); err != nil {
		return nil, err
	}
	if err := m.explore(ctx); err != nil {
		return nil, err
	}
	g := newGrounder(n, m)
	if err := g.instantiate(ctx); err != nil {
		return nil, err
	}
	p, err := g.assemble()
	if err != nil {
		return nil, err
	}
	if p.goal == nil {
		return nil, fmt.Errorf("line %d of the problem: %w", problem.GoalLine, ErrUnreachable)
	}
	return p, nil
}
