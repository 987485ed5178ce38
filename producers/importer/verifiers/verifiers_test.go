package verifiers_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
	"github.com/dreamlog/dreamlog/producers/importer/verifiers"
)

func TestCountsOfTheSharedRollouts(t *testing.T) {
	landed, result := importertest.Import(t, verifiers.New(), importertest.Data(t, "verifiers"))
	require.Equal(t, importer.Counts{Episodes: 45, Transitions: 316, Tasks: 10, Calls: 316}, result.Counts)
	require.Zero(t, result.Rejected)
	attempts, policies := map[int64]int{}, map[string]int{}
	for _, e := range landed.Episodes {
		attempts[*e.Attempt]++
		policies[e.Environment+" "+*e.PolicyID]++
		require.Nil(t, e.Success, "a rubric has no threshold")
		require.NotNil(t, e.EpisodeReturn)
	}
	require.Equal(t, map[int64]int{0: 15, 1: 15, 2: 15}, attempts)
	require.Equal(t, map[string]int{"search-r1-ish deepseek-chat": 30, "wiki-race anthropic/claude-sonnet-4": 15}, policies)
}

// TestTheConversationsOfTheSharedRolloutsCanBeRebuilt compares byte for byte.
func TestTheConversationsOfTheSharedRolloutsCanBeRebuilt(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(importertest.Data(t, "verifiers"), "*", "*", "*", "results.jsonl"))
	require.NoError(t, err)
	require.Len(t, files, 3)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		lines := strings.Split(strings.TrimSpace(string(content)), "\n")
		episodes, refused := chattest.Read(t, verifiers.New(), file)
		require.Empty(t, refused)
		require.Len(t, episodes, len(lines))
		for i, line := range lines {
			var rollout struct {
				Prompt     jsontext.Value `json:"prompt"`
				Completion jsontext.Value `json:"completion"`
			}
			require.NoError(t, json.Unmarshal([]byte(line), &rollout))
			said := append(chattest.Messages(t, rollout.Prompt), chattest.Messages(t, rollout.Completion)...)
			require.Equal(t, said, chattest.Conversation(t, episodes[i]))
		}
	}
}

const rollout = `{"example_id":7,"prompt":[{"role":"user","content":"example?"},{"role":"assistant","content":"no turn"},{"role":"user","content":"go"}],` +
	`"completion":[{"role":"assistant","content":"<think>hm</think>left","tool_calls":null},{"role":"user","content":"wall"},` +
	`{"role":"assistant","content":"","tool_calls":["{\"id\":\"c\",\"function\":{\"name\":\"turn\",\"arguments\":\"{}\"}}"]}],` +
	`"reward":0.25,"metrics":{"turns":2},"info":{"oai_tools":[{"type":"function"}]},"is_truncated":true,"stop_condition":"max_turns_reached"}`

func TestARolloutBecomesAnEpisode(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "maze--org--model", "0a1b2c3d")
	require.NoError(t, os.MkdirAll(dir, 0o700))
	file := filepath.Join(dir, "results.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(rollout+"\n"+rollout+"\n"), 0o600))
	episodes, refused := chattest.Read(t, verifiers.New(), file)
	require.Empty(t, refused)
	require.Len(t, episodes, 2)
	e := episodes[1]
	require.Equal(t, "maze", e.Environment, "as the folder says")
	require.Equal(t, "org/model", *e.PolicyID)
	require.Equal(t, "7", e.TaskID)
	require.Equal(t, int64(1), *e.Attempt)
	require.Len(t, e.Steps, 2)
	require.Equal(t, "go", e.Steps[0].State)
	require.Equal(t, "left", e.Steps[0].Action)
	require.Equal(t, "hm", *e.Steps[0].Thought)
	require.Equal(t, `{"name":"turn","arguments":{}}`, e.Steps[1].Action)
	require.Equal(t, .25, *e.Return)
	require.Equal(t, "truncated", e.Status)
	require.Equal(t, "max_turns_reached", *e.Reason)
	require.JSONEq(t, `[{"type":"function"}]`, string(*e.Calls[0].Tools))
	require.JSONEq(t, `{"metrics":{"turns":2},"info":{"oai_tools":[{"type":"function"}]}}`, string(*e.Info))
}

func TestMetadataSaysWhatTheRolloutsShare(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "results.jsonl"), []byte(rollout), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "metadata.json"),
		[]byte(`{"env_id":"maze","model":"m","sampling_args":{"temperature":0.5},"version_info":{"env_version":"2"},"date":"2025-09-21","time":"23:23:09","tools":"none"}`), 0o600))
	episodes, _ := chattest.Read(t, verifiers.New(), filepath.Join(dir, "results.jsonl"))
	e := episodes[0]
	require.Equal(t, "maze", e.Environment)
	require.Equal(t, "2", *e.EnvironmentVersion)
	require.Equal(t, .5, *e.Temperature)
	require.JSONEq(t, `{"temperature":0.5}`, string(*e.Calls[0].Sampling))
	require.Equal(t, 23, e.Time.Hour())
}

func TestABadRolloutDoesNotStopTheRest(t *testing.T) {
	lines := `{"prompt":[],"completion":[],"reward":1}
{"id":1,"completion":[],"reward":1}
{"id":1,"prompt":[],"completion":{},"reward":1}
{"id":1,"prompt":[],"completion":[],"reward":Infinity}
{"id":1,"prompt":"go","completion":"gone","reward":1}`
	episodes, refused := chattest.Read(t, verifiers.New(), importertest.File(t, "results.jsonl", lines))
	require.Len(t, episodes, 1)
	require.Equal(t, "gone", episodes[0].Steps[0].Action)
	require.Len(t, refused, 4)
	require.ErrorContains(t, refused[1], "example_id is missing")
	require.ErrorContains(t, refused[2], "prompt is missing")
	require.ErrorContains(t, refused[3], "completion is a JSON object, must be an array")
	require.ErrorContains(t, refused[4], "is not valid JSON")
}
