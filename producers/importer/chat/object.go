package chat

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/go-json-experiment/json"
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

// Value takes the first of the named members that is there, as it is; nil when
// none is.
func (o *Object) Value(names ...string) jsontext.Value {
	_, value := o.take(names)
	return value
}

// JSON takes a member as the text of a JSON column; nil when it is absent.
func (o *Object) JSON(names ...string) *schema.JSON {
	value := o.Value(names...)
	if value == nil {
		return nil
	}
	j := schema.JSON(value)
	return &j
}

// Text takes a string.
func (o *Object) Text(names ...string) *string {
	name, value := o.take(names)
	if value == nil {
		return nil
	}
	s, err := unquote(value)
	if err != nil {
		o.fail(name, err.Error())
	}
	return &s
}

// ID takes a string or a whole number as text; empty when absent.
func (o *Object) ID(names ...string) string {
	name, value := o.take(names)
	switch value.Kind() {
	case 0:
		return ""
	case '"':
		s, err := unquote(value)
		if err != nil {
			o.fail(name, err.Error())
		}
		return s
	}
	if _, err := strconv.ParseInt(string(value), 10, 64); err != nil {
		o.fail(name, "must be a string or a whole number")
	}
	return string(value)
}

// Number takes a finite number.
func (o *Object) Number(names ...string) *float64 {
	name, value := o.take(names)
	if value == nil {
		return nil
	}
	x, err := number(value)
	if err != nil {
		o.fail(name, err.Error())
	}
	return &x
}

func number(value jsontext.Value) (float64, error) {
	if value.Kind() != '0' {
		return 0, fmt.Errorf("is a JSON %s, must be a number", kindName(value.Kind()))
	}
	x, err := strconv.ParseFloat(string(value), 64)
	if err != nil || math.IsInf(x, 0) {
		return 0, errors.New("must be a finite number")
	}
	return x, nil
}

// Int takes a whole number, which may be written as 3.0.
func (o *Object) Int(names ...string) *int64 {
	name, value := o.take(names)
	if value == nil {
		return nil
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil {
		x, errNumber := number(value)
		if n = int64(x); errNumber != nil || float64(n) != x {
			o.fail(name, "must be a whole number")
		}
	}
	return &n
}

// Bool takes true or false.
func (o *Object) Bool(names ...string) *bool {
	name, value := o.take(names)
	if value == nil {
		return nil
	}
	if k := value.Kind(); k != 't' && k != 'f' {
		o.fail(name, fmt.Sprintf("is a JSON %s, must be true or false", kindName(k)))
	}
	b := value.Kind() == 't'
	return &b
}

// Object takes an object, or a string that holds one; it has no members when it
// is absent.
func (o *Object) Object(names ...string) *Object {
	name, value := o.take(names)
	if value == nil {
		return &Object{failed: o.failed}
	}
	value, err := opened(value)
	if err == nil {
		var inner *Object
		if inner, err = parseObject(value, o.path+name+".", o.failed); err == nil {
			return inner
		}
	}
	o.fail(name, err.Error())
	return &Object{failed: o.failed}
}

// Ints takes an array of whole numbers; nil when it is absent.
func (o *Object) Ints(names ...string) []int64 {
	name, value := o.take(names)
	if value == nil {
		return nil
	}
	var list []int64
	if err := json.Unmarshal(value, &list); err != nil {
		o.fail(name, "must be an array of whole numbers")
	}
	return list
}

// Numbers takes an array of finite numbers; nil when it is absent.
func (o *Object) Numbers(names ...string) []float64 {
	name, value := o.take(names)
	if value == nil {
		return nil
	}
	var list []float64
	if err := json.Unmarshal(value, &list); err != nil {
		o.fail(name, "must be an array of finite numbers")
	}
	return list
}

// Messages takes a conversation; nil when it is absent. Where speaker is not
// empty, a plain text is one message by that role.
func (o *Object) Messages(speaker string, names ...string) []Message {
	name, value := o.take(names)
	if value == nil {
		return nil
	}
	if speaker != "" && value.Kind() == '"' && !holdsArray(value) {
		return []Message{Say(speaker, value)}
	}
	messages, err := ParseMessages(value)
	if err != nil {
		o.fail(name, err.Error())
	}
	return messages
}

func holdsArray(text jsontext.Value) bool {
	inner, err := opened(text)
	return err == nil && inner.Kind() == '['
}

// Tools takes tool definitions: an array, or a string that holds one. What is
// neither is left for Rest.
func (o *Object) Tools(names ...string) *schema.JSON {
	for _, name := range names {
		m := o.find(name)
		if m == nil {
			continue
		}
		if array, err := opened(m.value); err == nil && array.Kind() == '[' {
			m.taken = true
			tools := schema.JSON(array)
			return &tools
		}
	}
	return nil
}

// Objects takes an array of objects; nil when it is absent.
func (o *Object) Objects(names ...string) []*Object {
	name, value := o.take(names)
	if value == nil {
		return nil
	}
	list, err := elements(value)
	if err != nil {
		o.fail(name, err.Error())
	}
	objects := make([]*Object, len(list))
	for i, element := range list {
		if objects[i], err = parseObject(element, fmt.Sprintf("%s%s[%d].", o.path, name, i), o.failed); err != nil {
			o.fail(fmt.Sprintf("%s[%d]", name, i), err.Error())
			objects[i] = &Object{failed: o.failed}
		}
	}
	return objects
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
