package atif_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer/atif"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

const trajectory = `{
  "schema_version": "ATIF-v1.7", "session_id": "s-1", "trajectory_id": "t-1",
  "agent": {"name": "terminus", "version": "2", "model_name": "m-1", "tool_definitions": [{"type":"function","function":{"name":"bash"}}]},
  "steps": [
    {"step_id": 1, "timestamp": "2025-10-16T14:30:00Z", "source": "system", "message": "be good"},
    {"step_id": 2, "source": "user", "message": "count files"},
    {"step_id": 3, "source": "agent", "message": "Let me look.", "reasoning_content": "ls will do",
     "tool_calls": [{"tool_call_id": "c1", "function_name": "bash", "arguments": {"command":  "ls", "n": 1.0}}],
     "observation": {"results": [{"source_call_id": "c1", "content": "a b"}]},
     "metrics": {"prompt_tokens": 3, "completion_tokens": 2, "cost_usd": 0.5, "prompt_token_ids": [1,2,3], "completion_token_ids": [4,5], "logprobs": [-0.1,-0.2], "cached_tokens": 1}},
    {"step_id": 4, "source": "agent", "message": "run check", "llm_call_count": 0, "observation": {"results": [{"content": "checked"}]}},
    {"step_id": 5, "source": "agent", "message": "Two.", "model_name": "m-2", "extra": {"reward": 1},
     "metrics": {"prompt_token_ids": [1,2,3,4,5,6], "completion_token_ids": [7]}}
  ],
  "final_metrics": {"total_steps": 5}, "extra": {"reward": 1.0, "success": true, "task_id": "count", "environment": "terminal"}
}`

func TestATrajectoryBecomesAnEpisode(t *testing.T) {
	episodes, refused := chattest.Read(t, atif.New(), importertest.File(t, "trajectory.json", trajectory))
	require.Empty(t, refused)
	require.Len(t, episodes, 1)
	e := episodes[0]
	require.Equal(t, "terminal", e.Environment)
	require.Equal(t, "count", e.TaskID)
	require.Equal(t, "terminus/m-1", *e.PolicyID)
	require.Equal(t, "count files", *e.Instruction)
	require.True(t, *e.Success)
	require.Equal(t, 1.0, *e.Return)
	require.Len(t, e.Steps, 3)

	first := e.Steps[0]
	require.Equal(t, "count files", first.State)
	require.Equal(t, `{"name":"bash","arguments":{"command":"ls","n":1.0}}`, first.Action)
	require.Equal(t, "ls will do\n\nLet me look.", *first.Thought)
	require.Equal(t, "a b", first.NextState)
	require.Equal(t, "run check", e.Steps[1].Action)
	require.Empty(t, e.Steps[1].Calls, "no model was asked")
	require.Equal(t, "checked", e.Steps[2].State)
	require.True(t, e.Steps[2].Terminated)
}

func TestTokensOfATrajectoryGoIntoItsCalls(t *testing.T) {
	episodes, _ := chattest.Read(t, atif.New(), importertest.File(t, "trajectory.json", trajectory))
	calls := episodes[0].Calls
	require.Len(t, calls, 2)
	require.Equal(t, []int64{1, 2, 3}, calls[0].PromptTokenIDs)
	require.Equal(t, []int64{4, 5}, calls[0].ResponseTokenIDs)
	require.Equal(t, []float64{-.1, -.2}, calls[0].RolloutLogprobs)
	require.Equal(t, .5, *calls[0].Cost)
	require.Equal(t, "m-1", *calls[0].Model)
	require.JSONEq(t, `{"cached_tokens":1}`, string(*calls[0].Info))
	require.Equal(t, []string{"c1"}, calls[0].ToolCallIDs)
	require.NotNil(t, calls[0].Tools)

	require.Equal(t, int64(5), *calls[1].PromptPrefixLength)
	require.Equal(t, []int64{6}, calls[1].PromptTokenIDs)
	require.Equal(t, "m-2", *calls[1].Model)
	require.Equal(t, int64(2), *calls[1].Step)
	require.Equal(t, []string{
		`{"role":"system","content":"be good"}`, `{"role":"user","content":"count files"}`,
		`{"role":"assistant","content":"Let me look.","reasoning_content":"ls will do","tool_calls":[{"id":"c1","type":"function","function":{"name":"bash","arguments":"{\"command\":\"ls\",\"n\":1.0}"}}]}`,
		`{"role":"tool","content":"a b","tool_call_id":"c1"}`,
		`{"role":"assistant","content":"run check"}`, `{"role":"user","content":"checked"}`,
		`{"role":"assistant","content":"Two."}`,
	}, chattest.Conversation(t, episodes[0]))
}

func TestWhatIsNoATIFIsRefused(t *testing.T) {
	for name, record := range map[string]string{
		"no version":        `{"agent":{"name":"a"},"steps":[]}`,
		"another version":   `{"schema_version":"ATIF-v2.0","session_id":"s","agent":{"name":"a"},"steps":[]}`,
		"no steps":          `{"schema_version":"ATIF-v1.4","session_id":"s","agent":{"name":"a"}}`,
		"a missing step":    `{"schema_version":"ATIF-v1.4","session_id":"s","agent":{"name":"a"},"steps":[{"step_id":2,"source":"user","message":"x"}]}`,
		"an unknown source": `{"schema_version":"ATIF-v1.4","session_id":"s","agent":{"name":"a"},"steps":[{"step_id":1,"source":"robot","message":"x"}]}`,
		"NaN":               `{"schema_version":"ATIF-v1.4","session_id":"s","agent":{"name":"a"},"steps":[],"extra":{"reward":NaN}}`,
		"an endless reward": `{"schema_version":"ATIF-v1.4","session_id":"s","agent":{"name":"a"},"steps":[],"extra":{"reward":1e999}}`,
		"ids that are text": `{"schema_version":"ATIF-v1.4","session_id":"s","agent":{"name":"a"},"steps":[{"step_id":1,"source":"agent","message":"x","metrics":{"prompt_token_ids":["a"]}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			episodes, refused := chattest.Read(t, atif.New(), importertest.File(t, "trajectory.json", record))
			require.Empty(t, episodes)
			require.Error(t, refused[1])
		})
	}
}
