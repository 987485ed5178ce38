package openai

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Completion is what a server answered to a chat request: its first choice.
type Completion struct {
	// Model that answered, as the server names it; empty where it does not.
	Model string
	// Fingerprint of the server's configuration, where it gives one.
	Fingerprint  string
	Message      Answer
	FinishReason string
	Usage        Usage
	Tokens       Tokens
}

// Answer is the message of an assistant.
type Answer struct {
	// Raw is the message as it came.
	Raw jsontext.Value
	// Content is the text; empty where there is none.
	Content string
	// Reasoning is what the server keeps apart from the content.
	Reasoning string
	// Refusal is why the model would not answer, where it says so.
	Refusal   string
	ToolCalls []ToolCall
	// RawToolCalls are the tool calls as they came; nil: there are none.
	RawToolCalls jsontext.Value
}

// ToolCall is a tool that the model asked for.
type ToolCall struct {
	ID, Name string
	// Arguments are the text that should be JSON.
	Arguments string
}

// Usage counts tokens; nil: the server does not say.
type Usage struct {
	PromptTokens     *int64 `json:"prompt_tokens"`
	CompletionTokens *int64 `json:"completion_tokens"`
}

// lenient reads what servers in other languages write: doubled names, and text
// that is not UTF-8, which comes out mended.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// body is the answer to a chat request. What is not needed is read leniently.
type body struct {
	Choices        []choice       `json:"choices"`
	Model          jsontext.Value `json:"model"`
	Fingerprint    jsontext.Value `json:"system_fingerprint"`
	Usage          jsontext.Value `json:"usage"`
	PromptTokenIDs jsontext.Value `json:"prompt_token_ids"`
	Error          jsontext.Value `json:"error"`
}

type choice struct {
	Message          jsontext.Value `json:"message"`
	FinishReason     jsontext.Value `json:"finish_reason"`
	Logprobs         jsontext.Value `json:"logprobs"`
	PromptTokenIDs   jsontext.Value `json:"prompt_token_ids"`
	TokenIDs         jsontext.Value `json:"token_ids"`
	ResponseTokenIDs jsontext.Value `json:"response_token_ids"`
	MetaInfo         jsontext.Value `json:"meta_info"`
}

// readCompletion keeps the completion of a body.
func readCompletion(a *Attempt, text []byte) (err error) {
	a.Completion, err = decode(text)
	return err
}

// decode reads the body of an answer.
func decode(text []byte) (*Completion, error) {
	var b body
	if err := json.Unmarshal(text, &b, lenient); err != nil {
		return nil, fmt.Errorf("the body is no completion: %w", err)
	}
	if err := reported(text, b.Error); err != nil {
		return nil, err
	}
	if len(b.Choices) == 0 {
		return nil, errors.New("the answer has no choices")
	}
	first := &b.Choices[0]
	answer, err := decodeAnswer(first.Message)
	if err != nil {
		return nil, err
	}
	return &Completion{
		Model: or[string](b.Model), Fingerprint: or[string](b.Fingerprint), Message: answer,
		FinishReason: or[string](first.FinishReason), Usage: or[Usage](b.Usage), Tokens: tokens(&b, first),
	}, nil
}

// reportedError is an error that a server reports in a body of status 200.
type reportedError struct {
	message string
	status  int // as the body says; 0: it does not
}

// reported is the error of a body, which stands in its member error; nil where
// there is none.
func reported(text []byte, found jsontext.Value) error {
	if found == nil || found.Kind() == 'n' {
		return nil
	}
	return &reportedError{message: complaint(text), status: int(or[float64](member(found, "code")))}
}

func (e *reportedError) Error() string { return "it reports an error: " + e.message }

// decodeAnswer reads a message.
func decodeAnswer(raw jsontext.Value) (Answer, error) {
	var m struct {
		Content          jsontext.Value `json:"content"`
		ReasoningContent jsontext.Value `json:"reasoning_content"`
		Reasoning        jsontext.Value `json:"reasoning"`
		Refusal          jsontext.Value `json:"refusal"`
		ToolCalls        jsontext.Value `json:"tool_calls"`
	}
	if raw.Kind() != '{' {
		return Answer{}, errors.New("the first choice has no message")
	}
	if err := json.Unmarshal(raw, &m, lenient); err != nil {
		return Answer{}, fmt.Errorf("the message of the first choice: %w", err)
	}
	a := Answer{Raw: raw, Content: textOf(m.Content), Refusal: or[string](m.Refusal)}
	if a.Reasoning = or[string](m.ReasoningContent); a.Reasoning == "" {
		a.Reasoning = or[string](m.Reasoning)
	}
	if calls := toolCalls(m.ToolCalls); len(calls) > 0 {
		a.ToolCalls, a.RawToolCalls = calls, m.ToolCalls
	}
	return a, nil
}

// textOf reads a content: a string, or parts of which some are text.
func textOf(content jsontext.Value) string {
	if content.Kind() != '[' {
		return or[string](content)
	}
	var text strings.Builder
	for _, part := range or[[]jsontext.Value](content) {
		text.WriteString(or[string](member(part, "text")))
	}
	return text.String()
}

// toolCalls reads the tool calls of a message. Their arguments are a string that
// holds JSON, or that JSON itself.
func toolCalls(value jsontext.Value) []ToolCall {
	var calls []ToolCall
	for _, element := range or[[]jsontext.Value](value) {
		function := member(element, "function")
		call := ToolCall{ID: or[string](member(element, "id")), Name: or[string](member(function, "name"))}
		arguments := member(function, "arguments")
		if call.Arguments = or[string](arguments); arguments.Kind() != '"' {
			call.Arguments = string(arguments)
		}
		calls = append(calls, call)
	}
	return calls
}

// or reads a value of a type, or returns the zero of it where that fails.
func or[T any](value jsontext.Value) T {
	var v, zero T
	if value == nil || json.Unmarshal(value, &v, lenient) != nil {
		return zero
	}
	return v
}

// member returns a member of an object; nil where there is none.
func member(object jsontext.Value, name string) jsontext.Value {
	if object.Kind() != '{' {
		return nil
	}
	return or[map[string]jsontext.Value](object)[name]
}
