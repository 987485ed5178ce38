package textworldexpress

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

const rollout1 = `{"env":"twx-1","game":"coin","params":"n=1","fold":"dev","seed":5,"task_id":"coin/5","attempt":2,"agent":"me","instruction":"find it",` +
	`"initial":{"observation":"kitchen","look":"L0","validActions":["go"]},"steps":[` +
	`{"step":0,"action":"go","observation":"hall","look":"L1","valid_actions":["take"],"score":0.25,"reward":0.3,"done":false},` +
	`{"step":1,"action":"jump","observation":"no","valid_actions":["take"],"score":0.1,"done":true}],` +
	`"final_score":0.1,"success":false,"failure":true,"truncated":false,"note":"n"}`

func TestARollout(t *testing.T) {
	store, _ := importertest.Import(t, New(), importertest.File(t, "coin.jsonl", rollout1+"\n"))
	e := store.Episodes[0]
	steps := store.Steps(e.EpisodeID)
	require.Equal(t, []string{"textworld_express/coin", "twx-1", "coin/5", "dev", "me", "completed"},
		[]string{e.Environment, *e.EnvironmentVersion, e.TaskID, e.Split, *e.PolicyID, e.Status})
	require.False(t, *e.Success)
	require.EqualValues(t, 2, *e.Attempt)
	require.Equal(t, []string{"kitchen", "hall", "hall", "no"}, []string{steps[0].State, steps[0].NextState, steps[1].State, steps[1].NextState})
	require.Equal(t, [][]string{{"go"}, {"take"}}, [][]string{steps[0].AdmissibleActions, steps[0].NextAdmissibleActions})
	require.True(t, *steps[0].ActionValid)
	require.False(t, *steps[1].ActionValid)
	require.InDelta(t, .25, *steps[0].Reward, 1e-12, "the score says more than a rounded reward")
	require.InDelta(t, -.15, *steps[1].Reward, 1e-12)
	require.True(t, steps[1].Terminated)
	require.EqualValues(t, 5, *steps[0].EnvSeed)
	require.JSONEq(t, `{"look":"L1","score":0.25}`, string(*steps[0].Info))
	require.JSONEq(t, `{"note":"n","failure":true,"initial":{"look":"L0"}}`, string(*e.Info))
}

func TestBadRollouts(t *testing.T) {
	for record, want := range map[string]string{
		strings.Replace(rollout1, `"step":1`, `"step":2`, 1):          "steps[1] says that it is step 2",
		strings.Replace(rollout1, `"action":"jump",`, ``, 1):          "steps[1] has no action",
		strings.Replace(rollout1, `"initial"`, `"start"`, 1):          "initial is missing",
		strings.Replace(rollout1, `"game":"coin",`, ``, 1):            "no TextWorldExpress rollout",
		strings.Replace(rollout1, `"score":0.1`, `"score":NaN`, 1):    "decode record",
		strings.Replace(rollout1, `"score":0.1`, `"score":"high"`, 1): "score",
		strings.Replace(rollout1, `"score":0.1`, `"score":1e999`, 1):  "score",
	} {
		_, result := importertest.Import(t, New(), importertest.File(t, "coin.jsonl", record+"\n"+rollout1+"\n"))
		require.EqualValues(t, 1, result.Rejected)
		require.ErrorContains(t, result.Rejections[0], want)
		require.EqualValues(t, 1, result.Episodes)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(rollout1))
	f.Add([]byte(`{"game":"g","task_id":"t","initial":{},"steps":[{"action":""}],"final_score":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := decode(raw)
		require.True(t, (e == nil) == (err != nil))
	})
}
