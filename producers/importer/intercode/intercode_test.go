package intercode

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

func TestCounts(t *testing.T) {
	store, result := importertest.Import(t, New(), importertest.Data(t, "intercode_sql"))
	require.EqualValues(t, 5170, result.Episodes)
	require.EqualValues(t, 26929, result.Transitions)
	require.EqualValues(t, 1034, result.Tasks)
	require.Zero(t, result.Rejected)
	mean, varying := store.Outcomes(importertest.Return)
	require.InDelta(t, .651, mean, .0005)
	require.Equal(t, 608, varying)

	policies, aborted := map[string]int{}, 0
	returns := map[string]float64{}
	for _, s := range store.Transitions {
		returns[s.EpisodeID] += *s.Reward
	}
	for _, e := range store.Episodes {
		policies[*e.PolicyID]++
		require.InDelta(t, *e.EpisodeReturn, returns[e.EpisodeID], 1e-12)
		if e.Status == "aborted" {
			aborted++
		}
	}
	require.Equal(t, map[string]int{"gpt-3.5/multiturn": 1034, "gpt-3.5/multiturn_handicap": 1034, "gpt-3.5/react": 1034,
		"gpt-4/multiturn": 1034, "text-bison-001/multiturn_handicap": 1034}, policies)
	require.Equal(t, 22, aborted)
}
