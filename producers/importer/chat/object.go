package chat

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/schema"
)

// Object is a JSON object whose members are taken one after the other. What
// nobody took is left for Rest. A member that is null counts as absent, and of
// a doubled one the last counts. The first member of a wrong type is kept for
// Err, so that a reader asks once, at the end.
type Object struct {
	path    string // of the object within its record, with a dot at its end
	members []member
	failed  *error // shared with the objects inside
}

type member struct {
	name  string
	value jsontext.Value
	taken bool
}

// ParseObject reads an object. Its values point into raw, which must not
// change. Errors say where raw is not JSON: strict JSON, so that NaN and invalid
// UTF-8 are refused.
func ParseObject(raw []byte) (*Object, error) {
	return parseObject(raw, "", new(error))
}

func parseObject(raw []byte, path string, failed *error) (*Object, error) {
	decoder := newDecoder(raw)
	start, err := decoder.ReadToken()
	if err != nil {
		return nil, notJSON(err)
	}
	if start.Kind() != '{' {
		return nil, fmt.Errorf("is a JSON %s, must be an object", kindName(start.Kind()))
	}
	o := &Object{path: path, failed: failed}
	for decoder.PeekKind() == '"' {
		name, err := decoder.ReadToken()
		if err != nil {
			return nil, notJSON(err)
		}
		m := member{name: name.String()}
		value, err := decoder.ReadValue()
		if err != nil {
			return nil, notJSON(err)
		}
		end := decoder.InputOffset()
		m.value = raw[end-int64(len(value)) : end]
		o.members = append(o.members, m)
	}
	if _, err := decoder.ReadToken(); err != nil {
		return nil, notJSON(err)
	}
	if rest := bytes.TrimSpace(raw[decoder.InputOffset():]); len(rest) > 0 {
		return nil, fmt.Errorf("is not valid JSON: %d bytes behind the end of the object", len(rest))
	}
	return o, nil
}

func notJSON(err error) error { return fmt.Errorf("is not valid JSON: %w", err) }

// Err returns the first thing that was wrong with a member.
func (o *Object) Err() error { return *o.failed }

// fail keeps the first error.
func (o *Object) fail(name, rule string) {
	if *o.failed == nil {
		*o.failed = fmt.Errorf("%s%s %s", o.path, name, rule)
	}
}

// Fail notes that a member broke a rule, unless something was wrong before.
func (o *Object) Fail(name string, err error) { o.fail(name, err.Error()) }

// Require notes an error when a member that must be there was not.
func (o *Object) Require(present bool, name string) {
	if !present {
		o.fail(name, "is missing")
	}
}

// Has says whether a member is there and not null.
func (o *Object) Has(name string) bool {
	return o.find(name) != nil
}

func (o *Object) find(name string) *member {
	for i := len(o.members) - 1; i >= 0; i-- {
		if m := &o.members[i]; m.name == name {
			if m.value.Kind() == 'n' {
				return nil
			}
			return m
		}
	}
	return nil
}

// take returns the first of the named members that is there.
func (o *Object) take(names []string) (name string, value jsontext.Value) {
	for _, name := range names {
		if m := o.find(name); m != nil {
			m.taken = true
			return name, m.value
		}
	}
	return "", nil
}

// Leave leaves members for Rest although they were taken.
func (o *Object) Leave(names ...string) {
	for _, name := range names {
		if m := o.find(name); m != nil {
			m.taken = false
		}
	}
}

// Put adds a member, for Rest.
func (o *Object) Put(name string, value jsontext.Value) {
	o.members = append(o.members, member{name: name, value: value})
}

// Rest returns the object of the members that nobody took, each as its source
// has it; nil when none is left.
func (o *Object) Rest() *schema.JSON {
	text := []byte{'{'}
	for _, m := range o.members {
		if m.taken {
			continue
		}
		if len(text) > 1 {
			text = append(text, ',')
		}
		text, _ = jsontext.AppendQuote(text, m.name) // names are valid UTF-8: the decoder saw to it
		text = append(append(text, ':'), m.value...)
	}
	if len(text) == 1 {
		return nil
	}
	j := schema.JSON(append(text, '}'))
	return &j
}
