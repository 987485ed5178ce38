package household

import (
	"slices"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

// natural returns the plan with walks to the furniture that is used next. To
// the rules, and so to the planner, a walk to any furniture of the same spot is
// as good, but a person goes to what is wanted.
func natural(p *ground.Problem, plan []int) []int {
	plan = slices.Clone(plan)
	for i, action := range plan {
		if p.Schemas()[p.Schema(action)].Name != "walk" {
			continue
		}
		if wanted, ok := furnitureUsed(p, plan[i+1:]); ok {
			plan[i] = walkTo(p, action, wanted)
		}
	}
	return plan
}

// furnitureUsed returns what the first of the actions is done with.
func furnitureUsed(p *ground.Problem, actions []int) (object uint16, ok bool) {
	for _, action := range actions {
		for i, parameter := range p.Schemas()[p.Schema(action)].Parameters {
			if parameter.Name == "f" {
				return p.Args(action)[i], true
			}
		}
	}
	return 0, false
}

// walkTo returns the walk between the same spots that names other furniture;
// the walk itself where there is none.
func walkTo(p *ground.Problem, walk int, furniture uint16) int {
	schema, want := p.Schema(walk), slices.Clone(p.Args(walk))
	want[0] = furniture
	for action := range p.Actions() {
		if p.Schema(action) == schema && slices.Equal(p.Args(action), want) {
			return action
		}
	}
	return walk
}
