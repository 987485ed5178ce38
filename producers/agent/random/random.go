// Package random acts at random: the agent that knows nothing, as the floor
// that others are measured from and as a source of varied experience.
//
// It owns the choice of one action among those that the environment allows, by
// the seed of the episode. It never looks at what an action or an observation
// says. internal/app makes it.
package random

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"

	"github.com/dreamlog/dreamlog/producers"
)

// ID is the id of the policy.
const ID = "random"

// Agent draws each action uniformly from those that are admissible.
type Agent struct{ actions []string }

// New returns an agent. Where an environment does not say which actions are
// admissible, it draws from the actions given; without any it cannot act there.
func New(actions ...string) *Agent { return &Agent{actions} }

// Policy says who acts.
func (*Agent) Policy() producers.Policy { return producers.Policy{ID: ID} }

// Begin returns an actor whose choices follow from the seed of the episode.
func (a *Agent) Begin(_ context.Context, e producers.Episode) (producers.Actor, error) {
	return &actor{actions: a.actions, random: rand.New(rand.NewPCG(uint64(e.Seed), 0))}, nil
}

type actor struct {
	actions []string
	random  *rand.Rand
}

var (
	errUnknown = errors.New("the environment does not say which actions are admissible: name some for the random agent to draw from")
	errNone    = errors.New("the environment allows no action at all, and did not end the episode")
)

// Act draws an action. Its log-probability is that over the admissible actions,
// so it is unknown where the environment does not say which these are.
func (a *actor) Act(_ context.Context, o producers.Observation) (producers.Decision, error) {
	switch {
	case len(o.Admissible) > 0:
		logprob := -math.Log(float64(len(o.Admissible)))
		return producers.Decision{Action: a.draw(o.Admissible), Logprob: &logprob}, nil
	case o.Admissible != nil:
		return producers.Decision{}, errNone
	case len(a.actions) > 0:
		return producers.Decision{Action: a.draw(a.actions)}, nil
	}
	return producers.Decision{}, errUnknown
}

func (a *actor) draw(actions []string) string { return actions[a.random.IntN(len(actions))] }
