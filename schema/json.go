package schema

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
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

// finite says whether j, a JSON number, fits into a float64.
func (j JSON) finite() bool {
	_, err := strconv.ParseFloat(strings.TrimSpace(string(j)), 64)
	return err == nil
}

// jsonOptions: names are case-sensitive, unknown ones are refused, and so are
// doubled names and invalid UTF-8.
var jsonOptions = json.JoinOptions(json.RejectUnknownMembers(true))

// nullOptions refuse null as well where a value must be given; else it would
// read as empty, 0 or false. They cost time, and few bodies have a null.
var nullOptions = json.JoinOptions(jsonOptions, json.WithUnmarshalers(json.JoinUnmarshalers(
	json.UnmarshalFromFunc(refuseNull[string]),
	json.UnmarshalFromFunc(refuseNull[int64]),
	json.UnmarshalFromFunc(refuseNull[float64]),
	json.UnmarshalFromFunc(refuseNull[bool]),
)))

var errNull = errors.New("must not be null")

func refuseNull[T any](d *jsontext.Decoder, _ *T) error {
	if d.PeekKind() == 'n' {
		return errNull
	}
	return errors.ErrUnsupported // so that the value is decoded as ever
}

// decodeJSON decodes a JSON body into row; fields it leaves out take the
// defaults of the published schema. The body may repeat event_id and time, if
// they are equal to those of the envelope.
func decodeJSON(body []byte, row Row) error {
	if jsontext.Value(body).Kind() != '{' {
		return errors.New("body is not a JSON object")
	}
	options := jsonOptions
	if bytes.Contains(body, []byte("null")) {
		options = nullOptions
	}
	head := *row.Head()
	row.Head().EventID, row.Head().Time, row.Head().SchemaVersion = "", 0, Version
	setDefaults(row)
	if err := json.Unmarshal(body, row, options); err != nil {
		return jsonError(err)
	}
	if err := requireTexts(row); err != nil {
		return err
	}
	return repeats(row.Head(), head)
}

// repeats checks what the body repeated of the envelope, and restores it.
func repeats(e *Envelope, head Envelope) error {
	id, at := e.EventID, e.Time
	e.EventID, e.Time = head.EventID, head.Time
	if id != "" && id != head.EventID {
		return fieldError("event_id", id, "must equal the header "+HeaderID+" where the body repeats it")
	}
	if at != 0 && at != head.Time {
		return fieldError("time", at.Time(), "must equal the header "+HeaderTime+" where the body repeats it")
	}
	return nil
}

// absentText stands for a text that was not given. No JSON text can be equal
// to it: it is not UTF-8.
const absentText = "\xff"

// setDefaults gives a row the defaults of the published schemas, and to what
// must be given a value that no producer can send.
func setDefaults(row Row) {
	switch r := row.(type) {
	case *TransitionRow:
		r.Purpose, r.Split, r.Origin, r.Step = "collect", "train", "real", absentNumber
		r.State, r.Action, r.NextState = absentText, absentText, absentText
	case *EpisodeRow:
		r.Purpose, r.Split, r.Origin, r.Length = "collect", "train", "real", absentNumber
	case *CallRow:
		r.Response = absentText
	}
}

// requireTexts refuses a row that lacks a text which may be empty, but must be
// given. What may not be empty is for Validate.
func requireTexts(row Row) error {
	var c check
	given := func(field, s string) { c.that(s != absentText, field, nil, "is required, though it may be empty") }
	switch r := row.(type) {
	case *TransitionRow:
		given("state", r.State)
		given("action", r.Action)
		given("next_state", r.NextState)
	case *CallRow:
		given("response", r.Response)
	}
	return c.result()
}

// jsonError names the field that a JSON error is about.
func jsonError(err error) error {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) && semantic.JSONPointer != "" {
		field := strings.ReplaceAll(strings.TrimPrefix(string(semantic.JSONPointer), "/"), "/", ".")
		switch {
		case errors.Is(semantic.Err, json.ErrUnknownName):
			return fieldError(field, nil, "is not a field of this event; what has no field of its own goes into info")
		case errors.Is(semantic.Err, errNull):
			return fieldError(field, nil, "is null, must be "+typeName(semantic.GoType))
		case semantic.JSONValue != nil:
			return fieldError(field, semantic.JSONValue, "must be "+typeName(semantic.GoType))
		case semantic.JSONKind != 0:
			return fieldError(field, nil, "is a JSON "+kindName(semantic.JSONKind)+", must be "+typeName(semantic.GoType))
		}
	}
	return fmt.Errorf("body is not valid JSON: %w", err)
}
