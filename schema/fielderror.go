package schema

import (
	"fmt"
	"reflect"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// FieldError says which field of an event breaks which rule.
type FieldError struct {
	// Field is the name of the field, with the index where it is in a list.
	Field string
	// Value is what the field held, cut short; empty when there is none to show.
	Value string
	// Rule is what must hold.
	Rule string
}

func (e *FieldError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("field %s: %s", e.Field, e.Rule)
	}
	return fmt.Sprintf("field %s: %s: %s", e.Field, e.Value, e.Rule)
}

// shownValue is how much of a value an error shows, in bytes.
const shownValue = 60

func fieldError(field string, value any, rule string) *FieldError {
	e := &FieldError{Field: field, Rule: rule}
	switch v := value.(type) {
	case nil:
	case string:
		e.Value = shorten(fmt.Sprintf("%.200q", v))
	default:
		e.Value = shorten(fmt.Sprint(v))
	}
	return e
}

// shorten cuts a value after shownValue bytes, between two characters.
func shorten(value string) string {
	if len(value) <= shownValue {
		return value
	}
	end := shownValue
	for !utf8.RuneStart(value[end]) {
		end--
	}
	return value[:end] + "…"
}

// typeName names a Go type in the words of the event format.
func typeName(t reflect.Type) string {
	if t == nil {
		return "of another type"
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[Micros]() {
		return "a time after RFC 3339"
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Int64:
		return "a whole number of 64 bits"
	case reflect.Float64:
		return "a number of 64 bits"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}

// kindName names a JSON kind.
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
	default:
		return "object"
	}
}
