package webshop

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// The numbers are those of Python 3.11: random.seed(233), and then
// getrandbits(32) or shuffle(list(range(n))).
func TestTheTwisterIsPythons(t *testing.T) {
	r := newTwister(233)
	for _, want := range []uint32{2931216007, 3446561803, 2698614761} {
		require.Equal(t, want, r.uint32())
	}
}

func TestTheOrderOfGoalsIsTheOriginals(t *testing.T) {
	order := func(n int) []int {
		goals := make([]catalogue.Goal, n)
		for i := range goals {
			goals[i].Product = i
		}
		shuffle(goals)
		shuffled := make([]int, n)
		for i, g := range goals {
			shuffled[i] = g.Product
		}
		return shuffled
	}
	require.Equal(t, []int{5, 9, 0, 1, 4, 7, 6, 3, 8, 2}, order(10))
	// More draws than the state has words.
	require.Equal(t, []int{127, 320, 431, 331, 760, 454, 129, 769, 485, 270}, order(1000)[:10])
	require.Equal(t, []int{643, 821, 698}, order(1000)[997:])
	require.Empty(t, order(0))
}

func TestSplitsAreThoseOfThePaper(t *testing.T) {
	for index, want := range map[int]string{0: "test", 499: "test", 500: "dev", 1499: "dev", 1500: "train", 9000: "train"} {
		require.Equal(t, want, split(index), "%d", index)
	}
}

func TestTooManyCombinationsAreNotMade(t *testing.T) {
	wide := make([]catalogue.Option, 8)
	for i := range wide {
		wide[i] = catalogue.Option{Name: string(rune('a' + i)), Values: make([]string, 100)}
	}
	require.Len(t, combined(catalogue.Goal{}, "x", wide, 1000), 1000, "of 10^16")
	require.Empty(t, combined(catalogue.Goal{}, "x", []catalogue.Option{{Name: "none"}}, 10))
	require.Len(t, combined(catalogue.Goal{}, "x", nil, 10), 1)
}
