package intercode

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

const result = `{"7":{"environment":"ic_bash","dataset":"./data/nl2bash/nl2bash_fs_1.json","task_id":7,"query":"count the files",
	"turn_history":{"actions":["ls","ls -l","wc -l","submit"],"observations":["a b","",["x"],"done"],"rewards":[0.5,0.25,1.0,1.0],
	"valid_action":[true,false,true,true],"thoughts":["look",null,"count","stop"]},
	"summary":{"max_reward":1.0,"turns_taken":4,"turns_max":9},"hardness":"easy","extra":{"a":1}}}`

func TestRewardsAreWhatATurnAddsToTheBest(t *testing.T) {
	store, _ := importertest.Import(t, New(), importertest.File(t, "ic_bash_react_gpt-5_9_turns.json", result))
	e := store.Episodes[0]
	steps := store.Steps(e.EpisodeID)
	require.Equal(t, []float64{.5, 0, .5, 0}, []float64{*steps[0].Reward, *steps[1].Reward, *steps[2].Reward, *steps[3].Reward})
	require.JSONEq(t, `{"reward":0.25}`, string(*steps[1].Info))
	require.Equal(t, []any{1., true, "completed", "gpt-5/react"}, []any{*e.EpisodeReturn, *e.Success, e.Status, *e.PolicyID})
	require.Equal(t, []string{"intercode_bash", "nl2bash_fs_1/7", "train"}, []string{e.Environment, e.TaskID, e.Split})
	require.Equal(t, []string{"count the files", "a b", "", `["x"]`}, []string{steps[0].State, steps[1].State, steps[2].State, steps[3].State})
	require.Equal(t, "look", *steps[0].Thought)
	require.Nil(t, steps[1].Thought)
	require.False(t, *steps[1].ActionValid)
	require.True(t, steps[3].Terminated)
	require.EqualValues(t, 9, *steps[0].MaxSteps)
	require.JSONEq(t, `{"extra":{"a":1},"summary":{"max_reward":1.0,"turns_taken":4,"turns_max":9}}`, string(*e.Info))
	require.JSONEq(t, `{"hardness":"easy","dataset":"./data/nl2bash/nl2bash_fs_1.json"}`, string(*store.Tasks[0].Info))
}

// of is a result with one list replaced.
func of(history string) string {
	return fmt.Sprintf(`{"environment":"ic_sql","dataset":"dev_x.json","task_id":"t","query":"q","turn_history":{%s}}`, history)
}

func TestHowAnEpisodeEnds(t *testing.T) {
	for history, want := range map[string]string{
		`"actions":["a","blocked"],"observations":["x"],"rewards":[0,0],"valid_action":[true]`: "aborted truncated",
		`"actions":["a"],"observations":["x"],"rewards":[0.9]`:                                 "truncated truncated",
		`"actions":["a"],"observations":["x"],"rewards":[1]`:                                   "completed terminated",
		`"actions":["submit"],"observations":["x"]`:                                            "completed terminated",
	} {
		store, _ := importertest.Import(t, New(), importertest.File(t, "x.json", "["+of(history)+"]"))
		final := store.Transitions[len(store.Transitions)-1]
		got := store.Episodes[0].Status + " truncated"
		if final.Terminated {
			got = store.Episodes[0].Status + " terminated"
		}
		require.Equal(t, want, got, history)
		require.NotEqual(t, final.Terminated, final.Truncated)
		require.Equal(t, "dev", final.Split)
		require.Nil(t, final.PolicyID)
	}
}

func TestListsThatDoNotBelongTogether(t *testing.T) {
	for history, want := range map[string]string{
		`"actions":["a","b","c"],"observations":["x"]`:               "3 actions and 1 observations",
		`"actions":["a"],"observations":["x"],"rewards":[1,2]`:       "1 actions and 2 rewards",
		`"actions":["a"],"observations":["x"],"thoughts":["a","b"]`:  "1 actions and 2 thoughts",
		`"actions":["a"],"observations":["x"],"valid_action":["no"]`: "valid_action",
		`"actions":["a"],"observations":["x"],"rewards":[NaN]`:       "decode record",
	} {
		good := of(`"actions":["a"],"observations":["x"]`)
		store, result := importertest.Import(t, New(), importertest.File(t, "x.json", "["+of(history)+","+good+"]"))
		require.EqualValues(t, 1, result.Rejected)
		require.ErrorContains(t, result.Rejections[0], want)
		require.Len(t, store.Episodes, 1)
	}
}

func TestTheFolderNamesTheModelWhereTheFileDoesNot(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gpt-9")
	require.NoError(t, os.Mkdir(dir, 0o700))
	path := filepath.Join(dir, "ic_bash_react_10_turns.json")
	require.NoError(t, os.WriteFile(path, []byte(result), 0o600))
	store, _ := importertest.Import(t, New(), path)
	require.Equal(t, "gpt-9/react", *store.Episodes[0].PolicyID)
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(of(`"actions":["a","b"],"observations":["x"],"rewards":[1,null],"thoughts":["t"]`)))
	f.Add([]byte(`{"dataset":"d","task_id":null,"turn_history":{"actions":[],"observations":null}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := decode(raw, "p")
		require.True(t, (e == nil) == (err != nil))
		if err == nil && e.Return != nil {
			sum := 0.0
			for _, s := range e.Steps {
				if s.Reward != nil {
					sum += *s.Reward
				}
			}
			require.InEpsilon(t, *e.Return+1, sum+1, 1e-9)
		}
	})
}
