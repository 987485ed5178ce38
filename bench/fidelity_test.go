package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/experience/fidelity"
)

// The lifted model against a small set of household games that it has not seen.
// The thresholds are far below what it reaches (docs/fidelity.md), so that only a
// break fails: not noise, and not a change of wording.
func TestTheLiftedModelHoldsUpOnGamesNotSeen(t *testing.T) {
	b := &bench{dir: t.TempDir(), quick: true}
	c, err := householdOf(t.Context(), b, 30, 8)
	require.NoError(t, err)
	rows, err := c.measure(t.Context(), io.Discard, []int{0, 5}, 0)
	require.NoError(t, err)
	figures := func(model, setting string, k int, history string, depth int, over string) (state, admissible float64) {
		for _, r := range rows {
			if r.Model == model && r.Setting == setting && r.K == k && r.History == history && r.Depth == depth && r.Over == over {
				return *r.NextStateExact, *r.AdmissibleExact
			}
		}
		t.Fatalf("nothing was measured of %s, %s, k = %d, %s, depth %d", model, setting, k, history, depth)
		return 0, 0
	}
	const model = "lifted/textworld"
	state, admissible := figures(model, fidelity.Known, 5, fidelity.OneStep, 1, fidelity.AllSteps)
	require.Greater(t, state, .85)
	require.Greater(t, admissible, .8)
	deepState, _ := figures(model, fidelity.Known, 5, fidelity.OpenLoop, 20, fidelity.AllSteps)
	require.Greater(t, deepState, .7)
	unguessed, _ := figures(model, fidelity.Unseen, 5, fidelity.OneStep, 1, fidelity.KnowableSteps)
	require.Greater(t, unguessed, .75)

	without, _ := figures(model, fidelity.Known, 0, fidelity.OneStep, 1, fidelity.AllSteps)
	require.Greater(t, state, without+.05, "retrieval must help where the task is known")
	copied, _ := figures("copy", fidelity.Known, 5, fidelity.OneStep, 1, fidelity.AllSteps)
	require.Greater(t, state, copied+.1, "the model must beat copying")
	for _, r := range rows {
		if r.Model == model && r.History == fidelity.OneStep && r.Over == fidelity.AllSteps {
			require.Less(t, *r.FalseSuccess, .01, "it invents successes")
		}
	}
}

// Corpora of files are read whole, and nothing that is measured by is seen.
func TestCorporaKeepWhatIsHeldOutApart(t *testing.T) {
	named := os.Getenv("DREAMLOG_TESTDATA")
	if named == "" {
		t.Setenv("DREAMLOG_TESTDATA", filepath.Join("..", "..", "shared", "data"))
	}
	if _, there := testdata("alfworld/traces.jsonl.gz"); !there {
		require.Empty(t, named, "the folder named has no recorded walks")
		t.Skip("the recorded experience is not here; set DREAMLOG_TESTDATA")
	}
	b := &bench{dir: filepath.Join(t.TempDir(), "b"), quick: true}
	for name, want := range map[string][3]int{"alfworld": {500, 134, 201}, "coin": {120, 60, 20}, "twc": {120, 60, 20}} {
		for _, c := range corpora {
			if c.name != name {
				continue
			}
			found, err := c.load(t.Context(), b)
			require.NoError(t, err)
			require.Equal(t, want, [3]int{len(found.fit), len(found.seen), len(found.held)}, name)
			seen := map[string]bool{}
			for _, r := range found.seen {
				seen[r.Task.ID+"/"+r.EpisodeID] = true
			}
			fit := map[string]bool{}
			for _, r := range found.fit {
				fit[r.Task.ID] = true
			}
			for _, r := range found.held {
				require.False(t, fit[r.Task.ID])
				require.False(t, seen[r.Task.ID+"/"+r.EpisodeID])
				for i := range r.Steps {
					require.Equal(t, fmt.Sprintf("%s/%d", r.EpisodeID, i), r.Steps[i].EventID)
				}
			}
		}
	}
}
