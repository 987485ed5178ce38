package sweagent_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
	"github.com/dreamlog/dreamlog/producers/importer/sweagent"
)

func TestTheSharedTrajectories(t *testing.T) {
	landed := chattest.Import(t, sweagent.New(), chattest.Data(t, "swe_agent"))
	require.Len(t, landed.Episodes, 2)
	for _, e := range landed.Episodes {
		require.Nil(t, e.Success)
		require.Nil(t, e.EpisodeReturn)
	}
	for _, c := range landed.Transitions {
		t.Logf("%+v %v %v", *c, *c.Thought, c.Info)
	}
}
