package taubench_test

import (
	"os"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
	"github.com/dreamlog/dreamlog/producers/importer/taubench"
)

func TestCountsOfTheAirlineSet(t *testing.T) {
	landed, result := importertest.Import(t, taubench.New(), importertest.Data(t, "taubench_airline"))
	mean, varying := landed.Outcomes(importertest.Return)
	require.Equal(t, importer.Counts{Episodes: 200, Transitions: 2454, Tasks: 50, Calls: 2454}, result.Counts)
	require.Zero(t, result.Rejected)
	require.Equal(t, 26, varying)
	require.InDelta(t, .420, mean, 1e-9)
	first := landed.Episodes[0]
	require.Equal(t, "taubench-airline", first.Environment)
	require.Equal(t, "gpt-4o", *first.PolicyID)
	require.Contains(t, *first.Instruction, "You are mia_li_3668.")
}

// TestTheConversationsOfTheAirlineSetCanBeRebuilt compares byte for byte.
func TestTheConversationsOfTheAirlineSetCanBeRebuilt(t *testing.T) {
	path := importertest.Data(t, "taubench_airline/gpt-4o-airline.json")
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	var trials []struct {
		Traj jsontext.Value `json:"traj"`
	}
	require.NoError(t, json.Unmarshal(file, &trials))
	episodes, refused := chattest.Read(t, taubench.New(), path)
	require.Empty(t, refused)
	require.Len(t, episodes, len(trials))
	for i, e := range episodes {
		require.Equal(t, chattest.Messages(t, trials[i].Traj), chattest.Conversation(t, e))
	}
}

const trial = `[{"task_id":3,"trial":1,"reward":1.0,"info":{"task":{"instruction":"fly","user_id":"u"}},"traj":[
 {"role":"system","content":"# Retail agent policy\nbe kind"},
 {"role":"user","content":"hi"},
 {"role":"assistant","content":"hello"},
 {"role":"user","content":"return it"},
 {"role":"assistant","content":"let me look","tool_calls":[{"id":"c1","type":"function","function":{"name":"find","arguments":"{\"id\": 1}"}}]},
 {"role":"tool","tool_call_id":"c1","name":"find","content":"found"},
 {"role":"assistant","content":"done"},
 {"role":"user","content":"thanks ###STOP###"}]}]`

func TestATrialBecomesAnEpisode(t *testing.T) {
	episodes, _ := chattest.Read(t, taubench.New(), importertest.File(t, "tool-calling-m-1-0.5_range_0--1_user-gpt-4o-llm_0101.json", trial))
	require.Len(t, episodes, 1)
	e := episodes[0]
	require.Equal(t, "taubench-retail", e.Environment, "as the policy says, where the name does not")
	require.Equal(t, "m-1", *e.PolicyID)
	require.Equal(t, .5, *e.Temperature)
	require.Equal(t, "3", e.TaskID)
	require.Equal(t, int64(1), *e.Attempt)
	require.Equal(t, "fly", *e.Instruction)
	require.True(t, *e.Success)
	require.Equal(t, "completed", e.Status)
	require.Len(t, e.Steps, 3)
	require.Equal(t, "hi", e.Steps[0].State)
	require.Equal(t, "hello", e.Steps[0].Action)
	require.Equal(t, "return it", e.Steps[0].NextState)
	require.Equal(t, `{"name":"find","arguments":{"id": 1}}`, e.Steps[1].Action)
	require.Equal(t, "let me look", *e.Steps[1].Thought)
	require.Equal(t, "found", e.Steps[1].NextState)
	require.Equal(t, []float64{0, 0, 1}, []float64{*e.Steps[0].Reward, *e.Steps[1].Reward, *e.Steps[2].Reward})
	require.True(t, e.Steps[2].Terminated)
	require.JSONEq(t, `{"user_id":"u"}`, string(*e.TaskInfo))
}

func TestATrialWithoutAnEndIsTruncated(t *testing.T) {
	cut := `[{"task_id":3,"reward":0,"traj":[{"role":"user","content":"hi"},{"role":"assistant","content":"hello"},{"role":"user","content":"and?"}]}]`
	episodes, _ := chattest.Read(t, taubench.New(), importertest.File(t, "gpt-4o-airline.json", cut))
	require.Equal(t, "truncated", episodes[0].Status)
	require.True(t, episodes[0].Steps[0].Truncated)
	require.False(t, episodes[0].Steps[0].Terminated)
	require.False(t, *episodes[0].Success)
}

func TestABadTrialDoesNotStopTheRest(t *testing.T) {
	file := `[{"task_id":1,"reward":NaN,"traj":[]}, {"reward":1,"traj":[]}, {"task_id":1,"reward":"1","traj":[]}, {"task_id":1},
		{"task_id":1,"traj":[{"role":"pirate","content":"x"}]}, {"task_id":1,"traj":[{"role":"user","content":1}]},
		{"task_id":1,"traj":[{"role":"assistant","content":"x","tool_calls":[{"id":"1"}]}]},
		{"task_id":2,"reward":1,"traj":[{"role":"assistant","content":"x"}]}]`
	episodes, refused := chattest.Read(t, taubench.New(), importertest.File(t, "gpt-4o-airline.json", file))
	require.Len(t, episodes, 1)
	require.Len(t, refused, 7)
	require.ErrorContains(t, refused[2], "task_id is missing")
	require.ErrorContains(t, refused[3], "reward is a JSON string, must be a number")
	require.ErrorContains(t, refused[4], "traj is missing")
	require.ErrorContains(t, refused[5], `traj message 0: role "pirate" is unknown`)
	require.ErrorContains(t, refused[7], "name is missing")
}
