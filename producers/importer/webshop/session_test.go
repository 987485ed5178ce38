package webshop

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

const bought = `-----------------
3
Action: reset
Observation: 
Webshop 
Instruction:  
i need a mug, and price lower than 9.00 dollars 
[Search] 

Action: search[mug]
Observation: 
[Back to Search] 
[B01] 
Mug 

Action: think[B01 is a mug]
Observation: OK.

Action: click[B02]
Observation: Invalid action!

Action: click[Buy Now]
Observation: Your score (min 0.0, max 1.0): 0.5

4 0.5 0.0 0.0
-------------
`

const unsold = "-----------------\n4\nAction: reset\nObservation: \nWebshop \nInstruction:  \nx \n[Search] \n\nAction: search[x]\nObservation: y\n"

func TestASession(t *testing.T) {
	store, result := importertest.Import(t, New(), importertest.File(t, "out.txt", "loading…\n"+bought+unsold+"\n0.25 0.0 0.0\n"))
	require.Zero(t, result.Rejected)
	require.Len(t, store.Episodes, 2)
	e := store.Episodes[0]
	steps := store.Steps(e.EpisodeID)
	require.Len(t, steps, 4)
	require.Equal(t, "i need a mug, and price lower than 9.00 dollars", *e.Instruction)
	require.Equal(t, []any{"3", "webshop", "completed", false, .5}, []any{e.TaskID, e.Environment, e.Status, *e.Success, *e.EpisodeReturn})
	require.JSONEq(t, `{"running_statistics":"4 0.5 0.0 0.0"}`, string(*e.Info))

	require.Equal(t, "search[mug]", steps[0].Action)
	require.Equal(t, []string{"", "B01 is a mug", steps[0].NextState, steps[0].NextState},
		[]string{steps[1].Action, *steps[1].Thought, steps[1].State, steps[1].NextState}, "a thought leaves the page as it is")
	require.False(t, *steps[2].ActionValid)
	require.Equal(t, "Invalid action!", steps[2].NextState)
	require.Equal(t, []any{.5, true, 0.}, []any{*steps[3].Reward, steps[3].Terminated, *steps[2].Reward})

	lost := store.Steps(store.Episodes[1].EpisodeID)
	require.Equal(t, []any{"truncated", 0., true}, []any{store.Episodes[1].Status, *store.Episodes[1].EpisodeReturn, lost[0].Truncated})
}

func TestABadSessionIsRefusedAlone(t *testing.T) {
	for text, want := range map[string]string{
		strings.Replace(bought, "Action: reset", "Action: start", 1): "does not begin with Action: reset",
		strings.Replace(bought, "Observation: OK.", "", 1):           "has no observation",
		strings.Replace(bought, "): 0.5", "): much", 1):              `score "much": must be a number`,
		strings.Replace(bought, "): 0.5", "): NaN", 1):               "must be finite",
		strings.Replace(bought, "B01 is", "\xff\xfe", 1):             "UTF-8",
	} {
		store, result := importertest.Import(t, New(), importertest.File(t, "out.txt", text+unsold))
		require.EqualValues(t, 1, result.Rejected, want)
		require.Equal(t, 1, result.Rejections[0].Record)
		require.ErrorContains(t, result.Rejections[0], want)
		require.Equal(t, "4", store.Episodes[0].TaskID)
	}
}

func FuzzSessions(f *testing.F) {
	f.Add(bought + unsold)
	f.Add("-----------------\n1\n-----------------\n2\n")
	f.Add("-----------------\n1\nAction: reset\nObservation: \nAction: think[\nObservation: Your score (min 0, max 1): x")
	f.Fuzz(func(t *testing.T, text string) {
		s := splitter{yield: func(_ int, e *importer.Episode, err error) error {
			require.True(t, (e == nil) == (err != nil))
			return nil
		}}
		for line := range strings.Lines(text) {
			require.NoError(t, s.line([]byte(strings.TrimRight(line, "\r\n"))))
		}
		require.NoError(t, s.flush())
	})
}
