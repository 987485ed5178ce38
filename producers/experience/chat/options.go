package chat

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Options of a model or a teacher. Zero values stand for the defaults.
type Options struct {
	// Model is the name by which the server knows it.
	Model  string
	Prompt Prompt
	// Dense keeps the rewards of single steps as they are predicted; else a step
	// earns 1 where it ends the task with success, and 0 otherwise.
	Dense    bool
	Sampling Sampling
}

// Prompt says what the model is shown.
type Prompt struct {
	// ContextTokens is about how many tokens a prompt may have, at four bytes a
	// token. Default: 8000.
	ContextTokens int
	// Admissible is how many of the admissible actions of a state are listed.
	// Default: 50; negative: none.
	Admissible int
}

// Sampling says how answers are drawn. What is zero is the server's to choose.
type Sampling struct {
	Temperature, TopP *float64
	// MaxTokens of an answer, the reasoning included. Default: 1024.
	MaxTokens int
	// NoSeed sends no seed, for servers that refuse it. Else each request has
	// one, derived from the episode's seed and the step.
	NoSeed bool
	// Extra are further members of the request, such as top_k.
	Extra map[string]jsontext.Value
}

// warm is a temperature at which answers seldom go in circles.
const warm = 0.7

// warmer is for an answer that went in circles.
func (s Sampling) warmer() Sampling {
	if s.Temperature != nil && *s.Temperature < warm {
		s.Temperature = new(warm)
	}
	return s
}

func (o Options) withDefaults() Options {
	o.Prompt.ContextTokens = cmp.Or(o.Prompt.ContextTokens, 8000)
	o.Prompt.Admissible = cmp.Or(o.Prompt.Admissible, 50)
	o.Sampling.MaxTokens = cmp.Or(o.Sampling.MaxTokens, 1024)
	return o
}

// Validate says what is wrong with the options.
func (o Options) Validate() error {
	s := o.Sampling
	switch {
	case o.Model == "":
		return errors.New("name the model to ask, as its server lists it under /v1/models")
	case o.Prompt.ContextTokens < 0, s.MaxTokens < 0:
		return errors.New("numbers of tokens may not be negative")
	case s.Temperature != nil && !(*s.Temperature >= 0):
		return fmt.Errorf("temperature %v must be 0 or more", *s.Temperature)
	case s.TopP != nil && !(*s.TopP > 0 && *s.TopP <= 1):
		return fmt.Errorf("top_p %v must lie above 0 and at most at 1", *s.TopP)
	}
	return nil
}
