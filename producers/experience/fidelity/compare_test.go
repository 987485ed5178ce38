package fidelity

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
)

func TestTokenF1(t *testing.T) {
	for _, c := range []struct {
		predicted, truth string
		want             float64
	}{
		{"You see a mug 1.", "you see: a mug 1", 1},               // case and punctuation do not matter
		{"a mug 1", "a mug 2", 2. / 3},                            // two of three words
		{"the the the cat", "the cat", 2 * 2. / 6},                // a word counts as often as both have it
		{"nothing", "", 0},                                        //
		{"", "nothing", 0},                                        //
		{"", "", 1},                                               //
		{"...", "!", 1},                                           // no words in either
		{"b a", "a b", 1},                                         // order does not matter
		{"Öffne die Tür", "öffne DIE tür", 1},                     // letters of any script
		{"a b c d", "a", 2 * 1. / 5},                              //
		{"on the desk 1", "you see nothing", 0},                   //
		{string([]byte{0xff, 'a'}), string([]byte{0xff, 'a'}), 1}, // bytes that are no text
	} {
		require.InDelta(t, c.want, TokenF1(c.predicted, c.truth), 1e-12, "%q, %q", c.predicted, c.truth)
		require.InDelta(t, c.want, TokenF1(c.truth, c.predicted), 1e-12, "it is symmetric")
	}
}

func TestSetF1(t *testing.T) {
	require.Equal(t, 1.0, SetF1([]string{"b", "a", "a"}, []string{"a", "b"}), "a set has neither order nor doubles")
	require.InDelta(t, 2*1./3, SetF1([]string{"a"}, []string{"a", "b"}), 1e-12)
	require.Zero(t, SetF1(nil, []string{"a"}))
	require.Equal(t, 1.0, SetF1(nil, nil))
}

// No figure is infinite: JSON has no such number.
func TestRewardsBeyondAllNumbersHaveNoError(t *testing.T) {
	var s score
	for range 2 {
		s.add(&producers.Outcome{}, &truth{Outcome: producers.Outcome{Reward: new(1.7e308)}})
	}
	require.EqualValues(t, 2, s.rewardError.n)
	require.Nil(t, s.rewardError.value())
	require.Equal(t, 1.0, *s.exact.value())
	s = score{}
	s.add(&producers.Outcome{}, &truth{Outcome: producers.Outcome{Reward: new(1.7e308)}})
	require.Equal(t, 1.7e308, *s.rewardError.value())
}

func TestComparisonsOfOneStep(t *testing.T) {
	won := truth{Outcome: producers.Outcome{Observation: producers.Observation{Text: "done", Admissible: []string{"a", "b"}}, Reward: new(1.0), Terminated: true}, success: new(true)}
	on := truth{Outcome: producers.Outcome{Observation: producers.Observation{Text: "on", Admissible: []string{}}, Reward: new(0.0)}, success: new(false)}
	dark := truth{Outcome: producers.Outcome{Observation: producers.Observation{Text: "on"}}}
	values := func(predicted *producers.Outcome, t truth) []any {
		var s score
		s.add(predicted, &t)
		var all []any
		for _, m := range []mean{s.exact, s.admissibleExact, s.admissibleF1, s.rewardError, s.falseSuccess, s.missedSuccess, s.terminalError} {
			if m.n == 0 {
				all = append(all, nil)
				continue
			}
			all = append(all, m.sum)
		}
		return append(all, s.refused)
	}
	none := int64(0)
	require.Equal(t, []any{1., 1., 1., 0., nil, 0., 0., none}, values(&producers.Outcome{
		Observation: producers.Observation{Text: "done", Admissible: []string{"b", "a"}}, Reward: new(1.0), Terminated: true, Success: new(true)}, won))
	require.Equal(t, []any{0., 0., 2. / 3, .75, nil, 1., 1., none}, values(&producers.Outcome{
		Observation: producers.Observation{Text: "Done", Admissible: []string{"b"}}, Reward: new(.25)}, won), "the success was missed")
	require.Equal(t, []any{1., 1., 1., 1., 1., nil, 1., none}, values(&producers.Outcome{
		Observation: producers.Observation{Text: "on", Admissible: []string{}}, Reward: new(1.0), Terminated: true}, on),
		"an end with a reward claims success, where nothing is said of it")
	require.Equal(t, []any{1., 0., 0., 0., 0., nil, 0., none}, values(&producers.Outcome{Observation: producers.Observation{Text: "on"}}, on),
		"a model that does not say what is admissible has not said that nothing is")
	require.Equal(t, []any{1., nil, nil, nil, nil, nil, 0., none}, values(&producers.Outcome{
		Observation: producers.Observation{Text: "on", Admissible: []string{"x"}}, Reward: new(3.0)}, dark), "nothing is measured where the truth says nothing")
	require.Equal(t, []any{0., 0., 0., 1., nil, 1., 1., int64(1)}, values(nil, won), "no prediction is a wrong one")
	require.Equal(t, []any{0., 0., 0., 0., 0., nil, 1., int64(1)}, values(nil, on))
}
