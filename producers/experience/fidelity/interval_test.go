package fidelity

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Wilson's interval of 8 of 10, as textbooks have it: 0.490 to 0.943.
func TestWilson(t *testing.T) {
	low, high := wilson(.8, 10)
	require.InDelta(t, .490, low, 1e-3)
	require.InDelta(t, .943, high, 1e-3)
}

func TestIntervals(t *testing.T) {
	low, high := interval(nil)
	require.Nil(t, low)
	require.Nil(t, high)
	// Tasks that are all right or all wrong tell no more than one step each: p is
	// 1/2, v = 4/3 * 4 * 25 / 40^2 = 1/12, n* = 3, one less than there are tasks.
	apart := []mean{{10, 10}, {10, 10}, {0, 10}, {0, 10}}
	wantLow, wantHigh := wilson(.5, 3)
	low, high = interval(apart)
	require.InDelta(t, wantLow, *low, 1e-12)
	require.InDelta(t, wantHigh, *high, 1e-12)
	// Tasks that are alike tell as much as independent steps, and no more.
	wantLow, _ = wilson(.5, 40)
	low, _ = interval([]mean{{5, 10}, {5, 10}, {6, 10}, {4, 10}})
	require.InDelta(t, wantLow, *low, 1e-12)
	// Where all are right, a task counts as one step.
	wantLow, _ = wilson(1, 3)
	low, high = interval([]mean{{10, 10}, {10, 10}, {0, 0}, {10, 10}})
	require.InDelta(t, wantLow, *low, 1e-12)
	require.InDelta(t, 1, *high, 1e-12)
}

func TestRankCorrelations(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5}
	for _, c := range []struct {
		y             []float64
		spearman, tau float64
	}{
		{[]float64{10, 20, 30, 40, 50}, 1, 1},
		{[]float64{5, 4, 3, 2, 1}, -1, -1},
		{[]float64{2, 1, 4, 3, 5}, .8, .6},                     // 1 - 6*4/(5*24); (8 - 2)/10
		{[]float64{1, 1, 2, 2, 3}, 0.9486832981, 0.8944271910}, // ranks 1.5 1.5 3.5 3.5 5: 9/sqrt(90); 8/sqrt(80)
	} {
		require.InDelta(t, c.spearman, *Spearman(x, c.y), 1e-9)
		require.InDelta(t, c.tau, *KendallTauB(x, c.y), 1e-9)
	}
	for _, y := range [][]float64{nil, {1}, {2, 2, 2}} {
		require.Nil(t, Spearman(x[:len(y)], y))
		require.Nil(t, KendallTauB(x[:len(y)], y))
	}
}
