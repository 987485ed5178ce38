package chat_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/chat"
	"github.com/dreamlog/dreamlog/schema"
)

// TestARealServer asks the server at DREAMLOG_LLM_URL, such as llama.cpp's with a
// small model. It proves the plumbing, not the model.
func TestARealServer(t *testing.T) {
	url := os.Getenv("DREAMLOG_LLM_URL")
	if url == "" {
		t.Skip("DREAMLOG_LLM_URL is not set: no server of a real model to ask")
	}
	client, err := openai.New(openai.Options{BaseURL: url, Timeout: 5 * time.Minute, Limits: openai.Limits{Concurrency: 1}})
	require.NoError(t, err)
	defer client.Close()
	for _, mode := range []chat.Mode{chat.Text, chat.Structured, chat.Tools} {
		t.Run(string(mode), func(t *testing.T) {
			first := realEpisode(t, client, mode)
			for i, d := range first {
				t.Logf("step %d: thought %q, action %q, malformed %q", i, d.Thought, d.Action, d.Malformed)
				requireRealCall(t, d.Calls)
				require.True(t, mode != chat.Structured || d.Malformed == "", "the server holds the model to the schema")
			}
			for i, d := range realEpisode(t, client, mode) {
				require.Equal(t, first[i].Action, d.Action, "temperature 0 and the same seed give the same episode")
			}
		})
	}
}

// realEpisode plays three steps.
func realEpisode(t *testing.T, client *openai.Client, mode chat.Mode) (decisions []producers.Decision) {
	zero := 0.0
	a, err := chat.New(client, chat.Options{
		Model: "local", Mode: mode, Prompt: chat.Prompt{ContextTokens: 2000, Examples: "Thought: the lamp may help.\nAction: use desklamp 1"},
		Sampling: chat.Sampling{Temperature: &zero, MaxTokens: 120, Logprobs: true},
	})
	require.NoError(t, err)
	actor := begin(t, a)
	for _, text := range []string{"You are in a room. You see a desk 1.", "On the desk 1 you see a mug 1.", "Nothing happens."} {
		decisions = append(decisions, act(t, actor, seen(text, "go to desk 1", "take mug 1 from desk 1", "use desklamp 1")))
	}
	return decisions
}

// requireRealCall checks what every such server says of a request.
func requireRealCall(t *testing.T, calls []schema.Call) {
	require.Len(t, calls, 1)
	c := calls[0]
	require.NotEmpty(t, c.Response)
	require.NotEmpty(t, *c.Model)
	require.Contains(t, []string{"stop", "length", "tool_calls"}, *c.FinishReason)
	require.Positive(t, *c.PromptTokens)
	require.Positive(t, *c.CompletionTokens)
	require.NotEmpty(t, c.RolloutLogprobs)
	require.Len(t, c.RolloutLogprobs, len(c.ResponseTokenIDs))
	for _, p := range c.RolloutLogprobs {
		require.LessOrEqual(t, p, 0.0)
	}
}
