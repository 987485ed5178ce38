package agentdojo_test

import (
	"bufio"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/agentdojo"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

func TestCountsOfTheSharedRuns(t *testing.T) {
	landed, result := importertest.Import(t, agentdojo.New(), importertest.Data(t, "agentdojo"))
	mean, varying := landed.Outcomes(importertest.Success)
	require.Equal(t, importer.Counts{Episodes: 3560, Transitions: 13740, Tasks: 132, Calls: 13740}, result.Counts)
	require.Zero(t, result.Rejected)
	require.Equal(t, 124, varying)
	require.InDelta(t, 2125.0/3560, mean, 1e-9)
	status, policies := map[string]int{}, map[string]bool{}
	for _, e := range landed.Episodes {
		status[e.Status]++
		policies[*e.PolicyID] = true
		require.NotNil(t, e.EpisodeReturn)
	}
	require.Equal(t, map[string]int{"completed": 3483, "truncated": 63, "aborted": 14}, status)
	require.Len(t, policies, 29)
}

// TestTheConversationsOfTheSharedRunsCanBeRebuilt compares byte for byte.
func TestTheConversationsOfTheSharedRunsCanBeRebuilt(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(importertest.Data(t, "agentdojo"), "none", "*.jsonl.gz"))
	require.NoError(t, err)
	require.Len(t, files, 29)
	for _, file := range files {
		episodes, refused := chattest.Read(t, agentdojo.New(), file)
		require.Empty(t, refused)
		for i, messages := range sourceMessages(t, file) {
			require.Equal(t, chattest.Messages(t, messages), chattest.Conversation(t, episodes[i]), "%s record %d", file, i+1)
		}
	}
}

func sourceMessages(t *testing.T, path string) []jsontext.Value {
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	plain, err := gzip.NewReader(file)
	require.NoError(t, err)
	lines := bufio.NewScanner(plain)
	lines.Buffer(nil, 1<<24)
	var all []jsontext.Value
	for lines.Scan() {
		var record struct {
			Run struct {
				Messages jsontext.Value `json:"messages"`
			} `json:"run"`
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &record))
		all = append(all, record.Run.Messages.Clone())
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, all)
	return all
}

const run = `{"suite_name":"banking","pipeline_name":"local","user_task_id":"user_task_1","injection_task_id":"injection_task_2","attack_type":"direct","injections":{"a":"b"},
 "messages":[{"role":"system","content":null},{"role":"user","content":[{"type":"text","content":"pay"}]},
 {"role":"assistant","content":null,"tool_calls":[{"function":"pay","args":{"to": "x"},"id":"1"},{"function":"log","args":{},"id":"2"}]},
 {"role":"tool","content":"paid","tool_call_id":"1","error":null},{"role":"tool","content":"","tool_call_id":"2","error":"ValidationError: no"},
 {"role":"assistant","content":"done","tool_calls":[]}],
 "error":null,"utility":true,"security":false,"duration":1.5,"benchmark_version":"v1.2","evaluation_timestamp":"2025-07-25 03:29:00"}`

func TestARunBecomesAnEpisode(t *testing.T) {
	episodes, refused := chattest.Read(t, agentdojo.New(), importertest.File(t, "none.json", run))
	require.Empty(t, refused)
	e := episodes[0]
	require.Equal(t, "banking/user_task_1", e.TaskID)
	require.Equal(t, "local", *e.PolicyID)
	require.Equal(t, "v1.2", *e.EnvironmentVersion)
	require.Equal(t, 2025, e.Time.Year())
	require.Equal(t, "pay", *e.Instruction)
	require.Equal(t, `[{"name":"pay","arguments":{"to":"x"}},{"name":"log","arguments":{}}]`, e.Steps[0].Action)
	require.Equal(t, "paid\n\nValidationError: no", e.Steps[0].NextState)
	require.False(t, *e.Steps[0].ActionValid, "one of its calls was not understood")
	require.Nil(t, e.Steps[1].ActionValid)
	require.Equal(t, []string{"1", "2"}, e.Calls[0].ToolCallIDs)
	require.True(t, *e.Success)
	require.Equal(t, 1.0, *e.Return)
	require.JSONEq(t, `{"suite_name":"banking","pipeline_name":"local","injection_task_id":"injection_task_2","attack_type":"direct",
		"injections":{"a":"b"},"error":null,"security":false,"duration":1.5}`, string(*e.Info))
}

func TestTheFolderNamesThePipelineThatTheRunCallsLocal(t *testing.T) {
	wrapped := `{"path":"runs/Llama-3.3/banking/user_task_1/none/none.json","run":` + compact(t, run) + `}`
	episodes, refused := chattest.Read(t, agentdojo.New(), importertest.File(t, "runs.jsonl", wrapped))
	require.Empty(t, refused)
	require.Equal(t, "Llama-3.3", *episodes[0].PolicyID)
}

func compact(t *testing.T, text string) string {
	value := jsontext.Value(text)
	require.NoError(t, value.Compact())
	return string(value)
}

func TestABadRunDoesNotStopTheRest(t *testing.T) {
	lines := `{"run":{"suite_name":"banking","user_task_id":"a"}}
{"run":[]}
{"run":{"user_task_id":"a","messages":[]}}
{"run":{"suite_name":"banking","user_task_id":"a","messages":[],"utility":"yes"}}
not JSON
{"run":{"suite_name":"banking","user_task_id":"a","messages":[],"utility":false,"error":"down"}}`
	episodes, refused := chattest.Read(t, agentdojo.New(), importertest.File(t, "runs.jsonl", lines))
	require.Len(t, episodes, 1)
	require.Equal(t, "aborted", episodes[0].Status)
	require.Equal(t, 0.0, *episodes[0].Return)
	require.Len(t, refused, 5)
	require.ErrorContains(t, refused[1], "run.messages is missing")
	require.ErrorContains(t, refused[2], "run is a JSON array")
	require.ErrorContains(t, refused[3], "suite_name is missing")
	require.ErrorContains(t, refused[4], "utility is a JSON string, must be true or false")
}
