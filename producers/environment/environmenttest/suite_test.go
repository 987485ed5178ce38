package environmenttest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
)

func TestASoundEnvironmentPasses(t *testing.T) {
	Run(t, func(*testing.T) producers.Environment { return newCorridor("") }, Options{})
}

func TestWhatAnEnvironmentDoesNotPromiseIsNotAsked(t *testing.T) {
	Run(t, func(*testing.T) producers.Environment { return newCorridor("random") }, Options{Random: true})
	Run(t, func(*testing.T) producers.Environment { return newCorridor("shared state") }, Options{Alone: true})
	Run(t, func(*testing.T) producers.Environment { return newCorridor("everything is valid") }, Options{UnderstandsAll: true})
}

// TestEachMistakeIsFound breaks one thing at a time.
func TestEachMistakeIsFound(t *testing.T) {
	const (
		stable  = "tasks are stable, unique and recordable"
		sound   = "outcomes are consistent to the end"
		repeats = "the same seed and actions give the same episode"
		solves  = "a walkthrough solves its task"
	)
	tests := []struct{ mistake, behaviour, says string }{
		{"no tasks", stable, "has no tasks"},
		{"another order", stable, "another order"},
		{"a task twice", stable, "listed twice"},
		{"no split", stable, "field split: is required"},
		{"no instruction", sound, "says what to do"},
		{"an admissible action twice", sound, "told twice"},
		{"an empty admissible action", sound, "is empty"},
		{"not UTF-8", sound, "UTF-8"},
		{"not finite", sound, "finite"},
		{"info is a list", sound, "JSON object"},
		{"success before the end", sound, "its success is false"},
		{"reason before the end", sound, "just because"},
		{"no reason", solves, "without a reason"},
		{"ignore the seed", repeats, "begin apart"},
		{"random", repeats, "go apart"},
		{"nonsense is an error", "an action that nobody understands is no error", "do not know how"},
		{"everything is valid", "an action that nobody understands is no error", "counts as understood"},
		{"go on where it was", "reset leaves an abandoned episode behind", "begin apart"},
		{"walkthrough too short", solves, "does not end it"},
		{"walkthrough too long", solves, "ended at step"},
		{"walkthrough not understood", solves, "is not understood"},
		{"no success", solves, "without success"},
		{"shared state", "two sessions do not mix", "go apart"},
		{"hide the cause", "a cancelled context ends a call promptly", "hides why"},
		{"close fails the second time", "close is idempotent", "closed already"},
	}
	for _, test := range tests {
		t.Run(test.mistake, func(t *testing.T) {
			err := ask(t.Context(), newCorridor(test.mistake), Options{}, named(t, test.behaviour))
			require.ErrorContains(t, err, test.says)
			require.NoError(t, ask(t.Context(), newCorridor(""), Options{}, named(t, test.behaviour)), "without the mistake")
		})
	}
}

func named(t *testing.T, name string) behaviour {
	for _, b := range behaviours {
		if b.name == name {
			return b
		}
	}
	require.Fail(t, "no such behaviour", name)
	return behaviour{}
}
