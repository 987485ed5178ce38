package chat

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/schema"
)

// Roles of messages, after the many names that sources have for them.
const (
	System    = "system"
	User      = "user"
	Assistant = "assistant"
	Tool      = "tool"
)

// roles maps what sources call a role.
var roles = map[string]string{
	"system": System, "developer": System,
	"user": User, "human": User,
	"assistant": Assistant, "gpt": Assistant, "model": Assistant, "bot": Assistant, "ai": Assistant, "chatgpt": Assistant,
	"agent": Assistant, "function_call": Assistant, "tool_call": Assistant,
	"tool": Tool, "function": Tool, "observation": Tool, "tool_response": Tool, "function_response": Tool,
	"tool_result": Tool, "ipython": Tool, "environment": Tool,
}

// Message is one message of a conversation.
type Message struct {
	// Raw is the JSON of the source, byte for byte.
	Raw  jsontext.Value
	Role string
	// Text is the content as text; blocks that hold no text stand as their type
	// in brackets.
	Text string
	// Thought is reasoning that the source keeps apart from the content.
	Thought string
	// Calls are the tool calls asked for.
	Calls []ToolCall
	// Error is what a tool says went wrong; Text ends with it.
	Error string
	// Trained is whether the source trains on the message; nil: it does not say.
	Trained *bool

	// Given: an assistant message that the agent was given; it is no turn.
	Given bool
	// Scripted: an assistant message that no model wrote; a turn without a call.
	Scripted bool

	Answer
}

// Answer is what a source knows about how a model answered.
type Answer struct {
	Model            *string
	FinishReason     *string
	PromptTokens     *int64
	CompletionTokens *int64
	Cost             *float64 // in US dollars
	// PromptTokenIDs are those of the whole prompt; nil: unknown.
	PromptTokenIDs []int64
	// TokenIDs are those of the answer, Logprobs theirs; nil: unknown.
	TokenIDs []int64
	Logprobs []float64
	// Info is what else the source knows about the call.
	Info *schema.JSON
}

// ParseMessages reads an array of messages, or a string that holds one.
func ParseMessages(value jsontext.Value) ([]Message, error) {
	array, err := opened(value)
	if err != nil {
		return nil, err
	}
	list, err := elements(array)
	if err != nil {
		return nil, err
	}
	messages := make([]Message, len(list))
	for i, raw := range list {
		if messages[i], err = ParseMessage(raw); err != nil {
			return nil, fmt.Errorf("message %d: %w", i, err)
		}
	}
	return messages, nil
}

// Say is a message that its source gives as plain text: quoted is that text as
// a JSON string.
func Say(role string, quoted jsontext.Value) Message {
	raw := append([]byte(`{"role":"`+role+`","content":`), quoted...)
	said, _ := unquote(quoted) // it was read as JSON before
	return Message{Raw: append(raw, '}'), Role: role, Text: said}
}

// ParseMessage reads one message: {role, content, …} or {from, value, …}.
func ParseMessage(raw jsontext.Value) (Message, error) {
	o, err := ParseObject(raw)
	if err != nil {
		return Message{}, err
	}
	source := o.Text("role", "from")
	o.Require(source != nil, "role")
	if o.Err() != nil {
		return Message{}, o.Err()
	}
	role, known := roles[strings.ToLower(*source)]
	if !known {
		return Message{}, fmt.Errorf("role %q is unknown; known are system, user, assistant, tool and their usual other names", *source)
	}
	m := Message{Raw: raw, Role: role}
	m.read(o, *source)
	return m, o.Err()
}

func (m *Message) read(o *Object, source string) {
	content := parseContent(o, "content", "value")
	m.Text, m.Calls = content.text, content.calls
	m.Thought = join(text(o.Text("reasoning_content", "reasoning", "thinking")), content.thought)
	m.Trained = trained(o)
	switch m.Role {
	case Assistant:
		m.readAnswer(o, source)
	case Tool:
		if failure := o.Value("error"); failure.Kind() == '"' {
			m.Error, _ = unquote(failure)
			m.Text = join(m.Text, m.Error)
		}
	}
}

// readAnswer reads what only an assistant says.
func (m *Message) readAnswer(o *Object, source string) {
	m.Calls = append(m.Calls, parseToolCalls(o)...)
	if source == "function_call" || source == "tool_call" {
		m.readShareGPTCall(o)
	}
	m.Model = o.Text("model")
	m.FinishReason = o.Text("finish_reason", "stop_reason")
	if usage := o.Value("usage"); usage.Kind() == '{' {
		u, _ := ParseObject(usage) // it is part of a valid record
		m.PromptTokens = u.Int("prompt_tokens", "input_tokens")
		m.CompletionTokens = u.Int("completion_tokens", "output_tokens")
	}
}

// readShareGPTCall reads a content that is the tool call itself, as JSON; what
// is none stays the text said.
func (m *Message) readShareGPTCall(o *Object) {
	if calls, err := toolCallsIn(jsontext.Value(m.Text)); err == nil {
		m.Calls, m.Text = append(m.Calls, calls...), ""
	}
}

// trained reads by which sources mark the answers that a loss counts.
func trained(o *Object) *bool {
	if o.Has("loss") {
		return o.Bool("loss")
	}
	if weight := o.Value("weight"); weight.Kind() == '0' {
		counts := string(weight) != "0"
		return &counts
	}
	return nil
}

// Column returns the raw messages as the text of a JSON column.
func Column(messages []Message) schema.JSON {
	raw := make([]jsontext.Value, len(messages))
	for i := range messages {
		raw[i] = messages[i].Raw
	}
	return schema.JSON(array(raw))
}

// join joins texts that are not empty by a blank line.
func join(texts ...string) string {
	var parts []string
	for _, t := range texts {
		if t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, "\n\n")
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
