package schema

import (
	"errors"
	"fmt"
	"mime"
	"slices"

	"github.com/twmb/avro"
)

// Content types of an event's body.
const (
	// ContentAvro is Avro in single-object encoding.
	ContentAvro = "application/avro"
	// ContentJSON is a JSON object.
	ContentJSON = "application/json"
)

// Encode validates an event and encodes it for the log: headers in CloudEvents
// binary mode and a body in Avro single-object encoding, of the newest schema
// version. It sets the row's schema version. Errors are *FieldError or
// *SizeError.
func Encode(row Row) (headers []Header, body []byte, err error) {
	head := row.Head()
	head.SchemaVersion = Version
	if err := Validate(row); err != nil {
		return nil, nil, err
	}
	body, err = schemas.events[head.EventType][Version].avro.AppendSingleObject(nil, row)
	if err != nil {
		return nil, nil, fmt.Errorf("encode %s %s: %w", head.EventType, head.EventID, err)
	}
	headers = head.Headers(ContentAvro)
	if size := eventSize(headers, body); size > MaxEventBytes {
		return nil, nil, sizeError(row, size)
	}
	return headers, body, nil
}

// eventSize is the size of an event on the log, in bytes, without the few
// bytes of Kafka's own framing and of the producer's stamp.
func eventSize(headers []Header, body []byte) int {
	size := len(body)
	for _, h := range headers {
		size += len(h.Key) + len(h.Value)
	}
	return size
}

// Decoder decodes events into rows. It takes rows from slabs of its own, so it
// serves one goroutine; the rows are the caller's.
type Decoder struct {
	transitions []TransitionRow
	calls       []CallRow
	episodes    []EpisodeRow
}

// slabRows is how many rows are allocated at once.
const slabRows = 128

// Decode decodes and validates one event of the log. The row carries no
// position, salt or hash yet. Errors say which header or field is wrong.
//
// The texts of an Avro event point into body: the caller must not change it
// afterwards.
func (d *Decoder) Decode(headers []Header, body []byte) (Row, error) {
	eventType, contentType, err := attributes(headers)
	if err != nil {
		return nil, err
	}
	table, known := tableOf[eventType]
	if !known {
		return nil, fieldError(HeaderType, eventType, "is no event type; known are "+knownTypes())
	}
	row := d.take(table)
	head := row.Head()
	head.EventType = eventType
	for _, h := range headers {
		if err := head.header(h.Key, h.Value); err != nil {
			return nil, fieldError(h.Key, nil, err.Error())
		}
	}
	if err := decodeBody(contentType, body, row); err != nil {
		return nil, err
	}
	if err := Validate(row); err != nil {
		return nil, err
	}
	return row, nil
}

// attributes returns the event type and the content type.
func attributes(headers []Header) (eventType, contentType string, err error) {
	for _, h := range headers {
		var attribute *string
		switch h.Key {
		case HeaderType:
			attribute = &eventType
		case HeaderContentType:
			attribute = &contentType
		default:
			continue
		}
		if *attribute != "" {
			return "", "", fieldError(h.Key, nil, errTwice.Error())
		}
		*attribute = string(h.Value)
	}
	return eventType, contentType, nil
}

func decodeBody(contentType string, body []byte, row Row) error {
	switch contentType {
	case ContentAvro:
		return decodeAvro(body, row)
	case ContentJSON:
		return decodeJSON(body, row)
	}
	// Parameters, such as a charset, are rare: parse only then.
	switch media, _, _ := mime.ParseMediaType(contentType); media {
	case ContentAvro:
		return decodeAvro(body, row)
	case ContentJSON:
		return decodeJSON(body, row)
	}
	return fieldError(HeaderContentType, contentType, "must be "+ContentAvro+" or "+ContentJSON)
}

// decodeAvro decodes a body in single-object encoding with the schema that it
// was written with. Later versions only add nullable fields, which then stay
// NULL, so that one decoder reads every version.
func decodeAvro(body []byte, row Row) error {
	fp, rest, err := avro.SingleObjectFingerprint(body)
	if err != nil {
		return fmt.Errorf("body is not Avro in single-object encoding: %w", err)
	}
	written, known := schemas.byFingerprint[fp]
	if !known {
		return fmt.Errorf("body has the unknown schema fingerprint %x: no released schema has it; a newer version of dreamlog may", fp)
	}
	head := row.Head()
	if written.name != head.EventType {
		return fieldError(HeaderType, head.EventType, "but the body was written with the schema of "+written.name)
	}
	head.SchemaVersion = written.version
	left, err := written.avro.Decode(rest, row, avro.AliasInput())
	if err != nil {
		return avroError(err)
	}
	if len(left) > 0 {
		return fmt.Errorf("body has %d bytes behind the end of the event", len(left))
	}
	return nil
}

// avroError names the field that an Avro error is about.
func avroError(err error) error {
	var semantic *avro.SemanticError
	if errors.As(err, &semantic) && semantic.Field != "" {
		return fieldError(semantic.Field, nil, "is not Avro of this field's type")
	}
	return fmt.Errorf("body is not Avro of its schema: %w", err)
}

// bodyField is the index of the body in each row struct: behind the envelope.
const bodyField = 1

// take returns an empty row of a table.
func (d *Decoder) take(table string) Row {
	switch table {
	case Transitions:
		return next(&d.transitions)
	case Calls:
		return next(&d.calls)
	case Episodes:
		return next(&d.episodes)
	}
	return NewRow(table)
}

func next[T any](slab *[]T) *T {
	if len(*slab) == 0 {
		*slab = make([]T, slabRows)
	}
	row := &(*slab)[0]
	*slab = (*slab)[1:]
	return row
}

func knownTypes() string {
	types := make([]string, 0, len(tableOf))
	for t := range tableOf {
		types = append(types, t)
	}
	slices.Sort(types)
	return fmt.Sprint(types)
}
