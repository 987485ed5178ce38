package schema

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// with returns headers in which one has another value; an absent one is added.
func with(headers []Header, key, value string) []Header {
	changed := append([]Header{}, headers...)
	for i := range changed {
		if changed[i].Key == key {
			changed[i].Value = []byte(value)
			return changed
		}
	}
	return append(changed, Header{key, []byte(value)})
}

func TestHeadersThatAreRefused(t *testing.T) {
	headers, body, err := Encode(exampleTransition())
	require.NoError(t, err)
	headers = stamped(headers)
	for _, c := range []struct{ key, value, error string }{
		{HeaderType, "nonsense", `field ce_type: "nonsense": is no event type; known are [annotation.added batch.drawn dataset.exported`},
		{HeaderType, "", `field ce_type: "": is no event type`},
		{HeaderType, "episode.ended", `field ce_type: "episode.ended": but the body was written with the schema of transition`},
		{HeaderID, "", `field event_id: is required`},
		{HeaderID, strings.Repeat("i", 513), `field event_id: "iiii`},
		{HeaderID, "\xff", `field event_id: "\xff": must be valid UTF-8`},
		{HeaderSource, "", `field source: is required`},
		{HeaderSubject, "", `field subject: is required`},
		{HeaderSubject, "another", `field subject: "another": must equal episode_id`},
		{HeaderTime, "", `field ce_time: "" is not a time after RFC 3339`},
		{HeaderTime, "yesterday", `field ce_time: "yesterday" is not a time after RFC 3339`},
		{HeaderTime, "2026-02-30T00:00:00Z", `field ce_time: "2026-02-30T00:00:00Z" is not a time after RFC 3339`},
		{HeaderTime, "1970-01-01T00:00:00Z", `field time: is required, and not the first moment of 1970`},
		{HeaderTime, "0000-01-01T00:00:00Z", `field time: 0000-01-01 00:00:00 +0000 UTC: must lie in the years 1 to 9999`},
		{HeaderProducer, "", `field producer: is required`},
		{HeaderSequence, "", `field ce_sequence: "" is not a whole number from 1 of 64 bits`},
		{HeaderSequence, "0", `field ce_sequence: "0" is not a whole number from 1 of 64 bits`},
		{HeaderSequence, "-1", `field ce_sequence: "-1" is not a whole number from 1 of 64 bits`},
		{HeaderSequence, "1.5", `field ce_sequence: "1.5" is not a whole number from 1 of 64 bits`},
		{HeaderSequence, "9223372036854775808", `field ce_sequence: "9223372036854775808" is not a whole number from 1 of 64 bits`},
		{HeaderSpecVersion, "0.3", `field ce_specversion: "0.3" is not CloudEvents 1.0`},
		{HeaderContentType, "", `field content-type: "": must be application/avro or application/json`},
		{HeaderContentType, "text/plain", `field content-type: "text/plain": must be application/avro or application/json`},
		{HeaderContentType, "application/json", `body is not a JSON object`},
	} {
		row, err := new(Decoder).Decode(with(headers, c.key, c.value), body)
		require.ErrorContains(t, err, c.error, "%s=%.20q", c.key, c.value)
		require.Nil(t, row)
	}
}

func TestAttributesMayNotBeThereTwice(t *testing.T) {
	headers, body, err := Encode(exampleTransition())
	require.NoError(t, err)
	headers = stamped(headers)
	for _, h := range headers {
		_, err := new(Decoder).Decode(append(append([]Header{}, headers...), h), body)
		if h.Key == HeaderSpecVersion || h.Key == HeaderDataSchema {
			require.NoError(t, err, "says the same twice")
			continue
		}
		require.EqualError(t, err, "field "+h.Key+": is there twice")
	}
}

func TestHeadersThatAreRequired(t *testing.T) {
	headers, body, err := Encode(exampleTransition())
	require.NoError(t, err)
	headers = stamped(headers)
	for i, h := range headers {
		_, err := new(Decoder).Decode(append(append([]Header{}, headers[:i]...), headers[i+1:]...), body)
		if h.Key == HeaderSpecVersion || h.Key == HeaderDataSchema {
			require.NoError(t, err, "%s may be left out", h.Key)
			continue
		}
		require.Error(t, err, h.Key)
	}
	_, err = new(Decoder).Decode(nil, nil)
	require.ErrorContains(t, err, "field ce_type")
}

