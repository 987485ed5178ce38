package taubench_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
	"github.com/dreamlog/dreamlog/producers/importer/taubench"
)

func TestCountsOfTheAirlineSet(t *testing.T) {
	landed := chattest.Import(t, taubench.New(), chattest.Data(t, "taubench_airline"))
	mean, tasks, varying := landed.Outcomes()
	require.Len(t, landed.Episodes, 200)
	require.Len(t, landed.Transitions, 2454)
	require.Len(t, landed.Calls, 2454)
	require.Len(t, landed.Tasks, 50)
	require.Equal(t, 50, tasks)
	require.Equal(t, 26, varying)
	require.InDelta(t, .420, mean, 1e-9)
}
