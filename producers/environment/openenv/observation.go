package openenv

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// An observationForm makes text of an environment's observations. The state is
// the field of text that is named, else the only one there is, else the whole
// observation as JSON in a canonical form. What the text leaves out is kept as
// info.
type observationForm struct {
	text                    string // empty: the whole observation
	admissible, instruction string // empty: none
}

// newObservationForm reads the schema of an environment's observations.
func newObservationForm(s objectSchema, fields Fields) (observationForm, error) {
	for _, name := range []string{fields.Text, fields.Admissible, fields.Instruction} {
		if _, found := s.Properties[name]; name != "" && !found {
			return observationForm{}, fmt.Errorf("the environment's observations have no field %q, but %s", name, s.names())
		}
	}
	form := observationForm{fields.Text, fields.Admissible, fields.Instruction}
	if texts := s.texts(); form.text == "" && len(texts) == 1 && texts[0] != form.instruction {
		form.text = texts[0]
	}
	return form, nil
}

// of returns what an agent sees.
func (f observationForm) of(r result) (o producers.Observation, err error) {
	if f.admissible != "" {
		if o.Admissible, err = actions(r.Observation[f.admissible]); err != nil {
			return o, fmt.Errorf("field %q of the observation: %w", f.admissible, err)
		}
	}
	if f.text == "" {
		o.Text = string(schema.JSONOf(canonical(r.Observation)))
		return o, nil
	}
	if o.Text, err = textOf(r.Observation[f.text]); err != nil {
		return o, fmt.Errorf("field %q of the observation: %w", f.text, err)
	}
	return o, nil
}

// instructionOf returns what the first observation says is to be done.
func (f observationForm) instructionOf(r result) (string, error) {
	if f.instruction == "" {
		return "", nil
	}
	return textOf(r.Observation[f.instruction])
}

// info is what the text and the actions leave out; nil: nothing.
func (f observationForm) info(r result) *schema.JSON {
	rest := map[string]jsontext.Value{}
	for name, value := range r.Observation {
		if f.text != "" && name != f.text && name != f.admissible {
			rest[name] = value
		}
	}
	if len(rest) == 0 {
		return nil
	}
	info := schema.JSONOf(canonical(rest))
	return &info
}

// canonical brings the members of members into an order of their own; numbers
// stay as the server wrote them.
func canonical(object map[string]jsontext.Value) map[string]jsontext.Value {
	ordered := make(map[string]jsontext.Value, len(object))
	for name, value := range object {
		ordered[name] = inOrder(value)
	}
	return ordered
}

func inOrder(value jsontext.Value) jsontext.Value {
	value = value.Clone()
	if err := value.Format(jsontext.ReorderRawObjects(true)); err != nil {
		panic(fmt.Sprintf("bring JSON that was decoded into order: %v", err))
	}
	return value
}

// textOf returns a value as text: what it says where it is text, nothing where it
// is null or missing, and as JSON otherwise.
func textOf(value jsontext.Value) (text string, err error) {
	switch value.Kind() {
	case 0, 'n':
		return "", nil
	case '"':
		err = json.Unmarshal(value, &text)
		return text, err
	}
	return string(inOrder(value)), nil
}

// actions reads a list of actions: words as they are, anything else as JSON.
// Each is told once; null or missing: the environment does not say.
func actions(value jsontext.Value) (admissible []string, err error) {
	var list []jsontext.Value
	if kind := value.Kind(); kind == 0 || kind == 'n' {
		return nil, nil
	}
	if err := json.Unmarshal(value, &list); err != nil {
		return nil, fmt.Errorf("a list of actions is expected: %w", err)
	}
	seen := map[string]bool{"": true}
	admissible = []string{}
	for _, one := range list {
		action, err := textOf(one)
		if err != nil {
			return nil, err
		}
		if !seen[action] {
			seen[action] = true
			admissible = append(admissible, action)
		}
	}
	return admissible, nil
}
