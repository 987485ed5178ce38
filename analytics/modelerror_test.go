package analytics

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/schema"
)

// probe adds what a model said of a step that is there.
func (f *fixture) probe(id, of, next string, reward *float64, k int) {
	model, version := "m", "1"
	f.add(&schema.TransitionRow{
		Envelope: schema.Envelope{EventID: id, Subject: "probe-" + id},
		Transition: schema.Transition{Purpose: "probe", Environment: "coin", Split: "train", TaskID: "t", EpisodeID: "probe-" + id, Origin: "synthetic",
			State: "s", Action: "a", NextState: next, Reward: reward, ModelID: &model, ModelVersion: &version,
			Info: new(schema.JSON(fmt.Sprintf(`{"probe_of":%q,"k":%d,"setting":"known"}`, of, k)))},
	})
}

// Worked by hand: four probed steps with rewards 0, 0, 0, 1, of which the model
// says 0, 0, nothing and 0.5, and one next state in four is wrong.
func TestModelErrorSumsUpProbes(t *testing.T) {
	f := newFixture(t)
	f.episode("e", "t", 1, 0, 0, 0, 1)
	f.probe("p0", "e/0", "s", new(0.0), 5)
	f.probe("p1", "e/1", "else", new(0.0), 5)
	f.probe("p2", "e/2", "s", nil, 5)
	f.probe("p3-first", "e/3", "else", new(0.0), 5)
	f.probe("p3", "e/3", "s", new(0.5), 5)
	f.probe("other-k", "e/3", "else", new(0.0), 0)
	f.probe("of-nothing", "gone", "else", new(7.0), 5)
	s := f.open()
	require.Equal(t, "m|1|coin|<nil>|known|0|p|1|1|1|1|1|1|1\nm|1|coin|<nil>|known|5|p|1|4|1|4|0.125|0.25|1",
		read(t, s, `SELECT model_id, model_version, environment, environment_version, setting, k, policy_id, policy_version,
			n, tasks, rewarded, eps_reward, eps_transition, r_max FROM model_error ORDER BY k`))
	result, err := s.Query(t.Context(), `SELECT gamma, horizon, bound, eps_reward_low, eps_reward_high, eps_transition_low, eps_transition_high
		FROM model_error WHERE k = 5`)
	require.NoError(t, err)
	defer result.Close()
	require.True(t, result.Next())
	row := result.Row()
	reach := 1.959963984540054 * .25 / 2 // the errors 0, 0, 0, 1/2 have a standard deviation of 1/4
	// Wilson's interval of one in four.
	for i, want := range []float64{.99, 100, .125/.01 + 2*.99*.25/.0001, 0, .125 + reach, .0456, .6994} {
		require.InDelta(t, want, row[i], math.Max(1e-9, want*1e-3))
	}
}

func TestModelErrorFollowsCorrectionsAndRetractions(t *testing.T) {
	f := newFixture(t)
	offsets := f.episode("e", "t", 1, 0, 1)
	f.probe("p0", "e/0", "s", new(0.0), 1)
	f.probe("p1", "e/1", "s", new(0.0), 1)
	f.annotate("e", "event", "e/1", "reward", "0.25", offsets[1])
	s := f.open()
	require.Equal(t, "2|0.125", read(t, s, "SELECT n, eps_reward FROM model_error"), "a corrected reward counts as corrected")
	f.annotate("e", "episode", "e", "retraction", "true", -1)
	require.Equal(t, "0", read(t, f.open(), "SELECT count(*) FROM model_error"), "what was retracted is no truth")
}

func TestOneProbeHasAnError(t *testing.T) {
	f := newFixture(t)
	f.episode("e", "t", 1, 1)
	transition(f, "e/0").Reward = nil
	f.probe("p", "e/0", "s", new(0.0), 1)
	require.Equal(t, "1|0|<nil>|<nil>|0", read(t, f.open(), "SELECT n, rewarded, eps_reward, bound, eps_transition FROM model_error"))
}
