package planner

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

// How many steps on the way so far one step nearer to the goal is worth: with a
// large weight some plan is found soon, with a small one a short plan.
const (
	hasty    = 5
	thorough = 1
)

// boost is how many helpful steps are tried before others when the search came
// nearer to the goal than ever.
const boost = 200

// search is best-first and lazy: a step is queued by the estimate of the state
// that it starts from, and the state that it leads to is made when its turn
// comes. Two queues take turns, of all steps and of helpful ones (after Richter
// and Westphal's LAMA).
type search struct {
	*relaxation
	limits    Limits
	weight    int32
	estimator *estimator
	states    *states
	keep      ground.State // the bits that tell states apart
	all       queue
	helpful   queue
	turns     int // that helpful steps have now; below 0: it is the others' turn
	nearest   int32
	looked    int // states estimated
}

func newSearch(p *ground.Problem, r *relaxation, l Limits, weight int32) *search {
	return &search{
		relaxation: r, limits: l, weight: weight, estimator: newEstimator(r),
		states: newStates(len(p.Initial())), keep: r.mask(), nearest: never,
	}
}

func (s *search) run(ctx context.Context) ([]int, error) {
	next := s.problem.Initial()
	s.forget(next)
	by := arrival{action: -1}
	for {
		if number, better := s.states.add(next, by); better {
			if s.problem.Won(next) {
				return s.states.path(number), nil
			}
			s.expand(number, next)
			if err := s.mayGoOn(ctx); err != nil {
				return nil, err
			}
		}
		taken, ok := s.next()
		if !ok {
			return nil, fmt.Errorf("%w: all %d states that matter were seen", ErrUnsolvable, s.states.len())
		}
		before := s.states.state(taken.state)
		next = s.problem.Successor(next, before, int(taken.action))
		s.forget(next)
		by = arrival{taken.state, taken.action, s.states.from[taken.state].length + 1}
	}
}

// forget clears the facts of a state that do not matter to the goal.
func (s *search) forget(state ground.State) {
	for i := range state {
		state[i] &= s.keep[i]
	}
}

// expand queues the steps that a state allows, unless the goal is out of reach.
func (s *search) expand(number int32, state ground.State) {
	s.looked++
	e := s.estimator.of(state)
	if e.distance >= never {
		return
	}
	if e.distance < s.nearest {
		s.nearest = e.distance
		s.turns += boost
	}
	priority := s.states.from[number].length + s.weight*e.distance
	for _, a := range s.actions {
		if state.All(s.problem.Precondition(a)) {
			s.all.push(priority, step{number, int32(a)})
		}
	}
	for _, a := range e.helpful {
		s.helpful.push(priority, step{number, int32(a)})
	}
}

// next takes a step from the queue whose turn it is.
func (s *search) next() (step, bool) {
	if s.turns < 0 {
		s.turns++
		return s.all.pop()
	}
	if taken, ok := s.helpful.pop(); ok {
		s.turns--
		return taken, true
	}
	return s.all.pop()
}

func (s *search) mayGoOn(ctx context.Context) error {
	if s.looked >= s.limits.States {
		return fmt.Errorf("%w: no plan within %d states; raise the limit", ErrLimit, s.looked)
	}
	if bytes := s.states.bytes() + s.all.bytes() + s.helpful.bytes(); bytes > s.limits.Bytes {
		return fmt.Errorf("%w: no plan within %d states, which take %d MiB; raise the limit", ErrLimit, s.looked, bytes>>20)
	}
	return ctx.Err()
}
