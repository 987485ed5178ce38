package textworldexpress

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

func TestCounts(t *testing.T) {
	store, result := importertest.Import(t, New(), importertest.Data(t, "textworld_express"))
	require.EqualValues(t, 800, result.Episodes)
	require.EqualValues(t, 17988, result.Transitions)
	require.EqualValues(t, 100, result.Tasks)
	require.Zero(t, result.Rejected)
	mean, varying := store.Outcomes(importertest.Success)
	require.InDelta(t, (174+95+165+131)/800., mean, 1e-9)
	require.Equal(t, 87, varying)
	for _, e := range store.Episodes {
		sum := 0.0
		for _, s := range store.Steps(e.EpisodeID) {
			sum += *s.Reward
			require.NotNil(t, s.AdmissibleActions)
		}
		require.InDelta(t, *e.EpisodeReturn, sum, 1e-9)
	}
}
