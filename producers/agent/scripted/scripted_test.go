package scripted_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/scripted"
)

func episode(seed int64, steps []string) producers.Episode {
	return producers.Episode{Task: producers.Task{ID: "warm-cup"}, Seed: seed, MaxSteps: 50,
		Walkthrough: func(context.Context) ([]string, error) { return steps, nil }}
}

func begin(t *testing.T, noise float64, e producers.Episode) producers.Actor {
	agent, err := scripted.New(noise)
	require.NoError(t, err)
	actor, err := agent.Begin(t.Context(), e)
	require.NoError(t, err)
	return actor
}

// play plays one episode in the house, and returns what was done, with the
// probability of each step.
func play(t *testing.T, noise float64, seed int64) (actions []string, probabilities []float64, won bool) {
	h, actor := newHouse(), begin(t, noise, episode(seed, solution))
	for range 50 {
		d, err := actor.Act(t.Context(), producers.Observation{Admissible: h.admissible()})
		require.NoError(t, err)
		require.True(t, h.do(d.Action), "%s is not admissible", d.Action)
		actions, probabilities = append(actions, d.Action), append(probabilities, math.Exp(*d.Logprob))
		if h.won() {
			return actions, probabilities, true
		}
	}
	return actions, probabilities, false
}

func TestWithoutNoiseTheWalkthroughIsFollowed(t *testing.T) {
	for seed := range int64(5) {
		actions, probabilities, won := play(t, 0, seed)
		require.True(t, won)
		require.Equal(t, solution, actions)
		for _, p := range probabilities {
			require.Equal(t, 1.0, p)
		}
	}
}

// It is followed where nobody says what is admissible, and where it says
// something else.
func TestWithoutNoiseAdmissibleActionsDoNotMatter(t *testing.T) {
	actor := begin(t, 0, episode(0, []string{"a", "b"}))
	d, err := actor.Act(t.Context(), producers.Observation{})
	require.NoError(t, err)
	require.Equal(t, producers.Decision{Action: "a"}, d, "its probability over the admissible is unknown")
	d, err = actor.Act(t.Context(), producers.Observation{Admissible: []string{"c"}})
	require.NoError(t, err)
	require.Equal(t, producers.Decision{Action: "b"}, d)
	_, err = actor.Act(t.Context(), producers.Observation{})
	require.ErrorContains(t, err, "the walkthrough of 2 steps has ended")
}

func TestNoiseLeavesThePathAndComesBack(t *testing.T) {
	const episodes = 400
	for noise, least := range map[float64]float64{0.05: 0.99, 0.1: 0.99, 0.3: 0.97, 0.5: 0.85} {
		wins, steps := 0, 0
		for seed := range int64(episodes) {
			actions, _, won := play(t, noise, seed)
			steps += len(actions)
			if won {
				wins++
			}
		}
		t.Logf("noise %.2f: %d of %d won, %.1f steps on average", noise, wins, episodes, float64(steps)/episodes)
		require.GreaterOrEqual(t, float64(wins)/episodes, least, "noise %v", noise)
	}
}

func TestTheSeedDecides(t *testing.T) {
	one, _, _ := play(t, 0.3, 1)
	again, _, _ := play(t, 0.3, 1)
	other, _, _ := play(t, 0.3, 2)
	require.Equal(t, one, again)
	require.NotEqual(t, one, other)
}

// The share of steps that differ from the first step of the path, and their
// probabilities, are those of the noise.
func TestProbabilitiesAreThoseOfTheChoice(t *testing.T) {
	const n, noise = 20_000, 0.4
	admissible := []string{"w", "x", "y", "z"}
	counts := map[string]float64{}
	for seed := range int64(n) {
		d, err := begin(t, noise, episode(seed, []string{"x"})).Act(t.Context(), producers.Observation{Admissible: admissible})
		require.NoError(t, err)
		counts[d.Action]++
		want := noise / 4
		if d.Action == "x" {
			want = 1 - noise + noise/4
		}
		require.InDelta(t, want, math.Exp(*d.Logprob), 1e-12)
	}
	for action, count := range counts {
		want := noise / 4
		if action == "x" {
			want = 1 - noise + noise/4
		}
		require.InDelta(t, want, count/n, 0.015, action)
	}
}

// Where nothing of the walkthrough is possible any more, all is random.
func TestOffThePathForGood(t *testing.T) {
	actor := begin(t, 0.01, episode(3, []string{"a", "b"}))
	for range 20 {
		d, err := actor.Act(t.Context(), producers.Observation{Admissible: []string{"c", "d"}})
		require.NoError(t, err)
		require.InDelta(t, 0.5, math.Exp(*d.Logprob), 1e-12)
	}
}

func TestWhatCannotBePlayed(t *testing.T) {
	for _, noise := range []float64{-0.1, 1.1, math.NaN(), math.Inf(1)} {
		_, err := scripted.New(noise)
		require.ErrorContains(t, err, "from 0 to 1")
	}
	agent, err := scripted.New(0.2)
	require.NoError(t, err)
	_, err = agent.Begin(t.Context(), producers.Episode{Task: producers.Task{ID: "t"}})
	require.ErrorContains(t, err, `no walkthrough of task "t"`)
	_, err = agent.Begin(t.Context(), episode(0, nil))
	require.ErrorContains(t, err, "has no steps")
	lost := errors.New("lost")
	_, err = agent.Begin(t.Context(), producers.Episode{Walkthrough: func(context.Context) ([]string, error) { return nil, lost }})
	require.ErrorIs(t, err, lost)
	_, err = begin(t, 0.2, episode(0, solution)).Act(t.Context(), producers.Observation{})
	require.ErrorContains(t, err, "play without noise")
}

func TestPoliciesDifferInID(t *testing.T) {
	for noise, id := range map[float64]string{0: "scripted", 0.3: "scripted-0.30", 1: "scripted-1.00", 0.125: "scripted-0.125", 0.05: "scripted-0.05"} {
		agent, err := scripted.New(noise)
		require.NoError(t, err)
		require.Equal(t, producers.Policy{ID: id}, agent.Policy())
	}
}
