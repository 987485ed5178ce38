package scienceworld

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

const paths = `{"3":{"taskIdx":3,"taskName":"boil","goldActionSequences":[
	{"variationIdx":0,"taskDescription":"boil water","fold":"dev","path":[
		{"action":"look around","observation":"room","score":"0.25","isCompleted":"false","freelook":"F"},
		{"action":"focus","observation":"ok","score":"1.0","isCompleted":"true"}]},
	{"variationIdx":1,"path":[{"action":"wait","observation":"..","score":0.5,"isCompleted":false}]},
	{"variationIdx":2,"path":[{"action":"wait","observation":"..","score":"NaN","isCompleted":"false"}]},
	{"path":[]}, {"variationIdx":4,"path":[{"observation":"?"}]}, {"variationIdx":5,"path":[]}]},
	"4":{"taskIdx":4}}`

func TestPaths(t *testing.T) {
	store, result := importertest.Import(t, New(), importertest.File(t, "gold.json", paths))
	require.EqualValues(t, 3, result.Episodes)
	require.EqualValues(t, 4, result.Rejected)
	for i, want := range []string{`"NaN" is no finite number`, "variationIdx is missing", "path[0] has no action", "task 4: it has no taskName"} {
		require.ErrorContains(t, result.Rejections[i], want)
	}
	e := store.Episodes[0]
	steps := store.Steps(e.EpisodeID)
	require.Equal(t, []string{"scienceworld", "boil/0", "dev", "boil water", "gold", "completed"},
		[]string{e.Environment, e.TaskID, e.Split, *e.Instruction, *e.PolicyID, e.Status})
	require.Equal(t, []any{.25, .75, 1., true}, []any{*steps[0].Reward, *steps[1].Reward, *e.EpisodeReturn, *e.Success})
	require.Equal(t, []string{"", "room", "room", "ok"}, []string{steps[0].State, steps[0].NextState, steps[1].State, steps[1].NextState})
	require.True(t, steps[1].Terminated)
	require.JSONEq(t, `{"freelook":"F","score":0.25}`, string(*steps[0].Info))

	cut := store.Steps(store.Episodes[1].EpisodeID)
	require.True(t, cut[0].Truncated)
	require.False(t, *store.Episodes[1].Success)
}

func FuzzSequence(f *testing.F) {
	f.Add([]byte(`{"variationIdx":1,"path":[{"action":"a","score":"1.0","isCompleted":"true"},{"action":"b","score":-1}]}`))
	f.Add([]byte(`{"variationIdx":1,"path":[{"action":"a","score":"\ud800"},{"action":"b","score":{}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := (&task{Name: "t"}).episode(raw)
		require.True(t, (e == nil) == (err != nil))
	})
}
