package openenv

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// An actionForm makes actions of an agent's words. Where the environment's
// action has one field that takes them, they go there: as they are into a field
// of text, as JSON into any other. Otherwise the words must be the action itself,
// a JSON object. Words that are an object of the action's fields, with that one
// among them, are the action in both cases, so that other fields can be given.
type actionForm struct {
	field string // empty: the words are the object
	text  bool   // of field: it holds text
	// known are all fields of actions.
	known map[string]property
}

// errNotUnderstood is an action that cannot even be sent.
var errNotUnderstood = errors.New("the action is not understood")

// newActionForm reads the schema of an environment's actions. The field is the
// one named; else the only one that is required; else, where none is, the only
// one there is that holds text.
func newActionForm(s objectSchema, named string) (actionForm, error) {
	if named != "" {
		property, found := s.Properties[named]
		if !found {
			return actionForm{}, fmt.Errorf("the environment's actions have no field %q, but %s", named, s.names())
		}
		return actionForm{named, s.isText(property), s.Properties}, nil
	}
	if len(s.Required) == 1 {
		return actionForm{s.Required[0], s.isText(s.Properties[s.Required[0]]), s.Properties}, nil
	}
	if texts := s.texts(); len(s.Required) == 0 && len(texts) == 1 {
		return actionForm{texts[0], true, s.Properties}, nil
	}
	return actionForm{known: s.Properties}, nil
}

// of returns the action that words stand for. Its error is errNotUnderstood.
func (f actionForm) of(words string) (jsontext.Value, error) {
	value := jsontext.Value(strings.TrimSpace(words))
	switch {
	case f.isWhole(value):
		return value, nil
	case f.text:
		return object(f.field, words), nil
	case f.field != "" && value.IsValid():
		return object(f.field, value), nil
	case f.field != "":
		return nil, fmt.Errorf("%w: field %q of an action takes JSON that is not text, such as a number", errNotUnderstood, f.field)
	}
	return nil, fmt.Errorf("%w: an action is a JSON object of the form that the environment's schema says", errNotUnderstood)
}

// isWhole says whether words are an action with all its fields.
func (f actionForm) isWhole(words jsontext.Value) bool {
	var members map[string]jsontext.Value
	if words.Kind() != '{' || json.Unmarshal(words, &members) != nil {
		return false
	}
	if f.field == "" {
		return true
	}
	for name := range members {
		if _, found := f.known[name]; !found {
			return false
		}
	}
	return members[f.field] != nil
}

// object returns an object of one member. What words hold that is not UTF-8
// cannot be sent and is replaced.
func object(name string, value any) jsontext.Value {
	data, err := json.Marshal(map[string]any{name: value}, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic(fmt.Sprintf("encode a member %q: %v", name, err))
	}
	return data
}

// objectSchema is as much of a JSON schema as is needed to find the field that
// is meant.
type objectSchema struct {
	Properties map[string]property `json:"properties"`
	Required   []string            `json:"required"`
	Defs       map[string]property `json:"$defs"`
}

type property struct {
	Type  jsontext.Value `json:"type"` // a name or a list of names
	Ref   string         `json:"$ref"`
	AnyOf []property     `json:"anyOf"`
	AllOf []property     `json:"allOf"`
}

// base are the fields that every action and observation of the protocol has.
var base = []string{"metadata", "done", "reward"}

// names lists the environment's own fields.
func (s objectSchema) names() string { return fmt.Sprintf("%q", s.own(nil)) }

// own lists the environment's own fields for which a condition holds, in order.
func (s objectSchema) own(holds func(property) bool) (names []string) {
	for name, p := range s.Properties {
		if !slices.Contains(base, name) && (holds == nil || holds(p)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// texts lists the environment's own fields that hold text.
func (s objectSchema) texts() []string { return s.own(s.isText) }

// isText says whether a field holds text, or text or nothing.
func (s objectSchema) isText(p property) bool {
	return s.leadsToText(p, 0)
}

// leadsToText follows references, though not in a circle.
func (s objectSchema) leadsToText(p property, depth int) bool {
	const deepest = 8
	if depth > deepest {
		return false
	}
	if name, found := strings.CutPrefix(p.Ref, "#/$defs/"); found {
		return s.leadsToText(s.Defs[name], depth+1)
	}
	for _, one := range slices.Concat(p.AnyOf, p.AllOf) {
		if !bytes.Equal(one.Type, []byte(`"null"`)) {
			return s.leadsToText(one, depth+1)
		}
	}
	return bytes.Equal(p.Type, []byte(`"string"`)) || bytes.HasPrefix(p.Type, []byte(`["string"`))
}
