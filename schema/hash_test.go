package schema

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// workedRow is the row that docs/formats/events.md encodes and hashes by hand.
func workedRow() *AnnotationRow {
	return &AnnotationRow{
		Envelope:   Envelope{EventID: "e1", EventType: TypeAnnotationAdded, SchemaVersion: 1, Time: 1_000_000, Source: "test", Subject: "s1"},
		Annotation: Annotation{TargetKind: "event", Target: "e0", TargetOffset: some[int64](7), Kind: "tag", Value: `true`, Rubric: some("")},
		Position:   Position{Generation: 0, Partition: 3, Offset: 12, IngestTime: 2_000_000},
	}
}

// workedCanonical is its canonical encoding, written out after the rules of
// Avro: numbers are zigzag varints, texts follow their length, and a column
// that may be NULL follows the index of its branch, 00 (NULL) or 02.
var workedCanonical = strings.Join([]string{
	"04 6531",                             // event_id: 2 bytes, e1
	"20 616e6e6f746174696f6e2e6164646564", // event_type: 16 bytes
	"02",                                  // schema_version: 1
	"80897a",                              // time: 1,000,000
	"08 74657374",                         // source: 4 bytes, test
	"04 7331",                             // subject: 2 bytes, s1
	"00",                                  // producer: NULL
	"00",                                  // sequence: NULL
	"0a 6576656e74",                       // target_kind: 5 bytes, event
	"04 6530",                             // target: 2 bytes, e0
	"02 0e",                               // target_offset: 7
	"06 746167",                           // kind: 3 bytes, tag
	"08 74727565",                         // value: 4 bytes, true
	"00",                                  // author: NULL
	"02 00",                               // rubric: empty, which is not NULL
	"00",                                  // log_generation: 0
	"06",                                  // log_partition: 3
	"18",                                  // log_offset: 12
	"8092f401",                            // ingest_time: 2,000,000
}, " ")

// Computed with Python's hmac and hashlib.
const (
	workedKey       = "key"
	workedKeyID     = "321115880b7e3c1b"
	workedSalt      = "03f7b8b33d136d42a65a22f0d50f2676"
	workedLeaf      = "070eb6add4d3d637f26752fb669263b1bcd864afb362b307d957d8c287a91c27"
	workedDuplicate = "18929b55932068c5cbe78e46cc5d8a4bff7e9bf6530cf3312f7cfec915b7bc7f" // offset 13
	workedSkipped   = "a0d938456b69a97a401d17ae0a121e3082fbd33ae56690ae724ad118e8e53f89" // offset 12
)

func TestCanonicalEncodingAndHashKnownAnswers(t *testing.T) {
	row := workedRow()
	encoding, err := AppendCanonical(nil, row)
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(workedCanonical, " ", ""), hex.EncodeToString(encoding))

	require.NoError(t, NewSealer([]byte(workedKey)).Seal(row))
	require.Equal(t, workedSalt, hex.EncodeToString(row.Salt))
	require.Equal(t, workedLeaf, hex.EncodeToString(row.EventHash))
	leaf, err := NewHasher().Leaf(row)
	require.NoError(t, err)
	require.Equal(t, workedLeaf, hex.EncodeToString(leaf[:]))

	require.Equal(t, workedKeyID, KeyID([]byte(workedKey)))
	duplicate, skipped := RowlessLeaf(KindDuplicate, 13), RowlessLeaf(KindSkipped, 12)
	require.Equal(t, workedDuplicate, hex.EncodeToString(duplicate[:]))
	require.Equal(t, workedSkipped, hex.EncodeToString(skipped[:]))
}

// Lists are one block: count, items, and the zero that ends them.
func TestCanonicalEncodingOfLists(t *testing.T) {
	row := &TaskRow{
		Envelope: Envelope{EventID: "e", EventType: TypeTaskProposed, SchemaVersion: 1, Time: 1, Source: "s", Subject: "t"},
		Task:     Task{TaskID: "t", Parents: []string{"p", ""}, ParentValues: []float64{}},
	}
	encoding, err := AppendCanonical(nil, row)
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(strings.Join([]string{
		"02 65", "1a 7461736b2e70726f706f736564", "02", "02", "02 73", "02 74", "00", "00", // the envelope
		"02 74", "00", "00", "00", "00", // task_id, environment, split, instruction, kind
		"02 04 02 70 00 00",                                        // parents: two items, p and the empty text
		"02 00",                                                    // parent_values: no items, which is not NULL
		"00", "00", "00", "00", "00", "00", "00", "00", "00", "00", // generator … info
		"00", "00", "00", "00", // the position
	}, ""), " ", ""), hex.EncodeToString(encoding))
}

// The numbers that the documentation shows are those of the tests above.
func TestTheWorkedExampleIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/formats/events.md")
	require.NoError(t, err)
	for _, number := range append(strings.Fields(workedCanonical), workedSalt, workedLeaf, workedDuplicate) {
		require.Contains(t, string(page), number)
	}
}

func TestAppendCanonicalAppends(t *testing.T) {
	alone, err := AppendCanonical(nil, workedRow())
	require.NoError(t, err)
	behind, err := AppendCanonical([]byte("before"), workedRow())
	require.NoError(t, err)
	require.Equal(t, append([]byte("before"), alone...), behind)
}

func TestRowsOfAnUnknownSchemaVersion(t *testing.T) {
	for _, version := range []int64{0, -1, Version + 1} {
		row := workedRow()
		row.SchemaVersion = version
		require.ErrorContains(t, NewSealer(nil).Seal(row), "table annotations has no schema version")
	}
}

// The salt follows from the key and the position alone.
func TestSaltsFollowFromKeyAndPosition(t *testing.T) {
	salts := map[string]Position{}
	sealer := NewSealer([]byte("key"))
	for _, at := range []Position{{}, {Generation: 1}, {Partition: 1}, {Offset: 1}, {Generation: 1, Offset: 1}, {Offset: 1 << 40}} {
		row := workedRow()
		row.Position = at
		require.NoError(t, sealer.Seal(row))
		require.NotContains(t, salts, string(row.Salt))
		salts[string(row.Salt)] = at

		other := exampleTransition()
		other.Position = at
		other.IngestTime = 99
		require.NoError(t, sealer.Seal(other))
		require.Equal(t, row.Salt, other.Salt, "of the same position")

		require.NoError(t, NewSealer([]byte("another")).Seal(other))
		require.NotEqual(t, row.Salt, other.Salt, "under another key")
	}
}

// With bytes moved from the row into the salt, two rows could have one hash.
func TestASaltOfAnotherSizeIsRefused(t *testing.T) {
	row := workedRow()
	require.NoError(t, NewSealer([]byte("key")).Seal(row))
	for _, salt := range [][]byte{row.Salt[:1], row.Salt[:15], append(bytes.Clone(row.Salt), 0)} {
		row.Salt = salt
		_, err := NewHasher().Leaf(row)
		require.ErrorContains(t, err, "hash annotations event e1: its salt has")
	}
}

// Every column that is stored is under the hash, save salt and hash.
func TestEveryColumnIsUnderTheHash(t *testing.T) {
	for _, table := range Tables() {
		columns := Columns(table)
		hashed := schemas.rows[table][Version].fieldNames()
		for _, c := range columns[:len(columns)-2] {
			require.True(t, hashed[c.Name], "%s.%s", table, c.Name)
		}
		require.Len(t, hashed, len(columns)-2)
	}
}
