package app

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

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

	// ServerOptions and what follows are chat's.
	ServerOptions
	// Mode of answering: text, structured or tools.
	Mode string
	// Examples is a file whose text the prompt shows; empty: none.
	Examples string
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
	client, err := o.client()
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
