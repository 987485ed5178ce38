package chat

import (
	"fmt"
	"strings"

	"github.com/dreamlog/dreamlog/internal/calls"
	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/producers"
)

const (
	// maxActionBytes is the longest action.
	maxActionBytes = 4 << 10
	// maxStandInBytes is the most of an answer that stands for an action.
	maxStandInBytes = 1000
)

// decide makes a decision of an answer, and the reply that reminds the model of
// it at the next step; nil where there is none that a server would take.
func (a *Agent) decide(c *openai.Completion, err error, admissible []string) (producers.Decision, *reply) {
	if err != nil {
		return producers.Decision{Malformed: err.Error()}, nil
	}
	if size := len(c.Message.Raw); size > calls.MaxAnswerBytes {
		why := fmt.Sprintf("the answer has %d bytes, more than the %d that are read", size, calls.MaxAnswerBytes)
		return malformed(c.Message.Content, why), nil
	}
	return a.read(c, admissible), replyTo(c.Message, a.options.Mode)
}

// read reads the thought and the action of a message.
func (a *Agent) read(c *openai.Completion, admissible []string) producers.Decision {
	read := a.style.read(c.Message, admissible)
	thought := calls.Clean(join(c.Message.Reasoning, read.thought))
	action := calls.Clean(tidy(read.action, admissible))
	if why := fault(c, read.fault, action); why != "" {
		d := malformed(c.Message.Content, why)
		d.Thought = thought
		return d
	}
	return producers.Decision{Action: action, Thought: thought}
}

// fault says why there is no action; empty: there is one. found is what the
// reading of the answer found wrong.
func fault(c *openai.Completion, found, action string) string {
	switch {
	case found == "" && len(action) > maxActionBytes:
		found = fmt.Sprintf("the action has %d bytes, more than the %d that are taken", len(action), maxActionBytes)
	case found == "" && action == "":
		found = "the action is empty"
	case found == "":
		return ""
	case c.Message.Refusal != "":
		found = "the model refused: " + calls.Cut(calls.Clean(c.Message.Refusal), maxStandInBytes)
	}
	if c.FinishReason == "length" {
		found += "; the answer was cut off at its greatest number of tokens: allow more"
	}
	return found
}

// malformed is a decision in which the beginning of the answer stands for an
// action.
func malformed(answer, why string) producers.Decision {
	return producers.Decision{Action: calls.Cut(calls.Clean(answer), maxStandInBytes), Malformed: why}
}

// join joins texts that are not empty by a blank line.
func join(texts ...string) string {
	var parts []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, "\n\n")
}
