package random_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/random"
)

var doors = producers.Observation{Text: "four doors", Admissible: []string{"north", "east", "south", "west"}}

// draws returns what an episode of the seed does in n equal observations.
func draws(t *testing.T, agent *random.Agent, seed int64, o producers.Observation, n int) (actions []string) {
	actor, err := agent.Begin(t.Context(), producers.Episode{Seed: seed})
	require.NoError(t, err)
	for range n {
		d, err := actor.Act(t.Context(), o)
		require.NoError(t, err)
		actions = append(actions, d.Action)
	}
	return actions
}

func TestDrawsUniformlyFromWhatIsAdmissible(t *testing.T) {
	const n = 8000
	counts := map[string]int{}
	for _, action := range draws(t, random.New("ignored"), 7, doors, n) {
		counts[action]++
	}
	chi2 := 0.0
	for _, door := range doors.Admissible {
		d := float64(counts[door]) - n/4.0
		chi2 += d * d / (n / 4.0)
	}
	require.Len(t, counts, 4)
	require.Less(t, chi2, 16.3, "exceeded once in a thousand at 3 degrees of freedom: %v", counts)
}

func TestTheSeedDecides(t *testing.T) {
	agent := random.New()
	require.Equal(t, draws(t, agent, 1, doors, 20), draws(t, agent, 1, doors, 20))
	require.NotEqual(t, draws(t, agent, 1, doors, 20), draws(t, agent, 2, doors, 20))
}

func TestLogprobIsThatOfTheDraw(t *testing.T) {
	actor, err := random.New().Begin(t.Context(), producers.Episode{})
	require.NoError(t, err)
	d, err := actor.Act(t.Context(), doors)
	require.NoError(t, err)
	require.InDelta(t, 0.25, math.Exp(*d.Logprob), 1e-12)
	d, err = actor.Act(t.Context(), producers.Observation{Admissible: []string{"only"}})
	require.NoError(t, err)
	require.Zero(t, *d.Logprob)
}

func TestAnEnvironmentThatDoesNotSayWhatIsAdmissible(t *testing.T) {
	unknown := producers.Observation{Text: "who knows"}
	require.Subset(t, []string{"left", "right"}, draws(t, random.New("left", "right"), 3, unknown, 10))

	actor, err := random.New("left", "right").Begin(t.Context(), producers.Episode{})
	require.NoError(t, err)
	d, err := actor.Act(t.Context(), unknown)
	require.NoError(t, err)
	require.Nil(t, d.Logprob, "it is over the admissible actions, which nobody knows")
	_, err = actor.Act(t.Context(), producers.Observation{Admissible: []string{}})
	require.ErrorContains(t, err, "allows no action")

	actor, err = random.New().Begin(t.Context(), producers.Episode{})
	require.NoError(t, err)
	_, err = actor.Act(t.Context(), unknown)
	require.ErrorContains(t, err, "name some for the random agent")
}

func TestPolicyIsNamed(t *testing.T) {
	require.Equal(t, producers.Policy{ID: "random"}, random.New().Policy())
}
