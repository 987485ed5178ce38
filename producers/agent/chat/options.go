package chat

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Mode is how the model is asked to answer.
type Mode string

const (
	// Text: free text with lines for thought and action.
	Text Mode = "text"
	// Structured: a JSON object by a schema.
	Structured Mode = "structured"
	// Tools: a tool call.
	Tools Mode = "tools"
)

// Options of an agent. Zero values stand for the defaults.
type Options struct {
	// Model is the name by which the server knows it.
	Model string
	// PolicyID names the agent in the record. Default: Model.
	PolicyID string
	// Mode of answering. Default: Text.
	Mode Mode
	// ToolName is the tool of mode Tools. Default: act.
	ToolName string
	Prompt   Prompt
	Sampling Sampling
}

// Prompt says what the model is shown.
type Prompt struct {
	// System is the text/template of the system prompt, with the fields of
	// SystemData. Default: our own.
	System string
	// Examples are shown in the system prompt as they are; empty: none.
	Examples string
	// Admissible is how many of the admissible actions are listed at each step.
	// Default: 50; negative: none.
	Admissible int
	// ContextTokens is about how many tokens a prompt may have, at four bytes
	// a token. Default: 8000.
	ContextTokens int
}

// Sampling says how answers are drawn. What is zero is the server's to choose.
type Sampling struct {
	Temperature, TopP *float64
	// MaxTokens of an answer, the thought included. Default: 512.
	MaxTokens int
	// Stop are texts that end an answer. nil: in mode Text, the observation that
	// a model makes up behind its action; empty: none.
	Stop []string
	// NoSeed sends no seed, for servers that refuse it. Else each request has
	// one, derived from the episode's seed and the step.
	NoSeed bool
	// Logprobs asks for the log-probability of each token of an answer.
	Logprobs bool
	// TokenIDs asks vLLM and SGLang for token ids. Other servers may refuse it.
	TokenIDs bool
	// Extra are further members of the request, such as top_k.
	Extra map[string]jsontext.Value
}

// inventedObservation is how a model begins to play the environment too.
const inventedObservation = "\nObservation:"

func (o Options) withDefaults() Options {
	if o.PolicyID == "" {
		o.PolicyID = o.Model
	}
	if o.Mode == "" {
		o.Mode = Text
	}
	if o.ToolName == "" {
		o.ToolName = "act"
	}
	if o.Prompt.System == "" {
		o.Prompt.System = systemTemplate
	}
	if o.Prompt.Admissible == 0 {
		o.Prompt.Admissible = 50
	}
	if o.Prompt.ContextTokens == 0 {
		o.Prompt.ContextTokens = 8000
	}
	if o.Sampling.MaxTokens == 0 {
		o.Sampling.MaxTokens = 512
	}
	if o.Sampling.Stop == nil && o.Mode == Text {
		o.Sampling.Stop = []string{inventedObservation}
	}
	return o
}

// Validate says what is wrong with the options.
func (o Options) Validate() error {
	switch {
	case o.Model == "":
		return errors.New("chat agent: name the model to ask, as its server lists it under /v1/models")
	case o.Mode != "" && o.Mode != Text && o.Mode != Structured && o.Mode != Tools:
		return fmt.Errorf("chat agent: mode %q is unknown; known are text, structured and tools", o.Mode)
	case o.Prompt.ContextTokens < 0, o.Sampling.MaxTokens < 0:
		return errors.New("chat agent: numbers of tokens may not be negative")
	case o.Sampling.Temperature != nil && !(*o.Sampling.Temperature >= 0):
		return fmt.Errorf("chat agent: temperature %v must be 0 or more", *o.Sampling.Temperature)
	case o.Sampling.TopP != nil && !(*o.Sampling.TopP > 0 && *o.Sampling.TopP <= 1):
		return fmt.Errorf("chat agent: top_p %v must lie above 0 and at most at 1", *o.Sampling.TopP)
	}
	return nil
}
