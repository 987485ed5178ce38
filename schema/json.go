package schema

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// JSON is a column that holds JSON as text. Free-form JSON is never a struct
// in the lake: merged struct types invent null members and break trainers.
//
// In a JSON event it may be given as text or as the value itself.
type JSON string

// JSONOf encodes v as a JSON column. It panics when v cannot be encoded, which
// only values made of channels, functions or NaN cannot.
func JSONOf(v any) JSON {
	data, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		panic(fmt.Sprintf("encode %T as JSON column: %v", v, err))
	}
	return JSON(data)
}

// UnmarshalJSONFrom takes a JSON string as the text itself, and any other
// value as its text.
func (j *JSON) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '"' {
		var s string
		if err := json.UnmarshalDecode(d, &s); err != nil {
			return err
		}
		*j = JSON(s)
		return nil
	}
	v, err := d.ReadValue()
	*j = JSON(v)
	return err
}

// valid says whether j is JSON, of one of the kinds: 0 any, '{' object, '[' array.
func (j JSON) valid(kind jsontext.Kind) bool {
	v := jsontext.Value(j)
	return v.IsValid(jsontext.AllowDuplicateNames(true)) && (kind == 0 || v.Kind() == kind)
}

// jsonOptions: names are case-sensitive, unknown ones are refused, and so are
// doubled names and invalid UTF-8.
var jsonOptions = json.JoinOptions(json.RejectUnknownMembers(true))

// decodeJSON decodes a JSON body into row. The body may repeat event_id and
// time, if they are equal to those of the envelope.
func decodeJSON(body []byte, row Row) error {
	head := *row.Head()
	row.Head().EventID, row.Head().Time = "", 0
	if err := json.Unmarshal(body, row, jsonOptions); err != nil {
		return jsonError(err)
	}
	repeated := *row.Head()
	row.Head().EventID, row.Head().Time = head.EventID, head.Time
	if repeated.EventID != "" && repeated.EventID != head.EventID {
		return fieldError("event_id", repeated.EventID, "must equal the header "+HeaderID+" where the body repeats it")
	}
	if repeated.Time != 0 && repeated.Time != head.Time {
		return fieldError("time", repeated.Time.Time(), "must equal the header "+HeaderTime+" where the body repeats it")
	}
	return nil
}

// jsonError names the field that a JSON error is about.
func jsonError(err error) error {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) && semantic.JSONPointer != "" {
		field := strings.ReplaceAll(strings.TrimPrefix(string(semantic.JSONPointer), "/"), "/", ".")
		switch {
		case errors.Is(semantic.Err, json.ErrUnknownName):
			return fieldError(field, nil, "is not a field of this event; what has no field of its own goes into info")
		case semantic.JSONValue != nil:
			return fieldError(field, semantic.JSONValue.String(), "must be "+typeName(semantic.GoType))
		case semantic.JSONKind != 0:
			return fieldError(field, nil, "is a JSON "+kindName(semantic.JSONKind)+", must be "+typeName(semantic.GoType))
		}
	}
	return fmt.Errorf("body is not valid JSON: %w", err)
}
