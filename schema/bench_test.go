package schema

import (
	stdjson "encoding/json"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// Events of about 1 KB, as the lander meets them: in Avro, in JSON that leaves
// out what it does not know, and in JSON that writes null for it.
func BenchmarkDecode(b *testing.B) {
	row := kilobyteTransition(1)
	headers, body, err := Encode(row)
	require.NoError(b, err)
	inJSON := row.Headers(ContentJSON)
	for _, event := range []struct {
		name    string
		headers []Header
		body    []byte
	}{
		{"avro", headers, body},
		{"json", inJSON, withoutNulls(b, jsonBody(b, row))},
		{"json-with-nulls", inJSON, jsonBody(b, row)},
	} {
		b.Run(event.name, func(b *testing.B) {
			var d Decoder
			b.ReportAllocs()
			b.SetBytes(int64(len(event.body)))
			for range b.N {
				if _, err := d.Decode(event.headers, event.body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The JSON decoder alone, beside the one that it was chosen over.
func BenchmarkUnmarshal(b *testing.B) {
	body := withoutNulls(b, jsonBody(b, kilobyteTransition(1)))
	for name, unmarshal := range map[string]func() error{
		"go-json-experiment": func() error { return json.Unmarshal(body, new(TransitionRow), jsonOptions) },
		"encoding-json":      func() error { return stdjson.Unmarshal(body, new(TransitionRow)) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for range b.N {
				if err := unmarshal(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func withoutNulls(t require.TestingT, body []byte) []byte {
	var members map[string]jsontext.Value
	require.NoError(t, json.Unmarshal(body, &members))
	for name, value := range members {
		if value.Kind() == 'n' {
			delete(members, name)
		}
	}
	body, err := json.Marshal(members, json.Deterministic(true))
	require.NoError(t, err)
	return body
}

func BenchmarkEncode(b *testing.B) {
	row := kilobyteTransition(1)
	b.ReportAllocs()
	for range b.N {
		if _, _, err := Encode(row); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	row := kilobyteTransition(1)
	for name, check := range map[string]func(Row) error{"all": Validate, "well-formed": wellFormed} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if err := check(row); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSeal(b *testing.B) {
	row := kilobyteTransition(1)
	row.SchemaVersion = Version
	s := NewSealer([]byte("key"))
	b.ReportAllocs()
	for range b.N {
		if err := s.Seal(row); err != nil {
			b.Fatal(err)
		}
	}
}
