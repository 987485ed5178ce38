package reward

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The numbers are those of the Python package thefuzz 0.19.0.
func TestSimilarityIsThatOfTheBenchmark(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"cool powder snow", "powder snow", 100},
		{"essential oil", "essential oils", 96},
		{"black", "matte black", 100},
		{"x-large", "xx-large", 93},
		{"6 ounce (pack of 2)", "6 ounce (pack of 1)", 94},
		{"grey", "gray", 75},
		{"navy stars", "stars navy blue", 100},
		{"", "red", 0},
		{"!!!", "red", 0},
		{"queen", "king", 22},
		{"10 wide", "10", 100},
		{"long lasting", "long-lasting color", 100},
		{"water resistant", "water proof", 62},
		{"easy to install", "easy install", 100},
		{"Café noir", "cafe noir", 94},
		{"usda organic", "organic certified usda", 100},
		{"noise cancelling", "noise canceling", 97},
		{"abcabcab", "bcabcabc", 88},
		{"a_b", "a b", 67},
		{"12 fl oz", "1.2 fl oz", 94},
		{"machine washable", "machine wash", 86},
		{"natural wood 2", "natural wood two", 92},
		{"Ünïcode", "unicode", 83},
		{"dog bed for large dogs", "large dog beds", 78},
	} {
		require.Equal(t, c.want, similarity(c.a, c.b), "%q and %q", c.a, c.b)
	}
}

func TestSimilarityOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		s := similarity(a, b)
		require.True(t, 0 <= s && s <= 100, "%d", s)
		if plain(a) != "" {
			require.Equal(t, 100, similarity(a, a))
			require.Equal(t, 100, similarity(a, a+" more of it"))
		}
	})
}

func TestRatioCountsCommonRuns(t *testing.T) {
	// abcd and bcde have bcd in common: 2*3/8.
	require.Equal(t, 75, ratio("abcd", "bcde"))
	// Of the two runs of two, the earlier is taken: then nothing is left of it.
	require.Equal(t, 50, ratio("abcd", "cdab"))
	require.Equal(t, 0, ratio("abc", "xyz"))
	require.Equal(t, 0, ratio("", "xyz"))
	// 12.5 percent is rounded to the even 12.
	require.Equal(t, 12, ratio("abcdefgh", "a2345678"))
}
