package chat_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/chat"
)

// TestARealServer asks the server at DREAMLOG_LLM_URL, such as llama.cpp's with a
// small model. It proves the plumbing, not the model: what such a model answers
// may be refused, but it is read, and is the same again.
func TestARealServer(t *testing.T) {
	url := os.Getenv("DREAMLOG_LLM_URL")
	if url == "" {
		t.Skip("DREAMLOG_LLM_URL is not set: no server of a real model to ask")
	}
	client, err := openai.New(openai.Options{BaseURL: url, Timeout: 5 * time.Minute, Limits: openai.Limits{Concurrency: 1}})
	require.NoError(t, err)
	defer client.Close()
	o := chat.Options{Model: "local", Prompt: chat.Prompt{ContextTokens: 3000}, Sampling: chat.Sampling{Temperature: new(0.0), MaxTokens: 300}}
	first, firstErr := realStep(t, client, o)
	t.Logf("next state %q, reasoning %q, success %v, info %v, error %v", first.Text, first.Reasoning, first.Success, first.Info, firstErr)
	require.NotEmpty(t, first.Calls)
	recordable(t, first.Calls, "experience", len(first.Calls))
	require.Positive(t, *first.Calls[0].PromptTokens)
	again, _ := realStep(t, client, o)
	require.Equal(t, first.Outcome, again.Outcome, "temperature 0 and the same seed give the same dream")

	teacher, err := chat.NewTeacher(client, o)
	require.NoError(t, err)
	q := chat.Question{Task: task, State: seen("You hold a mug."), Action: "use lamp 1"}
	reasoning, made, err := teacher.Explain(t.Context(), q, producers.Outcome{Observation: seen("You turn the lamp on.")}, 1)
	t.Logf("the teacher says %q, error %v", reasoning, err)
	requireUsable(t, err)
	recordable(t, made, "teacher", len(made))
}

// realStep predicts one step with a demonstration of it.
func realStep(t *testing.T, client *openai.Client, o chat.Options) (producers.Prediction, error) {
	m, err := chat.New(client, o)
	require.NoError(t, err)
	start := seen("You hold a mug. You see a lamp 1.") // a small model would list actions without end
	d, err := m.Begin(t.Context(), producers.Beginning{Task: task, Start: &start, Seed: 42})
	require.NoError(t, err)
	shown := recorded("real", new(false), 1)
	shown.Recording.Steps[0].State.Admissible, shown.Recording.Steps[0].Next.Admissible = nil, nil
	p, err := d.Predict(t.Context(), "use lamp 1", []producers.Demonstration{shown})
	requireUsable(t, err)
	return p, err
}

// requireUsable checks that nothing went wrong but what a model may say.
func requireUsable(t *testing.T, err error) {
	t.Helper()
	var unusable *chat.UnusableError
	require.True(t, err == nil || errors.As(err, &unusable), "%v", err)
}
