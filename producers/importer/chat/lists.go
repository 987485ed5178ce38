package chat

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/schema"
)

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
