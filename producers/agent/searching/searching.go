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
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/dreamlog/dreamlog/producers"
)

// ID is the id of the policy without noise. With noise its rate follows, in at
// least two decimals, as in searching-0.20: so policies that act differently
// differ in id.
const ID = "searching"

// Agent searches. It is safe for concurrent use.
type Agent struct{ noise float64 }

// New returns an agent that takes a random admissible step in place of its own
// with probability noise, in [0, 1].
func New(noise float64) (*Agent, error) {
	if !(noise >= 0 && noise <= 1) { // so that NaN is refused
		return nil, fmt.Errorf("noise of %v: give the rate of random steps, from 0 to 1", noise)
	}
	return &Agent{noise}, nil
}

// Policy says who acts.
func (a *Agent) Policy() producers.Policy {
	if a.noise == 0 {
		return producers.Policy{ID: ID}
	}
	exact := strconv.FormatFloat(a.noise, 'f', -1, 64)
	if short := strconv.FormatFloat(a.noise, 'f', 2, 64); len(short) > len(exact) {
		exact = short
	}
	return producers.Policy{ID: ID + "-" + exact}
}

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
