package planner

import "github.com/dreamlog/dreamlog/producers/environment/textworld/ground"

// trim leaves out actions that the plan does not need: an action, and whatever
// is no longer possible without it, as long as the goal is still reached (action
// elimination after Nakhost and Müller).
func trim(p *ground.Problem, plan []int) []int {
	for i := 0; i < len(plan); {
		if shorter, ok := without(p, plan, i); ok {
			plan = shorter
		} else {
			i++
		}
	}
	return plan
}

// without returns the plan without its action i and those after it that are not
// possible then. ok is false where that does not reach the goal.
func without(p *ground.Problem, plan []int, i int) (shorter []int, ok bool) {
	state, spare := p.Initial(), ground.State(nil)
	for at, action := range plan {
		if at == i || at > i && !state.All(p.Precondition(action)) {
			continue
		}
		spare = p.Successor(spare, state, action)
		state, spare = spare, state
		shorter = append(shorter, action)
	}
	return shorter, p.Won(state)
}
