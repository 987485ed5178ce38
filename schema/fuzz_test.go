package schema

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// checkDecoded holds what must be true of whatever the decoder accepts: it can
// be sealed, it survives the log again, and its memory is bounded by its size.
func checkDecoded(t *testing.T, row Row) {
	require.NoError(t, Validate(row))
	require.NoError(t, NewSealer([]byte("key")).Seal(row))
	row.Evidence().Salt, row.Evidence().EventHash = nil, nil
	headers, body, err := Encode(row)
	var size *SizeError
	if errors.As(err, &size) {
		return
	}
	require.NoError(t, err)
	again, err := new(Decoder).Decode(append(headers, headersOf(row, "")[len(headers):]...), body)
	require.NoError(t, err)
	require.Equal(t, row, again)
}

func FuzzDecodeAvro(f *testing.F) {
	for _, row := range examples() {
		_, body, err := Encode(row)
		require.NoError(f, err)
		f.Add(row.Head().EventType, row.Head().Subject, body[10:])
	}
	f.Add(TypeBatchDrawn, "s", []byte{0, 0, 0, 0, 0, 0, 2, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40})
	f.Fuzz(func(t *testing.T, eventType, subject string, datum []byte) {
		versions, known := schemas.events[eventType]
		if !known {
			return
		}
		fp := fingerprint(versions[Version].avro)
		body := append(append([]byte{0xc3, 0x01}, fp[:]...), datum...)
		row, err := new(Decoder).Decode(with(envelopeOf(eventType, subject), HeaderContentType, ContentAvro), body)
		if err == nil {
			checkDecoded(t, row)
		}
	})
}

func FuzzDecodeJSON(f *testing.F) {
	for _, row := range examples() {
		row.Head().EventID, row.Head().Time = "event-1", 1_767_323_045_123_456 // as envelopeOf has them
		f.Add(row.Head().EventType, row.Head().Subject, jsonBody(f, row))
	}
	f.Add(TypeTaskSelected, "t", []byte("null"))
	f.Fuzz(func(t *testing.T, eventType, subject string, body []byte) {
		row, err := new(Decoder).Decode(envelopeOf(eventType, subject), body)
		if err == nil {
			checkDecoded(t, row)
		}
	})
}

func FuzzDecodeHeaders(f *testing.F) {
	headers, body, err := Encode(exampleTransition())
	require.NoError(f, err)
	for _, h := range stamped(headers) {
		f.Add(h.Key, h.Value)
	}
	f.Fuzz(func(t *testing.T, key string, value []byte) {
		row, err := new(Decoder).Decode(with(stamped(headers), key, string(value)), body)
		if err == nil {
			checkDecoded(t, row)
		}
	})
}
