package searching

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
)

// view is an observation as the strategies read it.
type view struct {
	text     string
	commands []command // what is admissible, each once
}

// strategy is a way of getting on.
type strategy interface {
	// suggest returns the actions that it holds best, all equally good; none:
	// it does not know any. It is called once a step.
	suggest(v view) []string
	// took tells what was done then, whoever decided on it.
	took(c command)
}

// actor plays one episode.
type actor struct {
	noise      float64
	random     *rand.Rand
	strategies []strategy
	explore    *explore
}

var (
	errUnknown = errors.New("the environment does not say which actions are admissible, and the searching agent chooses among those: let another agent play")
	errNone    = errors.New("the environment allows no action at all, and did not end the episode")
)

// Act draws among the actions that the first strategy which knows any holds
// best; with the rate of the noise, among all. The log-probability is that of
// both chances together.
func (a *actor) Act(_ context.Context, o producers.Observation) (d producers.Decision, err error) {
	switch {
	case o.Admissible == nil:
		return d, errUnknown
	case len(o.Admissible) == 0:
		return d, errNone
	}
	v := read(o)
	best, n := a.best(v), len(v.commands)
	if a.random.Float64() < a.noise {
		d.Action = v.commands[a.random.IntN(n)].action
	} else {
		d.Action = best[a.random.IntN(len(best))]
	}
	probability := a.noise / float64(n)
	if slices.Contains(best, d.Action) {
		probability += (1 - a.noise) / float64(len(best))
	}
	d.Logprob = new(math.Log(probability))
	for _, s := range a.strategies {
		s.took(parse(d.Action))
	}
	return d, nil
}

// read parses what is admissible.
func read(o producers.Observation) view {
	v := view{text: o.Text}
	seen := map[string]bool{}
	for _, action := range o.Admissible {
		if !seen[action] {
			seen[action] = true
			v.commands = append(v.commands, parse(action))
		}
	}
	return v
}

// mostTries is how often an action is taken where all looks the same before a
// strategy is no longer believed in it.
const mostTries = 2

// best asks the strategies in turn. All are asked, as they learn by that; what
// led nowhere before is not done again but to explore.
func (a *actor) best(v view) (best []string) {
	a.explore.enter(v)
	for _, s := range a.strategies {
		suggested := s.suggest(v)
		if s != strategy(a.explore) {
			suggested = slices.DeleteFunc(suggested, func(action string) bool { return a.explore.here[action] >= mostTries })
		}
		if len(best) == 0 {
			best = suggested
		}
	}
	return best
}
