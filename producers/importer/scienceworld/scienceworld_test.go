package scienceworld

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

func TestCounts(t *testing.T) {
	store, result := importertest.Import(t, New(), importertest.Data(t, "scienceworld/goldsequences-7-8-11-12-13-14.json"))
	require.EqualValues(t, 1240, result.Episodes)
	require.EqualValues(t, 15050, result.Transitions)
	require.EqualValues(t, 1240, result.Tasks)
	require.Zero(t, result.Rejected)
	mean, _ := store.Outcomes(importertest.Return)
	require.EqualValues(t, 1, mean, "gold paths solve their tasks")
	success, _ := store.Outcomes(importertest.Success)
	require.EqualValues(t, 1, success)
}
