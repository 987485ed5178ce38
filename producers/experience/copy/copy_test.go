package copy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/copy"
)

// cup is a recording in which a cup was found.
var cup = &producers.Recording{EpisodeID: "cup", Success: new(true), Steps: []producers.RecordedStep{
	{EventID: "1", State: producers.Observation{Text: "a room", Admissible: []string{"look"}}, Action: "look", Valid: new(true),
		Next: producers.Observation{Text: "a cup", Admissible: []string{"take cup"}}, Reward: new(0.0), Truncated: true},
	{EventID: "2", Step: 1, Action: "take cup", Next: producers.Observation{Text: "you have it", Admissible: []string{}}, Reward: new(1.0), Terminated: true},
}}

func shown(indexes ...int) (all []producers.Demonstration) {
	for _, i := range indexes {
		all = append(all, producers.Demonstration{Recording: cup, Index: i})
	}
	return all
}

func begin(t *testing.T, b producers.Beginning) producers.Dream {
	t.Helper()
	d, err := copy.New().Begin(t.Context(), b)
	require.NoError(t, err)
	return d
}

func TestTheNearestIsRepeated(t *testing.T) {
	d := begin(t, producers.Beginning{Start: &producers.Observation{Text: "elsewhere"}})
	p, err := d.Predict(t.Context(), "whatever", shown(0, 1))
	require.NoError(t, err)
	require.Equal(t, producers.Prediction{Outcome: producers.Outcome{Observation: cup.Steps[0].Next, Reward: new(0.0), Valid: new(true)}}, p,
		"without reasoning, and not cut off as the recording was")
	p, err = d.Predict(t.Context(), "whatever", shown(1))
	require.NoError(t, err)
	require.True(t, p.Terminated)
	require.True(t, *p.Success)
	require.Equal(t, 1.0, *p.Reward)
	require.NotEmpty(t, p.Reason)
}

func TestWithoutDemonstrationsNothingChanges(t *testing.T) {
	d := begin(t, producers.Beginning{Start: &producers.Observation{Text: "elsewhere", Admissible: []string{"look"}}})
	for _, now := range []producers.Observation{{Text: "elsewhere", Admissible: []string{"look"}}, cup.Steps[0].Next} {
		p, err := d.Predict(t.Context(), "look", nil)
		require.NoError(t, err)
		require.Equal(t, now, p.Observation)
		require.Zero(t, *p.Reward)
		require.Equal(t, copy.Nothing, p.Reasoning)
		d.Advance("look", cup.Steps[0].Outcome())
	}
}

func TestAStartIsGivenOrCopied(t *testing.T) {
	require.Equal(t, "here", begin(t, producers.Beginning{Start: &producers.Observation{Text: "here"}, Demonstrations: shown(0)}).Start().Text)
	require.Equal(t, "a room", begin(t, producers.Beginning{Demonstrations: shown(0)}).Start().Text)
	require.Empty(t, begin(t, producers.Beginning{}).Start().Text)
}
