package chat

import (
	"context"
	"text/template"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/internal/calls"
	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/producers"
)

// Agent implements producers.Agent. Its actors share the client, and with it the
// limits and the budget.
type Agent struct {
	options Options
	client  *openai.Client
	system  *template.Template
	style   style
}

// New returns an agent that asks by a client, which stays the caller's to close.
func New(client *openai.Client, o Options) (*Agent, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	system, err := parseSystem(o.Prompt.System)
	if err != nil {
		return nil, err
	}
	style, err := newStyle(o)
	if err != nil {
		return nil, err
	}
	return &Agent{options: o, client: client, system: system, style: style}, nil
}

// Policy names the model and the temperature.
func (a *Agent) Policy() producers.Policy {
	return producers.Policy{ID: a.options.PolicyID, Temperature: a.options.Sampling.Temperature}
}

// Begin returns an actor. It asks nothing of the server yet.
func (a *Agent) Begin(_ context.Context, e producers.Episode) (producers.Actor, error) {
	system, err := render(a.system, SystemData{
		Environment: e.Task.Environment, MaxSteps: e.MaxSteps,
		Rules: a.style.rules(), Examples: a.options.Prompt.Examples,
	})
	if err != nil {
		return nil, err
	}
	c := conversation{limit: int64(a.options.Prompt.ContextTokens)}
	c.add(openai.Message{Role: "system", Content: system})
	return &actor{agent: a, episode: e, conversation: c, recorder: calls.Recorder{Role: "agent"}}, nil
}

// request is the next request of an episode.
func (a *Agent) request(prompt []jsontext.Value, seed int64) openai.ChatRequest {
	s := a.options.Sampling
	r := openai.ChatRequest{
		Model: a.options.Model, Messages: prompt,
		Temperature: s.Temperature, TopP: s.TopP, MaxTokens: s.MaxTokens, Stop: s.Stop,
		Logprobs: s.Logprobs, ReturnTokenIDs: s.TokenIDs, Extra: s.Extra,
	}
	if !s.NoSeed {
		r.Seed = &seed
	}
	a.style.shape(&r)
	return r
}
