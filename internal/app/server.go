package app

import (
	"errors"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/producers/experience/chat"
)

// ServerOptions say which chat model is asked, how, and within which bounds.
type ServerOptions struct {
	// API is where the server's API begins, Model its name for the model.
	API, Model string
	// KeyVariable names the environment variable that holds the API key; empty:
	// none is sent.
	KeyVariable string
	// Temperature of the sampling.
	Temperature float64
	// MaxTokens of an answer, ContextTokens of a prompt.
	MaxTokens, ContextTokens int
	// Concurrency is the number of requests at a time; 0: the default of
	// openai.Limits.
	Concurrency int
	// RequestsPerMinute; 0: any number.
	RequestsPerMinute int
	// BudgetUSD ends the asking; 0: any. The prices are for a million tokens.
	BudgetUSD, PromptUSD, CompletionUSD float64
}

// client connects to the server; close it.
func (o ServerOptions) client() (*openai.Client, error) {
	return openai.New(openai.Options{
		BaseURL: o.API, KeyEnv: o.KeyVariable,
		Limits:    openai.Limits{Concurrency: o.Concurrency, RequestsPerMinute: o.RequestsPerMinute},
		Prices:    openai.Prices{PromptUSD: o.PromptUSD, CompletionUSD: o.CompletionUSD},
		BudgetUSD: o.BudgetUSD,
	})
}

// experience are the options of a model or a teacher on the server.
func (o ServerOptions) experience() chat.Options {
	return chat.Options{
		Model:    o.Model,
		Prompt:   chat.Prompt{ContextTokens: o.ContextTokens},
		Sampling: chat.Sampling{Temperature: &o.Temperature, MaxTokens: o.MaxTokens},
	}
}

// chatExperience makes an experience model that asks the server.
func chatExperience(o ServerOptions, dense bool) (*Experience, error) {
	client, err := o.client()
	if err != nil {
		return nil, err
	}
	options := o.experience()
	options.Dense = dense
	if options.Model == "" {
		client.Close()
		return nil, errors.New("experience model chat: name the model to ask (--model-name), as its server lists it under /v1/models")
	}
	m, err := chat.New(client, options)
	if err != nil {
		client.Close()
		return nil, err
	}
	return &Experience{m, client.Close}, nil
}
