package app

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/agent/chat"
	"github.com/dreamlog/dreamlog/producers/agent/random"
	"github.com/dreamlog/dreamlog/producers/agent/scripted"
	"github.com/dreamlog/dreamlog/producers/agent/searching"
)

// AgentOptions say who acts.
type AgentOptions struct {
	// Kind is one of AgentKinds.
	Kind string
	// Noise is the rate of random steps of scripted and searching, in [0, 1].
	Noise float64
	// Actions that random draws from where the environment names none.
	Actions []string
	// Workers is how many episodes are played at a time.
	Workers int

	// What follows is chat's. API is where the server's API begins, Model its
	// name for the model.
	API, Model string
	// KeyVariable names the environment variable that holds the API key; empty:
	// none is sent.
	KeyVariable string
	// Mode of answering: text, structured or tools.
	Mode string
	// Temperature of the sampling.
	Temperature float64
	// MaxTokens of an answer, ContextTokens of a prompt.
	MaxTokens, ContextTokens int
	// Examples is a file whose text the prompt shows; empty: none.
	Examples string
	// Concurrency is the number of requests at a time; 0: Workers.
	Concurrency int
	// RequestsPerMinute; 0: any number.
	RequestsPerMinute int
	// BudgetUSD ends the asking; 0: any. The prices are for a million tokens.
	BudgetUSD, PromptUSD, CompletionUSD float64
	// Logprobs and TokenIDs are asked for.
	Logprobs, TokenIDs bool
}

// Agent acts, and may hold connections: close it.
type Agent struct {
	producers.Agent
	close func()
}

// Close ends what the agent holds.
func (a *Agent) Close() { a.close() }

// agentKinds make an agent of each kind.
var agentKinds = map[string]func(AgentOptions) (*Agent, error){
	"chat":   newChatAgent,
	"random": func(o AgentOptions) (*Agent, error) { return holdingNothing(random.New(o.Actions...)), nil },
	"scripted": func(o AgentOptions) (*Agent, error) {
		a, err := scripted.New(o.Noise)
		return holdingNothing(a), err
	},
	"searching": func(o AgentOptions) (*Agent, error) {
		a, err := searching.New(o.Noise)
		return holdingNothing(a), err
	},
}

// AgentKinds lists the kinds of agents.
func AgentKinds() []string { return slices.Sorted(maps.Keys(agentKinds)) }

// NewAgent makes an agent.
func NewAgent(o AgentOptions) (*Agent, error) {
	make, known := agentKinds[o.Kind]
	if !known {
		return nil, fmt.Errorf("there is no agent %q: give one of %s", o.Kind, strings.Join(AgentKinds(), ", "))
	}
	a, err := make(o)
	if err != nil {
		return nil, fmt.Errorf("agent %s: %w", o.Kind, err)
	}
	return a, nil
}

func holdingNothing(a producers.Agent) *Agent { return &Agent{Agent: a, close: func() {}} }

func newChatAgent(o AgentOptions) (*Agent, error) {
	examples, err := readExamples(o.Examples)
	if err != nil {
		return nil, err
	}
	if o.Concurrency == 0 {
		o.Concurrency = o.Workers
	}
	client, err := openai.New(openai.Options{
		BaseURL: o.API, KeyEnv: o.KeyVariable,
		Limits:    openai.Limits{Concurrency: o.Concurrency, RequestsPerMinute: o.RequestsPerMinute},
		Prices:    openai.Prices{PromptUSD: o.PromptUSD, CompletionUSD: o.CompletionUSD},
		BudgetUSD: o.BudgetUSD,
	})
	if err != nil {
		return nil, err
	}
	agent, err := chat.New(client, chat.Options{
		Model: o.Model, Mode: chat.Mode(o.Mode),
		Prompt:   chat.Prompt{Examples: examples, ContextTokens: o.ContextTokens},
		Sampling: chat.Sampling{Temperature: &o.Temperature, MaxTokens: o.MaxTokens, Logprobs: o.Logprobs, TokenIDs: o.TokenIDs},
	})
	if err != nil {
		client.Close()
		return nil, err
	}
	return &Agent{Agent: agent, close: client.Close}, nil
}

func readExamples(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read the examples: %w", err)
	}
	return string(text), nil
}
