package webshop

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

func TestCounts(t *testing.T) {
	store, result := importertest.Import(t, New(), importertest.Data(t, "webshop/WebShop.stdout.txt"))
	require.EqualValues(t, 500, result.Episodes)
	require.EqualValues(t, 3437, result.Transitions)
	require.EqualValues(t, 500, result.Tasks)
	require.Zero(t, result.Rejected)
	mean, _ := store.Outcomes(importertest.Return)
	require.InDelta(t, .638, mean, .0005)
	success, _ := store.Outcomes(importertest.Success)
	require.InDelta(t, .358, success, .0005)

	var thoughts, invalid, footers int
	for _, s := range store.Transitions {
		require.NotContains(t, s.Action, "think[")
		if s.Thought != nil {
			thoughts++
			require.Empty(t, s.Action)
			require.Equal(t, s.State, s.NextState)
		}
		if !*s.ActionValid {
			invalid++
			require.Equal(t, refused, s.NextState)
		}
		if s.Terminated {
			require.NotContains(t, s.NextState, "0.0 0.0")
		}
	}
	require.Equal(t, 1089, thoughts)
	require.Equal(t, 310, invalid)
	for _, e := range store.Episodes {
		require.NotEmpty(t, e.Instruction)
		if e.Info != nil {
			footers++
		}
	}
	require.Equal(t, 500, footers)
}
