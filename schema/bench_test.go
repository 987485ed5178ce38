package schema

import (
	stdjson "encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// Events of about 1 KB, as the lander meets them. encoding/json reads the same
// bodies into the same structs, as the measure that decisions.md names.
func BenchmarkDecode(b *testing.B) {
	const events = 256
	headers := [2][]Header{}
	bodies := [2][][]byte{}
	for step := range events {
		row := kilobyteTransition(step)
		h, body, err := Encode(row)
		require.NoError(b, err)
		row.EventID, row.Time = "", 0 // the envelope has them
		text := jsonBody(b, row)
		headers[0], headers[1] = h, append([]Header{}, h...)
		headers[1][len(h)-1].Value = []byte(ContentJSON)
		bodies[0], bodies[1] = append(bodies[0], body), append(bodies[1], text[len(`{"event_id":"","time":"1970-01-01T00:00:00.000000Z",`)-1:])
		bodies[1][step][0] = '{'
	}
	for i, name := range []string{"avro", "json"} {
		b.Run(name, func(b *testing.B) {
			var d Decoder
			b.ReportAllocs()
			b.SetBytes(int64(len(bodies[i][0])))
			for n := range b.N {
				if _, err := d.Decode(headers[i], bodies[i][n%events]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("encoding-json-only", func(b *testing.B) {
		b.ReportAllocs()
		for n := range b.N {
			if err := stdjson.Unmarshal(bodies[1][n%events], new(Transition)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("go-json-experiment-only", func(b *testing.B) {
		b.ReportAllocs()
		for n := range b.N {
			if err := decodeJSON(bodies[1][n%events], new(TransitionRow)); err != nil {
				b.Fatal(err)
			}
		}
	})
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
