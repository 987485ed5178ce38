package chat

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/internal/openai"
)

// answerSchema is what an answer says, as the response of a model or as the
// arguments of a tool. The thought comes first, so that it can help.
const answerSchema = `{"type":"object","properties":{` +
	`"thought":{"type":"string","description":"what you conclude from what you observe, and what you want to do next"},` +
	`"action":{"type":"string","description":"the one action to take now"}},` +
	`"required":["thought","action"],"additionalProperties":false}`

// structured is an object with thought and action.
type structured struct{ format jsontext.Value }

func newStructured() (structured, error) {
	format, err := openai.SchemaFormat("decision", jsontext.Value(answerSchema))
	return structured{format}, err
}

func (structured) rules() string {
	return `Answer with one JSON object and nothing else: {"thought": what you conclude from what you observe ` +
		`and what you want to do next, "action": the action}`
}

func (s structured) shape(r *openai.ChatRequest) { r.ResponseFormat = s.format }

func (structured) read(m openai.Answer, _ []string) reading {
	inside, said, fault := openai.SplitThinking(m.Content)
	if fault != "" {
		return reading{thought: inside, fault: fault}
	}
	// Servers that do not know schemas let models put words or a fence around.
	at := strings.IndexByte(said, '{')
	if at < 0 {
		return reading{thought: inside, fault: "the answer has no JSON object"}
	}
	read := readArguments(said[at:])
	read.thought = join(inside, read.thought)
	return read
}

// readArguments reads the object at the beginning of a text.
func readArguments(text string) reading {
	var said struct {
		Thought jsontext.Value `json:"thought"`
		Action  jsontext.Value `json:"action"`
	}
	d := jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err := json.UnmarshalDecode(d, &said); err != nil {
		return reading{fault: fmt.Sprintf("the JSON of the answer is broken: %v", err)}
	}
	if said.Action.Kind() != '"' {
		return reading{thought: str(said.Thought), fault: `the object has no text "action"`}
	}
	return reading{thought: str(said.Thought), action: str(said.Action)}
}

// str is the text of a JSON string; empty where it is none.
func str(v jsontext.Value) string {
	var s string
	if v == nil || json.Unmarshal(v, &s, jsontext.AllowInvalidUTF8(true)) != nil {
		return ""
	}
	return s
}
