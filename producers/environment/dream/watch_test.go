package dream_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/dream"
	"github.com/dreamlog/dreamlog/schema"
)

func repeat(action string, n int) []string { return slices.Repeat([]string{action}, n) }

// requireEnded wants a dream that was cut off for a reason, without a verdict.
func requireEnded(t *testing.T, o producers.Outcome, why string) {
	t.Helper()
	require.True(t, o.Truncated)
	require.False(t, o.Terminated)
	require.Nil(t, o.Success)
	require.Zero(t, *o.Reward)
	require.NotEmpty(t, o.Reason)
	require.Contains(t, string(*o.Info), `"dream_ended":"`+why+`"`)
}

// requireGoesOn wants a dream that was not ended.
func requireGoesOn(t *testing.T, o producers.Outcome, why ...any) {
	t.Helper()
	require.False(t, o.Over(), why...)
}

func TestADreamThatLoopsIsEnded(t *testing.T) {
	s, _ := begun(t, opened(t, dream.Options{Model: &climber{}, MaxRepeats: 3}), "a")
	requireEnded(t, take(t, s, repeat("wait", 4)...), "loop")
	s, _ = begun(t, opened(t, dream.Options{Model: &climber{}, MaxRepeats: 3}), "a")
	turns := slices.Concat(repeat("wait", 3), repeat("down", 3), repeat("wait", 3), []string{"up"}, repeat("wait", 3))
	requireGoesOn(t, take(t, s, turns...), "another action, or another state, is no loop")
}

func TestADreamThatRunsOnIsEnded(t *testing.T) {
	s, _ := begun(t, opened(t, dream.Options{Model: &climber{}, MaxSteps: 4}), "a")
	requireEnded(t, take(t, s, "up", "down", "up", "down"), "length")
	s, _ = begun(t, opened(t, dream.Options{Model: &climber{}, MaxSteps: 3}), "a")
	require.True(t, *take(t, s, "up", "up", "up").Success, "an end at the limit is an end")
}

func TestADreamThatContradictsItselfIsEnded(t *testing.T) {
	at := func(n int, f func(p *producers.Prediction)) func(int, *producers.Prediction) {
		return func(step int, p *producers.Prediction) {
			if step == n {
				f(p)
			}
		}
	}
	refuses := at(0, func(p *producers.Prediction) { p.Valid = new(false) })
	wins := at(2, func(p *producers.Prediction) { p.Terminated, p.Success = true, new(true) })
	moves := at(2, func(p *producers.Prediction) { p.Text = "step 9" })
	allows := at(2, func(p *producers.Prediction) { p.Admissible = []string{"fly"} })
	for name, test := range map[string]struct {
		bend    func(int, *producers.Prediction)
		actions []string
	}{
		"an admissible action is not understood":                 {refuses, []string{"up"}},
		"an action that changed nothing now does":                {moves, []string{"wait", "down", "wait"}},
		"an action that changed nothing now wins":                {wins, []string{"wait", "down", "wait"}},
		"an action that changed nothing now allows other things": {allows, []string{"wait", "down", "wait"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := begun(t, opened(t, dream.Options{Model: &climber{bend: test.bend}}), "a")
			requireEnded(t, take(t, s, test.actions...), "contradiction")
		})
	}
	for name, test := range map[string]struct {
		bend    func(int, *producers.Prediction)
		actions []string
	}{
		"something changed in between": {moves, []string{"wait", "up", "wait"}},
		"the same actions are listed in another order": {at(2, func(p *producers.Prediction) {
			p.Admissible = []string{"wait", "down", "up"}
		}), []string{"wait", "down", "wait"}},
		"it changed nothing, and does so again":    {nil, []string{"wait", "down", "wait"}},
		"it was another action":                    {moves, []string{"wait", "wait", "down"}},
		"an action that was not admissible either": {refuses, []string{"sing"}},
		"places that cannot be told apart": {func(step int, p *producers.Prediction) {
			p.Admissible = nil
			if step == 3 {
				p.Text = "step 9"
			}
		}, []string{"up", "wait", "wait", "wait"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := begun(t, opened(t, dream.Options{Model: &climber{bend: test.bend}}), "a")
			requireGoesOn(t, take(t, s, test.actions...))
		})
	}
}

// A recorded success that is repeated to its end, and is none to the model, is a
// lost episode: an agent that follows the walkthrough has nothing left to do.
func TestAMissedSuccessEndsTheDream(t *testing.T) {
	blind := func(_ int, p *producers.Prediction) {
		p.Terminated, p.Success, p.Reason = false, nil, ""
	}
	s, _ := begun(t, opened(t, dream.Options{Model: &climber{bend: blind}, Retriever: everything()}), "a")
	requireEnded(t, take(t, s, "up", "up", "up"), "missed success")
	s, _ = begun(t, opened(t, dream.Options{Model: &climber{bend: blind}, Retriever: everything()}), "a")
	requireGoesOn(t, take(t, s, "wait", "up", "up", "up"), "another way up is not on record")
}

func TestTheInfoOfTheModelStays(t *testing.T) {
	for given, want := range map[string]string{
		`{"score":1.50}`: `{"first_state":"imagined","score":1.50}`,
		`[1]`:            `[1]`,
	} {
		bend := func(_ int, p *producers.Prediction) { p.Info = new(schema.JSON(given)) }
		s, _ := begun(t, opened(t, dream.Options{Model: &climber{bend: bend}}), "a")
		require.Equal(t, want, string(*take(t, s, "up").Info))
	}
}
