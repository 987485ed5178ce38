package agentdojo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/agentdojo"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
)

func TestCountsOfTheSharedRuns(t *testing.T) {
	landed := chattest.Import(t, agentdojo.New(), chattest.Data(t, "agentdojo"))
	_, tasks, varying := landed.Outcomes()
	require.Len(t, landed.Episodes, 3560)
	require.Len(t, landed.Transitions, 13740)
	require.Len(t, landed.Calls, 13740)
	require.Len(t, landed.Tasks, 132)
	require.Equal(t, 132, tasks)
	require.Equal(t, 124, varying)
}
