package lander

import (
	"encoding/base64"
	"fmt"
	"unicode/utf8"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/schema"
)

// deadLetter keeps a record that could not be decoded or validated as it came.
func deadLetter(generation int64, record *eventlog.Record, reason error) *schema.DeadLetterRow {
	place := fmt.Sprintf("%d/%d/%d", generation, record.Partition, record.Offset)
	row := &schema.DeadLetterRow{
		Envelope: schema.Envelope{
			EventID:       schema.DeriveID("deadletter", place),
			EventType:     "deadletter",
			SchemaVersion: schema.Version,
			Time:          schema.Micros(ingestMicros(record)),
			Source:        "unknown",
			Subject:       place,
		},
		DeadLetter: schema.DeadLetter{
			Reason:  validText(reason.Error()),
			Key:     record.Key,
			Headers: headersJSON(record.Headers),
			Value:   record.Value,
		},
	}
	keepReadable(&row.Envelope, record)
	return row
}

// keepReadable takes over what can be read of the envelope.
func keepReadable(e *schema.Envelope, record *eventlog.Record) {
	if source, ok := record.Header(schema.HeaderSource); ok && len(source) > 0 && utf8.Valid(source) {
		e.Source = string(source)
	}
	if producer, sequence, ok := stampOf(record); ok {
		e.Producer, e.Sequence = &producer, &sequence
	}
}

// headersJSON writes headers as [name, base64 value] pairs, so that any bytes
// survive.
func headersJSON(headers []eventlog.Header) schema.JSON {
	pairs := make([][2]string, len(headers))
	for i, h := range headers {
		pairs[i] = [2]string{validText(h.Key), base64.StdEncoding.EncodeToString(h.Value)}
	}
	return schema.JSONOf(pairs)
}

// validText replaces what is not UTF-8.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}
