package openai

import (
	"fmt"
	"math/rand/v2"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ChatRequest is the body of POST /chat/completions. What is zero is not sent.
type ChatRequest struct {
	Model string `json:"model"`
	// Messages as they are sent, byte for byte, so that the caller can keep them.
	Messages []jsontext.Value `json:"messages"`
	// Tools as they are sent.
	Tools []jsontext.Value `json:"tools,omitempty"`
	// ToolChoice is a string such as "required", or an object, as JSON.
	ToolChoice jsontext.Value `json:"tool_choice,omitempty"`
	// ResponseFormat is an object such as SchemaFormat returns.
	ResponseFormat jsontext.Value `json:"response_format,omitempty"`
	// Temperature from 0; nil: the server's own.
	Temperature *float64 `json:"temperature,omitempty"`
	// TopP in (0,1]; nil: the server's own.
	TopP *float64 `json:"top_p,omitempty"`
	// MaxTokens of the answer; 0: the server's own bound.
	MaxTokens int `json:"max_tokens,omitzero"`
	// Seed of the sampling, for servers that honour it; nil: none.
	Seed *int64 `json:"seed,omitempty"`
	// Stop are texts that end the answer.
	Stop []string `json:"stop,omitempty"`
	// Logprobs asks for the log-probability of each token of the answer.
	Logprobs bool `json:"logprobs,omitzero"`
	// ReturnTokenIDs asks vLLM and SGLang for the ids of prompt and answer. Other
	// servers ignore it, or refuse the request, as OpenAI does.
	ReturnTokenIDs bool `json:"return_token_ids,omitzero"`
	// Extra are further members of the body, by name, such as top_k.
	Extra map[string]jsontext.Value `json:",embed"`
}

// Sampling returns what of the request is neither model, messages nor tools: one
// JSON object, with its members in a fixed order.
func (r ChatRequest) Sampling() (jsontext.Value, error) {
	r.Model, r.Messages, r.Tools = "", nil, nil
	return r.encode(json.OmitZeroStructFields(true))
}

func (r ChatRequest) encode(options ...json.Options) (jsontext.Value, error) {
	body, err := json.Marshal(r, append(options, json.Deterministic(true))...)
	if err != nil {
		return nil, fmt.Errorf("encode a chat request: %w", err)
	}
	return body, nil
}

// SeedOf derives the seed of a request from that of an episode and the step.
// Servers take 31 bits.
func SeedOf(episode int64, step int) int64 {
	return rand.New(rand.NewPCG(uint64(episode), uint64(step))).Int64N(1 << 31)
}

// Message is one message of a conversation, as a caller writes it.
type Message struct {
	// Role is system, user, assistant or tool.
	Role    string `json:"role"`
	Content string `json:"content"`
	// ToolCalls of an assistant, as the server gave them.
	ToolCalls jsontext.Value `json:"tool_calls,omitempty"`
	// ToolCallID is the call that a message of role tool answers.
	ToolCallID string `json:"tool_call_id,omitempty"`
}

// JSON returns the message as it is sent. Text that is not UTF-8 is mended.
func (m Message) JSON() (jsontext.Value, error) {
	text, err := json.Marshal(m, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return nil, fmt.Errorf("encode a message of role %s: %w", m.Role, err)
	}
	return text, nil
}

// SchemaFormat is a response_format that holds answers to a JSON schema.
func SchemaFormat(name string, schema jsontext.Value) (jsontext.Value, error) {
	type body struct {
		Name   string         `json:"name"`
		Strict bool           `json:"strict"`
		Schema jsontext.Value `json:"schema"`
	}
	return json.Marshal(struct {
		Type   string `json:"type"`
		Schema body   `json:"json_schema"`
	}{"json_schema", body{name, true, schema}})
}

// FunctionTool is a tool that is a function with parameters of a JSON schema.
func FunctionTool(name, description string, parameters jsontext.Value) (jsontext.Value, error) {
	type function struct {
		Name        string         `json:"name"`
		Description string         `json:"description,omitempty"`
		Parameters  jsontext.Value `json:"parameters"`
	}
	return json.Marshal(struct {
		Type     string   `json:"type"`
		Function function `json:"function"`
	}{"function", function{name, description, parameters}})
}
