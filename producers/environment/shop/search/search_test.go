package search

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// indexOf indexes products of the titles, whose ids fall with the position.
func indexOf(t testing.TB, titles ...string) *Index {
	products := make([]catalogue.Product, len(titles))
	for i, title := range titles {
		products[i] = catalogue.Product{ID: fmt.Sprintf("B%09d", len(titles)-i), Title: title}
	}
	x, err := New(context.Background(), products)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, x.Close()) })
	return x
}

func TestBetterMatchesComeFirst(t *testing.T) {
	x := indexOf(t, "Steel Kettle", "Red Wooden Chair", "Red Kettle with Whistle", "Garden Hose")
	found, err := x.Search(t.Context(), "red kettle")
	require.NoError(t, err)
	require.Equal(t, 2, found[0], "the only one with both words")
	require.ElementsMatch(t, []int{0, 1, 2}, found, "any word is enough, no word is not")
}

func TestWordsAreFoundInAnyFormAndCase(t *testing.T) {
	x := indexOf(t, "Running Shoes for Women", "Office Chair")
	for _, words := range []string{"RUNNING SHOE", "run shoes", "  women's  "} {
		found, err := x.Search(t.Context(), words)
		require.NoError(t, err)
		require.Equal(t, []int{0}, found, words)
	}
}

func TestNothingIsFoundOfUnknownWordsAndOfNone(t *testing.T) {
	x := indexOf(t, "Running Shoes", "Office Chair")
	for _, words := range []string{"", "the of and", "zyzzyva", "!?*(\"[", strings.Repeat("qqq ", 10_000)} {
		found, err := x.Search(t.Context(), words)
		require.NoError(t, err)
		require.Empty(t, found, words)
	}
}

func TestEquallyGoodOnesComeByID(t *testing.T) {
	titles := make([]string, 120)
	for i := range titles {
		titles[i] = "Plain Mug of Blue Stoneware"
	}
	for range 3 { // Bleve numbers them differently each time
		found, err := indexOf(t, titles...).Search(t.Context(), "blue mug stoneware plain")
		require.NoError(t, err)
		require.Len(t, found, MaxResults)
		for i, product := range found {
			require.Equal(t, len(titles)-1-i, product, "ids fall with the position, so the last has the smallest")
		}
	}
}

func TestOnlyTheFirstWordsCount(t *testing.T) {
	x := indexOf(t, "Blue Mug", "Red Chair")
	found, err := x.Search(t.Context(), strings.Repeat("chair ", maxWords)+"mug")
	require.NoError(t, err)
	require.Equal(t, []int{1}, found)
}

func TestSearchesAtTheSameTimeAgree(t *testing.T) {
	c, err := catalogue.Generate(3, 500, 50)
	require.NoError(t, err)
	x, err := New(t.Context(), c.Products)
	require.NoError(t, err)
	defer func() { require.NoError(t, x.Close()) }()
	want := make([][]int, len(c.Goals))
	for i, g := range c.Goals {
		want[i], err = x.find(t.Context(), strings.ToLower(g.Instruction))
		require.NoError(t, err)
		require.NotEmpty(t, want[i])
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i, g := range c.Goals {
				found, err := x.Search(context.Background(), g.Instruction)
				if err != nil || fmt.Sprint(found) != fmt.Sprint(want[i]) {
					t.Errorf("goal %d: %v, %v; want %v", i, found, err, want[i])
				}
			}
		})
	}
	all.Wait()
}

func TestACancelledSearchSaysSo(t *testing.T) {
	x := indexOf(t, "Blue Mug")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := x.Search(ctx, "mug")
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, `"mug"`)
	found, err := x.Search(t.Context(), "mug")
	require.NoError(t, err)
	require.Equal(t, []int{0}, found, "what failed is not remembered")

	_, err = New(ctx, []catalogue.Product{{ID: "A", Title: "Mug"}})
	require.ErrorIs(t, err, context.Canceled)
}

func TestRecentSearchesAreRememberedAndOldOnesForgotten(t *testing.T) {
	var r recent
	r.put("kept", []int{1})
	r.put("lost", []int{2})
	for i := range 2 * recentSearches {
		r.put(fmt.Sprint(i), nil)
		if i%100 == 0 {
			found, ok := r.get("kept")
			require.True(t, ok)
			require.Equal(t, []int{1}, found)
		}
	}
	_, ok := r.get("lost")
	require.False(t, ok)
	require.LessOrEqual(t, len(r.young)+len(r.old), 2*recentSearches)
}
