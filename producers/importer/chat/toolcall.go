package chat

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// ToolCall is a tool that an assistant asked for.
type ToolCall struct {
	ID   string // empty: the source gives none
	Name string
	// Arguments are JSON: the source's own text where that is JSON, else the
	// text as a JSON string.
	Arguments jsontext.Value
}

// Action returns tool calls as the action of a turn: one as an object with name
// and arguments, several as an array of such objects.
func Action(calls []ToolCall) string {
	if len(calls) == 1 {
		return string(calls[0].action())
	}
	actions := make([]jsontext.Value, len(calls))
	for i := range calls {
		actions[i] = calls[i].action()
	}
	return string(array(actions))
}

func (c ToolCall) action() jsontext.Value {
	text := append([]byte(`{"name":`), Quote(c.Name)...)
	text = append(append(text, `,"arguments":`...), c.Arguments...)
	return append(text, '}')
}

// parseToolCalls reads tool_calls and, of the older form, function_call.
func parseToolCalls(o *Object) []ToolCall {
	var calls []ToolCall
	for _, name := range []string{"tool_calls", "function_call"} {
		value := o.Value(name)
		if value == nil {
			continue
		}
		more, err := toolCallsIn(value)
		if err != nil {
			o.fail(name, err.Error())
		}
		calls = append(calls, more...)
	}
	return calls
}

// toolCallsIn reads an array of tool calls or a single one; each of them, and
// the array, may also be a string that holds the JSON.
func toolCallsIn(value jsontext.Value) ([]ToolCall, error) {
	inner, err := opened(value)
	if err != nil {
		return nil, err
	}
	list := []jsontext.Value{inner}
	if inner.Kind() == '[' {
		if list, err = elements(inner); err != nil {
			return nil, err
		}
	}
	calls := make([]ToolCall, len(list))
	for i, element := range list {
		if calls[i], err = parseToolCall(element); err != nil {
			return nil, fmt.Errorf("tool call %d: %w", i, err)
		}
	}
	return calls, nil
}

// parseToolCall reads one tool call in any of its spellings:
// {id, function: {name, arguments}}, {id, function, args}, {id, name,
// arguments | args | input | parameters}, ATIF's {tool_call_id, function_name,
// arguments}, or a string that holds one.
func parseToolCall(value jsontext.Value) (ToolCall, error) {
	inner, err := opened(value)
	if err != nil {
		return ToolCall{}, err
	}
	o, err := ParseObject(inner)
	if err != nil {
		return ToolCall{}, err
	}
	return TakeToolCall(o), o.Err()
}

// TakeToolCall takes the members of a tool call.
func TakeToolCall(o *Object) ToolCall {
	call := ToolCall{ID: o.ID("id", "tool_call_id", "call_id")}
	named := o
	if m := o.find("function"); m != nil && m.value.Kind() == '{' {
		named = o.Object("function")
	}
	name := named.Text("name", "function", "function_name")
	named.Require(name != nil, "name")
	call.Name = text(name)
	call.Arguments = arguments(named.Value("arguments", "args", "input", "parameters"))
	return call
}

// arguments returns what a tool was called with as JSON. Nothing inside is
// rewritten; only the white space of indented objects goes.
func arguments(value jsontext.Value) jsontext.Value {
	switch value.Kind() {
	case 0:
		return jsontext.Value("{}")
	case '"':
		if inner, err := opened(value); err == nil {
			return inner
		}
		return value
	}
	compact := value.Clone()
	if err := compact.Compact(); err != nil {
		return value // as it came: it was read as valid JSON before
	}
	return compact
}
