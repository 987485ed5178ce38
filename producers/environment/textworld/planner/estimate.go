package planner

import "github.com/dreamlog/dreamlog/producers/environment/textworld/ground"

// never is the cost of what can not become true.
const never = int32(1) << 30

// estimator tells how far a state is from the goal: the length of a plan of the
// relaxed problem, put together from the cheapest way to each literal, where a
// conjunction costs the sum of its parts (Hoffmann's relaxed plans on the
// additive heuristic of Bonet and Geffner). It is used by one goroutine.
type estimator struct {
	*relaxation
	demanded []bool    // by the goal: literals
	distinct int       // how many
	users    [][]int32 // literal -> the operators that demand it
	cost     []int32   // of each literal
	by       []int32   // the operator that made it cheapest; -1: none
	settled  []bool
	missing  []int32 // conditions of each operator that are not settled yet
	sum      []int32 // of the costs of those that are
	levels   [][]ground.Literal
	inPlan   []bool // operators
	explored []bool // literals
}

// estimate is what an estimator says of a state.
type estimate struct {
	// distance is about the number of actions to the goal; never: it is out of
	// reach, for certain.
	distance int32
	// helpful are the actions that the relaxed plan begins with.
	helpful []int
}

func newEstimator(r *relaxation) *estimator {
	literals, operators := len(r.relevant), len(r.operators)
	e := &estimator{
		relaxation: r,
		users:      make([][]int32, literals), demanded: make([]bool, literals),
		cost: make([]int32, literals), by: make([]int32, literals), settled: make([]bool, literals),
		missing: make([]int32, operators), sum: make([]int32, operators),
		inPlan: make([]bool, operators), explored: make([]bool, literals),
	}
	for i, op := range r.operators {
		for _, l := range op.conditions {
			e.users[l] = append(e.users[l], int32(i))
		}
	}
	for _, l := range r.goal {
		if !e.demanded[l] {
			e.demanded[l] = true
			e.distinct++
		}
	}
	return e
}

// of estimates a state.
func (e *estimator) of(s ground.State) estimate {
	e.begin(s)
	open := e.distinct
	for level := 0; level < len(e.levels) && open > 0; level++ {
		for i := 0; i < len(e.levels[level]); i++ {
			l := e.levels[level][i]
			if e.settled[l] {
				continue
			}
			e.settled[l] = true
			if e.demanded[l] {
				open--
			}
			e.settle(l)
		}
	}
	if open > 0 {
		return estimate{distance: never}
	}
	return e.relaxedPlan()
}

// begin sets every literal to what it costs in the state itself. The absence of
// a derived fact that holds is taken to cost one action, as the relaxation
// never undoes what a rule needs.
func (e *estimator) begin(s ground.State) {
	for i := range e.levels {
		e.levels[i] = e.levels[i][:0]
	}
	for i, is := range e.relevant {
		l := ground.Literal(i)
		e.cost[l], e.by[l], e.settled[l] = never, -1, false
		switch {
		case !is:
		case s.Holds(l.Fact()) != l.Negated():
			e.reach(l, 0, -1)
		case l.Negated() && e.derived(l):
			e.reach(l, 1, -1)
		}
	}
	for i, op := range e.operators {
		e.missing[i], e.sum[i] = int32(len(op.conditions)), op.cost
		if len(op.conditions) == 0 {
			e.fire(int32(i))
		}
	}
}

// settle tells the operators that demand a literal that its cost is known.
func (e *estimator) settle(l ground.Literal) {
	for _, i := range e.users[l] {
		e.missing[i]--
		e.sum[i] = min(e.sum[i]+e.cost[l], never-1)
		if e.missing[i] == 0 {
			e.fire(i)
		}
	}
}

func (e *estimator) fire(i int32) {
	for _, l := range e.operators[i].targets {
		if e.relevant[l] {
			e.reach(l, e.sum[i], i)
		}
	}
}

// mostLevels bounds the costs that are told apart: what costs more is dear, and
// how dear does not matter.
const mostLevels = 1 << 14

// reach notes a way to a literal, if it is the cheapest so far.
func (e *estimator) reach(l ground.Literal, cost, by int32) {
	cost = min(cost, mostLevels-1)
	if cost >= e.cost[l] {
		return
	}
	e.cost[l], e.by[l] = cost, by
	for int(cost) >= len(e.levels) {
		e.levels = append(e.levels, nil)
	}
	e.levels[cost] = append(e.levels[cost], l)
}

// relaxedPlan goes backwards from the goal over the cheapest ways.
func (e *estimator) relaxedPlan() estimate {
	clear(e.inPlan)
	clear(e.explored)
	var found estimate
	queue := append([]ground.Literal(nil), e.goal...)
	for len(queue) > 0 {
		l := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if e.explored[l] {
			continue
		}
		e.explored[l] = true
		i := e.by[l]
		if i < 0 {
			found.distance += e.cost[l]
			continue
		}
		if e.inPlan[i] {
			continue
		}
		e.inPlan[i] = true
		op := e.operators[i]
		found.distance += op.cost
		if op.action >= 0 && e.sum[i] == op.cost {
			found.helpful = append(found.helpful, op.action)
		}
		queue = append(queue, op.conditions...)
	}
	return found
}