func TestHeadersThatAreAccepted(t *testing.T) {
	headers, body, err := Encode(exampleTransition())
	require.NoError(t, err)
	for _, h := range [][]Header{
		headers, // neither producer nor sequence: at-least-once
		with(headers, "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
		with(headers, HeaderContentType, "Application/Avro; charset=utf-8"),
	} {
		_, err := new(Decoder).Decode(h, body)
		require.NoError(t, err)
	}
	for text, want := range map[string]Micros{
		"2026-01-02T03:04:05Z":           1_767_323_045_000_000,
		"2026-01-02T04:04:05.5+01:00":    1_767_323_045_500_000,
		"2026-01-02T03:04:05.123456999Z": 1_767_323_045_123_456,
		"1969-12-31T23:59:59.999999999Z": -1,
		"9999-12-31T23:59:59.999999Z":    latest,
		"0001-01-01T00:00:00Z":           earliest,
	} {
		row, err := new(Decoder).Decode(with(headers, HeaderTime, text), body)
		require.NoError(t, err)
		require.Equal(t, want, row.Head().Time, text)
	}
}

func TestAvroBodiesThatAreRefused(t *testing.T) {
	headers, body, err := Encode(exampleAnnotation())
	require.NoError(t, err)
	changed := func(change func(b []byte) []byte) []byte { return change(append([]byte{}, body...)) }
	for name, c := range map[string]struct {
		body  []byte
		error string
	}{
		"empty":               {nil, "body is not Avro in single-object encoding"},
		"too short":           {body[:9], "body is not Avro in single-object encoding"},
		"wrong mark":          {changed(func(b []byte) []byte { b[0] = 0xc4; return b }), "body is not Avro in single-object encoding"},
		"schema registry":     {append([]byte{0, 0, 0, 0, 1}, body[10:]...), "body is not Avro in single-object encoding"},
		"unknown fingerprint": {changed(func(b []byte) []byte { b[5] ^= 1; return b }), "body has the unknown schema fingerprint "},
		"cut short":           {body[:len(body)-1], "field rubric: is not Avro of this field's type"},
		"nothing behind":      {body[:10], "field target_kind: is not Avro of this field's type"},
		"trailing bytes":      {append(append([]byte{}, body...), 0, 0), "body has 2 bytes behind the end of the event"},
		"length below zero":   {changed(func(b []byte) []byte { b[10] = 0x01; return b }), "field target_kind: is not Avro of this field's type"},
		"no such branch":      {append(append([]byte{}, body[:23]...), 0x08), "is not Avro of this field's type"},
	} {
		row, err := new(Decoder).Decode(headers, c.body)
		require.ErrorContains(t, err, c.error, name)
		require.Nil(t, row, name)
	}
}

// A list that claims to be endless must fail at once, without its memory.
func TestAvroListsThatClaimTooMuch(t *testing.T) {
	headers := with(envelopeOf(TypeBatchDrawn, "policy-1"), HeaderContentType, ContentAvro)
	start := schemas.events[TypeBatchDrawn][Version].avro
	prefix, err := start.AppendSingleObject(nil, &TrainingRow{})
	require.NoError(t, err)
	prefix = append(prefix[:10], make([]byte, 6)...) // run_id to use are NULL
	for _, count := range []int64{1 << 62, 1 << 40, -1 << 62, -1 << 63, 1<<63 - 1} {
		items := binary.AppendVarint(append([]byte{}, append(prefix, 2)...), count)
		_, err := new(Decoder).Decode(headers, items)
		require.ErrorContains(t, err, "field items", "%d", count)
		allocated := testing.AllocsPerRun(1, func() { _, _ = new(Decoder).Decode(headers, items) })
		require.Less(t, allocated, 100.0)
	}
}
