package chat

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/internal/calls"
	"github.com/dreamlog/dreamlog/internal/openai"
)

const (
	// maxTextBytes is the longest state or reasoning that is taken.
	maxTextBytes = 64 << 10
	// maxActions is the most admissible actions that are taken.
	maxActions = 2000
)

// Answer is what a model says comes of an action. Its members are in the order
// in which they are to be written: the reasoning first, so that it can help.
type Answer struct {
	Reasoning string `json:"reasoning"`
	// Valid says whether the environment understands the action.
	Valid     bool   `json:"valid"`
	NextState string `json:"next_state"`
	// ActionsGone were admissible and are no more, nil: all that were; ActionsNew
	// are admissible now and were not. Most lists change little, and are long.
	ActionsGone []string `json:"actions_gone"`
	ActionsNew  []string `json:"actions_new"`
	Terminated  bool     `json:"terminated"`
	Success     bool     `json:"success"`
	// Precedent is the number of the demonstration, from 1, that a success rests
	// on; nil: none.
	Precedent *int `json:"precedent"`
	// Reward of the step; nil: the answer does not say.
	Reward *float64 `json:"reward"`
}

// answerSchema is what servers hold answers to. Strict servers want every member
// to be required.
const answerSchema = `{"type":"object","properties":{` +
	`"reasoning":{"type":"string"},` +
	`"valid":{"type":"boolean"},` +
	`"next_state":{"type":"string"},` +
	`"actions_gone":{"type":["array","null"],"items":{"type":"string"}},` +
	`"actions_new":{"type":"array","items":{"type":"string"}},` +
	`"terminated":{"type":"boolean"},` +
	`"success":{"type":"boolean"},` +
	`"precedent":{"type":["integer","null"]},` +
	`"reward":{"type":["number","null"]}},` +
	`"required":["reasoning","valid","next_state","actions_gone","actions_new","terminated","success","precedent","reward"],` +
	`"additionalProperties":false}`

// String returns the answer as a model should write it: one JSON object.
func (a Answer) String() string {
	text, err := json.Marshal(a, json.FormatNilSliceAsNull(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic(err) // rewards are finite, and text is mended
	}
	return string(text)
}

// members are the members of an answer, as they came.
type members map[string]jsontext.Value

// readMembers reads the object in an answer. Servers that do not know schemas let
// models put words or a fence around it.
func readMembers(c *openai.Completion) (members, error) {
	m, err := objectIn(c.Message)
	switch {
	case err == nil:
		return m, nil
	case c.Message.Refusal != "":
		err = fmt.Errorf("the model refused: %s", calls.Cut(calls.Clean(c.Message.Refusal), 300))
	}
	if cutOff(c) {
		err = fmt.Errorf("%w; the answer was cut off at its greatest number of tokens: be briefer, or allow more", err)
	}
	return nil, err
}

// cutOff says whether an answer ended at its greatest number of tokens.
func cutOff(c *openai.Completion) bool { return c.FinishReason == "length" }

func objectIn(message openai.Answer) (members, error) {
	if size := len(message.Raw); size > calls.MaxAnswerBytes {
		return nil, fmt.Errorf("the answer has %d bytes, more than the %d that are read", size, calls.MaxAnswerBytes)
	}
	_, said, fault := openai.SplitThinking(message.Content)
	if fault != "" {
		return nil, errors.New(fault)
	}
	at := strings.IndexByte(said, '{')
	if at < 0 {
		return nil, errors.New("the answer has no JSON object")
	}
	var m members
	d := jsontext.NewDecoder(strings.NewReader(said[at:]), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err := json.UnmarshalDecode(d, &m); err != nil {
		return nil, fmt.Errorf("the JSON of the answer is broken: %w", err)
	}
	return m, nil
}

// readAnswer reads an answer, which must be as the schema says: not every server
// holds models to it.
func readAnswer(c *openai.Completion) (*Answer, error) {
	m, err := readMembers(c)
	if err != nil {
		return nil, err
	}
	var a Answer
	if m["actions_gone"].Kind() != 'n' {
		a.ActionsGone = []string{}
	}
	return &a, errors.Join(
		m.text("reasoning", &a.Reasoning),
		read(m, "valid", "true or false", &a.Valid),
		m.text("next_state", &a.NextState),
		m.actions("actions_gone", "a list of texts or null", &a.ActionsGone),
		m.actions("actions_new", "a list of texts", &a.ActionsNew),
		read(m, "terminated", "true or false", &a.Terminated),
		read(m, "success", "true or false", &a.Success),
		optional(m, "precedent", "a whole number or null", &a.Precedent),
		m.reward(&a.Reward),
	)
}

// text reads a text that says something.
func (m members) text(name string, into *string) error {
	if err := read(m, name, "a text", into); err != nil {
		return err
	}
	*into = calls.Clean(*into)
	switch {
	case *into == "":
		return fmt.Errorf("%q is empty", name)
	case len(*into) > maxTextBytes:
		return fmt.Errorf("%q has %d bytes, more than the %d that are taken", name, len(*into), maxTextBytes)
	}
	return nil
}

// actions reads a list of actions, each once; a null leaves into as it is.
func (m members) actions(name, kind string, into *[]string) error {
	var said *[]string
	if err := optional(m, name, kind, &said); err != nil || said == nil {
		return err
	}
	if len(*said) > maxActions {
		return fmt.Errorf("%q has %d actions, more than the %d that are taken", name, len(*said), maxActions)
	}
	seen := map[string]bool{"": true}
	*into = []string{}
	for _, action := range *said {
		if action = calls.Clean(action); !seen[action] {
			seen[action] = true
			*into = append(*into, action)
		}
	}
	return nil
}

func (m members) reward(into **float64) error {
	err := optional(m, "reward", "a number or null", into)
	if err == nil && *into != nil && (math.IsNaN(**into) || math.IsInf(**into, 0)) {
		err = errors.New(`"reward" is not finite`)
	}
	return err
}

// read reads a member that must be there.
func read[T any](m members, name, kind string, into *T) error {
	value, there := m[name]
	switch {
	case !there:
		return fmt.Errorf("%q is missing: it must be %s", name, kind)
	case value.Kind() == 'n' || json.Unmarshal(value, into, jsontext.AllowInvalidUTF8(true)) != nil:
		return fmt.Errorf("%q must be %s, not %s", name, kind, calls.Cut(string(value), 100))
	}
	return nil
}

// optional reads a member that may be missing, or null.
func optional[T any](m members, name, kind string, into **T) error {
	value, there := m[name]
	if !there || value.Kind() == 'n' {
		return nil
	}
	*into = new(T)
	return read(m, name, kind, *into)
}
