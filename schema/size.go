package schema

import (
	"fmt"
	"reflect"
)

// SizeError says that an event is too large, and which field makes it so.
type SizeError struct {
	EventID string
	// Field is the largest field, FieldBytes its size.
	Field      string
	FieldBytes int
	// EventBytes is the size of the whole event.
	EventBytes int
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("event %s measures %d bytes, at most %d are allowed: field %s alone has %d; shorten it or split it over events",
		e.EventID, e.EventBytes, MaxEventBytes, e.Field, e.FieldBytes)
}

func sizeError(row Row, size int) *SizeError {
	e := &SizeError{EventID: row.Head().EventID, EventBytes: size}
	body := reflect.ValueOf(row).Elem().Field(bodyField)
	for i := range body.NumField() {
		if n := fieldBytes(body.Field(i)); n > e.FieldBytes {
			e.Field, e.FieldBytes = body.Type().Field(i).Tag.Get("json"), n
		}
	}
	return e
}

// fieldBytes is about how large a field is on the log.
func fieldBytes(v reflect.Value) int {
	switch v.Kind() {
	case reflect.String:
		return v.Len()
	case reflect.Pointer:
		if v.IsNil() {
			return 0
		}
		return fieldBytes(v.Elem())
	case reflect.Struct:
		n := 0
		for i := range v.NumField() {
			n += fieldBytes(v.Field(i))
		}
		return n
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Len()
		}
		n := 0
		for i := range v.Len() {
			n += fieldBytes(v.Index(i))
		}
		return n
	default:
		return 8
	}
}
