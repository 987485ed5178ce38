package atif

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// message is a step, or a result of one, in the form of chat messages.
type message struct {
	Role       string         `json:"role"`
	Content    jsontext.Value `json:"content"`
	Reasoning  *string        `json:"reasoning_content,omitzero"`
	ToolCalls  []toolCall     `json:"tool_calls,omitempty"`
	ToolCallID *string        `json:"tool_call_id,omitzero"`
	Subagents  jsontext.Value `json:"subagent_trajectory_ref,omitzero"`
	Extra      jsontext.Value `json:"extra,omitzero"`
}

type toolCall struct {
	ID       string   `json:"id"`
	Type     string   `json:"type"`
	Function function `json:"function"`
}

type function struct {
	Name string `json:"name"`
	// Arguments are the JSON object as text, as in chat messages.
	Arguments string `json:"arguments"`
}

// parse reads the message as any other chat message.
func (m message) parse() (chat.Message, error) {
	raw, err := json.Marshal(m, jsontext.AllowDuplicateNames(true), jsontext.PreserveRawStrings(true))
	if err != nil {
		return chat.Message{}, fmt.Errorf("rewrite as chat message: %w", err)
	}
	return chat.ParseMessage(raw)
}

// toolCalls takes the tool calls of a step.
func toolCalls(step *chat.Object) []toolCall {
	var calls []toolCall
	for _, o := range step.Objects("tool_calls") {
		call := chat.TakeToolCall(o)
		calls = append(calls, toolCall{ID: call.ID, Type: "function", Function: function{call.Name, string(call.Arguments)}})
	}
	return calls
}

// readAnswer takes what a step knows about the call behind it.
func readAnswer(step *chat.Object) chat.Answer {
	metrics := step.Object("metrics")
	a := chat.Answer{
		Model: step.Text("model_name"), PromptTokens: metrics.Int("prompt_tokens"), CompletionTokens: metrics.Int("completion_tokens"),
		Cost: metrics.Number("cost_usd"), PromptTokenIDs: metrics.Ints("prompt_token_ids"), TokenIDs: metrics.Ints("completion_token_ids"),
	}
	if logprobs := metrics.Numbers("logprobs"); len(logprobs) == len(a.TokenIDs) {
		a.Logprobs = logprobs
	} else {
		metrics.Leave("logprobs") // they belong to no tokens that are known
	}
	a.Info = metrics.Rest()
	return a
}
