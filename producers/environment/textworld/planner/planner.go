package planner

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

// ErrUnsolvable says that there is no plan: the search saw all that could lead
// to one.
var ErrUnsolvable = errors.New("the goal can not be reached")

// ErrLimit says that the search was given up. There may be a plan.
var ErrLimit = errors.New("gave up searching")

// Limits bound a search.
type Limits struct {
	// States is how many states are looked at; 0 means 50,000.
	States int
	// Bytes is about how much memory the search takes; 0 means 256 MiB.
	Bytes int64
}

func (l Limits) withDefaults() Limits {
	if l.States == 0 {
		l.States = 50_000
	}
	if l.Bytes == 0 {
		l.Bytes = 256 << 20
	}
	return l
}

// Plan searches within the default limits.
func Plan(ctx context.Context, p *ground.Problem) ([]int, error) { return Limits{}.Plan(ctx, p) }

// Plan returns the numbers of actions that lead from the beginning of the
// problem to its goal; none where the goal holds already. The error is
// ErrUnsolvable, ErrLimit, or that of the context.
func (l Limits) Plan(ctx context.Context, p *ground.Problem) ([]int, error) {
	goal, possible := p.Goal()
	if !possible {
		return nil, fmt.Errorf("plan: %w, even if nothing that became true ever ceased to be", ErrUnsolvable)
	}
	l = l.withDefaults()
	if size := relaxationBytes(p); size > l.Bytes {
		return nil, fmt.Errorf("plan: %w: %d actions alone take %d bytes, and %d are allowed; raise the limit", ErrLimit, p.Actions(), size, l.Bytes)
	}
	r := newRelaxation(p, goal)
	plan, err := newSearch(p, r, l, hasty).run(ctx)
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	l.States = min(l.States, statesToShorten)
	if shorter, err := newSearch(p, r, l, thorough).run(ctx); err == nil && len(shorter) < len(plan) {
		plan = shorter
	}
	return trim(p, plan), nil
}

// statesToShorten is how many states are looked at to find a shorter plan.
const statesToShorten = 1000
