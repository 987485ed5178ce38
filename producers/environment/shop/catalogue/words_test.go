package catalogue

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What the generator takes for granted of the words it is given.
func TestWordsAreEnoughForEveryProduct(t *testing.T) {
	w, err := loadWords()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(w.shelves), 40)
	for _, s := range w.shelves {
		require.NotEmpty(t, s.Kinds, s.Aisle)
		require.GreaterOrEqual(t, len(s.Attributes), 5, s.Aisle)
		require.NotEmpty(t, s.Materials, s.Aisle)
		require.NotEmpty(t, s.Uses, s.Aisle)
		require.Less(t, s.Price[0], s.Price[1], s.Aisle)
		require.Less(t, s.Price[1], 980, "%s: a bound is to be had for every price", s.Aisle)
		require.NotEmpty(t, s.department, s.Aisle)
		optionsDiffer(t, w, &s)
	}
}

// optionsDiffer: a value that is in two options of a product could be chosen of
// one only.
func optionsDiffer(t *testing.T, w *words, s *shelf) {
	values := map[string]bool{}
	require.Len(t, s.Options, 2)
	for _, name := range s.Options {
		o, ok := w.options[name]
		require.True(t, ok, "%s has option %s, which options.yaml does not", s.Aisle, name)
		require.GreaterOrEqual(t, len(o.Values), 3, name)
		require.Contains(t, o.Phrase, "{value}", name)
		for _, v := range o.Values {
			require.False(t, values[v], "%s: %s", s.Aisle, v)
			values[v] = true
		}
	}
}
