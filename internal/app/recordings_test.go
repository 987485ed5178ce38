package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/replay"
)

func TestWhatIsAdmissibleNextIsSaidByTheStepBehind(t *testing.T) {
	r := recordingOf(&replay.Episode{Steps: []replay.Step{
		{Step: 0, State: "a", Admissible: []string{"go"}, Next: "b"},
		{Step: 1, State: "b", Admissible: []string{"stay"}, Next: "c"},
		{Step: 2, State: "elsewhere", Admissible: []string{"run"}, Next: "d", NextAdmissible: []string{"own"}},
		{Step: 4, State: "d", Admissible: []string{"rest"}, Next: "e"},
	}})
	require.Equal(t, []string{"stay"}, r.Steps[0].Next.Admissible)
	require.Nil(t, r.Steps[1].Next.Admissible, "the next step begins elsewhere")
	require.Equal(t, []string{"own"}, r.Steps[2].Next.Admissible)
	require.Nil(t, r.Steps[3].Next.Admissible)
}
