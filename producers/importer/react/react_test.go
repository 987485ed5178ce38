package react

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

func TestKnowAgentCounts(t *testing.T) {
	store, result := importertest.Import(t, New(), importertest.Data(t, "knowagent_alfworld"))
	require.EqualValues(t, 1020, result.Episodes)
	require.EqualValues(t, 17950, result.Transitions)
	require.EqualValues(t, 510, result.Tasks)
	require.Zero(t, result.Rejected)
	require.Len(t, store.Tasks, 510)
	mean, varying := store.Outcomes(importertest.Success)
	require.InDelta(t, .310, mean, .0005)
	require.Equal(t, 120, varying)
}

func TestPublishedTranscriptCounts(t *testing.T) {
	store, result := importertest.Import(t, New(), importertest.Data(t, "alfworld/transcripts_valid_unseen.json"))
	require.EqualValues(t, 67, result.Episodes)
	require.EqualValues(t, 67, result.Tasks)
	require.Zero(t, result.Rejected)
	mean, _ := store.Outcomes(importertest.Success)
	require.InDelta(t, 55./67, mean, 1e-9)
	for _, s := range store.Transitions {
		require.NotEmpty(t, s.Action)
		require.NotContains(t, s.Action, "think")
		require.Equal(t, "valid_unseen", s.Split)
	}
}
