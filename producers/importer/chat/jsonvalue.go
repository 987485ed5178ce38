package chat

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// newDecoder reads the JSON of others: text must be valid UTF-8, a doubled
// member does not matter.
func newDecoder(raw []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true))
}

// elements returns the elements of an array, as they are.
func elements(value jsontext.Value) ([]jsontext.Value, error) {
	if value.Kind() != '[' {
		return nil, fmt.Errorf("is a JSON %s, must be an array", kindName(value.Kind()))
	}
	decoder := newDecoder(value)
	if _, err := decoder.ReadToken(); err != nil {
		return nil, notJSON(err)
	}
	list := []jsontext.Value{}
	for decoder.PeekKind() != ']' {
		element, err := decoder.ReadValue()
		if err != nil {
			return nil, notJSON(err)
		}
		end := decoder.InputOffset()
		list = append(list, value[end-int64(len(element)):end])
	}
	return list, nil
}

// unquote returns the text of a JSON string.
func unquote(value jsontext.Value) (string, error) {
	if value.Kind() != '"' {
		return "", fmt.Errorf("is a JSON %s, must be a string", kindName(value.Kind()))
	}
	text, err := jsontext.AppendUnquote(nil, value)
	if err != nil {
		return "", fmt.Errorf("is not a valid JSON string: %w", err)
	}
	return string(text), nil
}

// Quote returns s as a JSON string; s must be valid UTF-8, as everything is
// that came out of JSON.
func Quote(s string) jsontext.Value {
	quoted, _ := jsontext.AppendQuote(nil, s) // its only error is invalid UTF-8, which it replaces
	return quoted
}

// opened returns the JSON inside a JSON string, where tables hold nested
// values as text; any other value as it is.
func opened(value jsontext.Value) (jsontext.Value, error) {
	if value.Kind() != '"' {
		return value, nil
	}
	text, err := unquote(value)
	if err != nil {
		return nil, err
	}
	inner := jsontext.Value(text)
	if !inner.IsValid(jsontext.AllowDuplicateNames(true)) {
		return nil, fmt.Errorf("is a string that holds no valid JSON")
	}
	return bytes.TrimSpace(inner), nil
}

// array writes values as one JSON array.
func array(values []jsontext.Value) jsontext.Value {
	text := append([]byte{'['}, bytes.Join(asBytes(values), []byte{','})...)
	return append(text, ']')
}

func asBytes(values []jsontext.Value) [][]byte {
	list := make([][]byte, len(values))
	for i, v := range values {
		list[i] = v
	}
	return list
}

func kindName(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "boolean"
	case '"':
		return "string"
	case '0':
		return "number"
	case '[':
		return "array"
	case '{':
		return "object"
	}
	return "text that is no value"
}
