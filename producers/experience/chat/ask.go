package chat

import (
	"context"
	"crypto/sha256"
	_ "embed" // of the prompts
	"encoding/hex"
	"fmt"
	"strings"
	"text/template"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/internal/calls"
	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/schema"
)

//go:embed system.txt
var systemText string

//go:embed beginning.txt
var beginningText string

//go:embed teacher.txt
var teacherText string

// form is a kind of question to a model: its system prompt, and the form of the
// answers.
type form struct {
	system *template.Template
	format jsontext.Value
	// digest tells one system prompt with its schema from another.
	digest string
}

func newForm(name, system, answers string) form {
	format, err := openai.SchemaFormat(name, jsontext.Value(answers))
	if err != nil {
		panic(err) // the schemas are constants
	}
	sum := sha256.Sum256([]byte(system + "\x00" + answers))
	return form{template.Must(template.New(name).Parse(system)), format, hex.EncodeToString(sum[:])}
}

// The forms of what a model and a teacher are asked.
var (
	predicting = newForm("outcome", systemText, answerSchema)
	beginning  = newForm("beginning", beginningText, `{"type":"object","properties":{"reasoning":{"type":"string"},"state":{"type":"string"},`+
		`"admissible_actions":{"type":["array","null"],"items":{"type":"string"}}},`+
		`"required":["reasoning","state","admissible_actions"],"additionalProperties":false}`)
	teaching = newForm("explanation", teacherText, `{"type":"object","properties":{"reasoning":{"type":"string"}},"required":["reasoning"],"additionalProperties":false}`)
)

// prompt begins a prompt of this form, and says how many tokens are left for the
// question.
func (f form) prompt(environment string, o *Options) (system openai.Message, room int64) {
	var text strings.Builder
	err := f.system.Execute(&text, struct {
		Environment string
		Dense       bool
	}{environment, o.Dense})
	if err != nil {
		panic(err) // the templates are constants, and their data fits
	}
	system = openai.Message{Role: "system", Content: strings.TrimSpace(text.String())}
	return system, int64(o.Prompt.ContextTokens) - openai.EstimateTokens(len(system.Content))
}

// asker asks a model questions of one role.
type asker struct {
	client  *openai.Client
	options Options
}

// UnusableError says that neither of two answers could be used.
type UnusableError struct {
	Model string
	// First and Second say what was wrong with each.
	First, Second error
}

func (e *UnusableError) Error() string {
	return fmt.Sprintf("model %s was asked twice, and neither answer can be used: %v; the first: %v", e.Model, e.Second, e.First)
}

// asked is what came of a question.
type asked struct {
	calls []schema.Call
	// repaired says what was wrong with the first answer; nil: nothing.
	repaired error
}

// ask asks a question, and once more where the answer cannot be read. The calls
// count with an error too.
func (a *asker) ask(ctx context.Context, recorder *calls.Recorder, f form, prompt []openai.Message, seed int64, read func(*openai.Completion) error) (got asked, err error) {
	sampling := a.options.Sampling
	for {
		request, err := a.request(f, prompt, seed, sampling)
		if err != nil {
			return got, err
		}
		completion, attempts, err := a.client.Chat(ctx, request)
		if err != nil && openai.KindOf(err) != openai.Malformed {
			got.calls = append(got.calls, recorder.Record(request, attempts, nil)...)
			return got, err
		}
		if err == nil {
			err = read(completion)
		}
		next, reply := repair(prompt, completion, err)
		got.calls = append(got.calls, recorder.Record(request, attempts, reply)...)
		switch {
		case err == nil:
			return got, nil
		case got.repaired != nil:
			return got, &UnusableError{a.options.Model, got.repaired, err}
		}
		got.repaired, prompt = err, next
		if completion != nil && cutOff(completion) {
			sampling = sampling.warmer()
		}
	}
}

// request is a request of the prompt.
func (a *asker) request(f form, prompt []openai.Message, seed int64, s Sampling) (openai.ChatRequest, error) {
	r := openai.ChatRequest{
		Model: a.options.Model, ResponseFormat: f.format,
		Temperature: s.Temperature, TopP: s.TopP, MaxTokens: s.MaxTokens, Extra: s.Extra,
	}
	if !s.NoSeed {
		r.Seed = &seed
	}
	for _, m := range prompt {
		raw, err := m.JSON()
		if err != nil {
			return r, err
		}
		r.Messages = append(r.Messages, raw)
	}
	return r, nil
}

// maxRepeatedBytes is the longest answer that a model is shown again.
const maxRepeatedBytes = 4 << 10

// repair is the prompt that asks again, with what was wrong. An answer that is
// short enough is repeated to the model, as the reply says; not one that was cut
// off, which mostly went in circles and would again.
func repair(prompt []openai.Message, c *openai.Completion, fault error) (again []openai.Message, reply jsontext.Value) {
	if fault == nil {
		return nil, nil
	}
	complaint := "That answer cannot be used: " + strings.ReplaceAll(fault.Error(), "\n", "; ") +
		". Answer the question again, with one JSON object as described and nothing else."
	last := len(prompt) - 1
	again = append([]openai.Message{}, prompt...)
	if c != nil && !cutOff(c) && calls.Clean(c.Message.Content) != "" && len(c.Message.Content) <= maxRepeatedBytes {
		repeated := openai.Message{Role: "assistant", Content: c.Message.Content}
		if raw, err := repeated.JSON(); err == nil {
			return append(again, repeated, openai.Message{Role: "user", Content: complaint}), raw
		}
	}
	again[last].Content += "\n\n(This is asked for the second time. " + complaint + ")"
	return again, nil
}
