package verifiers_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
	"github.com/dreamlog/dreamlog/producers/importer/verifiers"
)

func TestCountsOfTheSharedRollouts(t *testing.T) {
	landed := chattest.Import(t, verifiers.New(), chattest.Data(t, "verifiers"))
	_, tasks, _ := landed.Outcomes()
	require.Len(t, landed.Episodes, 45)
	require.Len(t, landed.Transitions, 316)
	require.Len(t, landed.Calls, 316)
	require.Equal(t, 10, tasks)
}
