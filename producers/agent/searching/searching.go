// Package searching acts on the words of its instruction: the agent that knows
// what it is to do but not where things are. It is the honest source of offline
// experience: it wins often, after looking in the wrong places first.
//
// It sees what an actor is given and nothing else: the instruction, what is
// observed, which actions are admissible. It never asks for a walkthrough and
// knows no environment by name; what it understands of an action are its words
// (command.go, words.go). Three strategies take turns, the first that knows an
// action decides: errand.go, for what is to be found, treated and put somewhere;
// browse.go, for pages with labels to click on; explore.go, which always knows
// one: what was not tried yet. internal/app makes the agent.
package searching

import (
	"context"
	"math/rand/v2"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/noise"
)

// ID is the id of the policy without noise; with noise its rate follows, see
// noise.Policy.
const ID = "searching"

// Agent searches. It is safe for concurrent use.
type Agent struct{ noise float64 }

// New returns an agent that takes a random admissible step in place of its own
// with probability rate, in [0, 1].
func New(rate float64) (*Agent, error) {
	if err := noise.Check(rate); err != nil {
		return nil, err
	}
	return &Agent{rate}, nil
}

// Policy says who acts.
func (a *Agent) Policy() producers.Policy { return noise.Policy(ID, a.noise) }

// Begin returns an actor that has read the instruction. Its choices follow from
// the seed of the episode and from what it observes.
func (a *Agent) Begin(_ context.Context, e producers.Episode) (producers.Actor, error) {
	g := readGoal(e.Task.Instruction)
	explore := &explore{goal: g, tries: map[string]int{}, states: map[string]map[string]int{}}
	return &actor{
		noise:      a.noise,
		random:     rand.New(rand.NewPCG(uint64(e.Seed), 0)),
		strategies: []strategy{newErrand(g), &browse{goal: g}, explore},
		explore:    explore,
	}, nil
}
