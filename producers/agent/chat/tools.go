package chat

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/internal/calls"
	"github.com/dreamlog/dreamlog/internal/openai"
)

// tools is one tool, by which the model acts.
type tools struct {
	name string
	tool jsontext.Value
}

func newTools(name string) (tools, error) {
	tool, err := openai.FunctionTool(name, "takes one action in the environment and returns what is observed then", jsontext.Value(answerSchema))
	return tools{name, tool}, err
}

func (t tools) rules() string {
	return "At each step call the tool " + t.name + " once, with your thought and the action."
}

func (t tools) shape(r *openai.ChatRequest) {
	r.Tools, r.ToolChoice = []jsontext.Value{t.tool}, jsontext.Value(`"required"`)
}

// read takes the first call; what is said beside it is a thought.
func (t tools) read(m openai.Answer, _ []string) reading {
	inside, said, fault := openai.SplitThinking(m.Content)
	beside := join(inside, said)
	if len(m.ToolCalls) == 0 {
		if fault == "" {
			fault = "the answer does not call the tool " + t.name
		}
		return reading{thought: beside, fault: fault}
	}
	call := m.ToolCalls[0]
	if call.Name != t.name {
		return reading{thought: beside, fault: fmt.Sprintf("the answer calls a tool %q instead of %s", calls.Cut(call.Name, 100), t.name)}
	}
	read := readArguments(call.Arguments)
	read.thought = join(beside, read.thought)
	return read
}
