package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// update writes golden events and digests that are missing. It never touches
// one that is there: what was released stays.
var update = flag.Bool("update", false, "write golden files that are missing")

// golden is an event of a released schema version as it was written, and what
// it must decode to for ever.
type golden struct {
	// Headers as [name, value], without content-type.
	Headers [][2]string `json:"headers"`
	// Avro body; base64 in the file.
	Avro []byte `json:"avro"`
	// JSON body, and the row that both bodies decode to, less what is NULL.
	JSON jsontext.Value `json:"json"`
	// Leaf hash (hex) of the Avro event at goldenPosition under goldenKey.
	Leaf string `json:"leaf"`
}

var (
	goldenKey      = []byte("golden")
	goldenPosition = Position{Generation: 1, Partition: 2, Offset: 41, IngestTime: 1_767_323_046_000_000}
)

func goldenFile(r *released) string {
	return filepath.Join("testdata", "golden", fmt.Sprintf("%s.v%d.json", r.name, r.version))
}

func TestGoldenEventsDecode(t *testing.T) {
	if *update {
		writeMissingGolden(t)
	}
	for _, versions := range schemas.events {
		for _, r := range versions {
			t.Run(fmt.Sprintf("%s.v%d", r.name, r.version), func(t *testing.T) { checkGolden(t, r) })
		}
	}
}

func checkGolden(t *testing.T, r *released) {
	data, err := os.ReadFile(goldenFile(r))
	require.NoError(t, err, "every released schema needs a golden event: go test ./schema -run Golden -update")
	var g golden
	require.NoError(t, json.Unmarshal(data, &g, json.RejectUnknownMembers(true)))

	row := decodeGolden(t, &g, ContentAvro, g.Avro)
	require.Equal(t, r.version, row.Head().SchemaVersion)
	require.JSONEq(t, string(g.JSON), string(withoutNulls(t, jsonBody(t, row))))
	*row.At() = goldenPosition
	require.NoError(t, NewSealer(goldenKey).Seal(row))
	require.Equal(t, g.Leaf, hex.EncodeToString(row.Evidence().EventHash))

	row = decodeGolden(t, &g, ContentJSON, g.JSON)
	require.JSONEq(t, string(g.JSON), string(withoutNulls(t, jsonBody(t, row))))
}

func decodeGolden(t *testing.T, g *golden, contentType string, body []byte) Row {
	headers := []Header{{HeaderContentType, []byte(contentType)}}
	for _, h := range g.Headers {
		headers = append(headers, Header{h[0], []byte(h[1])})
	}
	row, err := new(Decoder).Decode(headers, body)
	require.NoError(t, err)
	return row
}

// writeMissingGolden makes golden events of the newest version out of the
// examples.
func writeMissingGolden(t *testing.T) {
	for _, row := range examples() {
		name := goldenFile(schemas.events[row.Head().EventType][Version])
		if _, err := os.Stat(name); err == nil {
			continue
		}
		data, err := json.Marshal(goldenOf(t, row), jsontext.WithIndent(" "))
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, append(data, '\n'), 0o644))
	}
}

func goldenOf(t *testing.T, row Row) golden {
	headers, body, err := Encode(row)
	require.NoError(t, err)
	g := golden{Avro: body, JSON: withoutNulls(t, jsonBody(t, row))}
	for _, h := range stamped(headers) {
		if h.Key != HeaderContentType {
			g.Headers = append(g.Headers, [2]string{h.Key, string(h.Value)})
		}
	}
	*row.At() = goldenPosition
	require.NoError(t, NewSealer(goldenKey).Seal(row))
	g.Leaf = hex.EncodeToString(row.Evidence().EventHash)
	return g
}

// releasedDigests holds the SHA-256 of every released schema file, in the form
// that sha256sum -c reads from within avro/.
const releasedDigests = "testdata/released.sha256"

// A released schema file never changes: rows were hashed with it, and events
// on the log name it by fingerprint. Add a version instead.
func TestReleasedSchemasDoNotChange(t *testing.T) {
	recorded, err := os.ReadFile(releasedDigests)
	if !*update {
		require.NoError(t, err)
	}
	digests := map[string]string{}
	for line := range strings.Lines(string(recorded)) {
		digest, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		digests[name] = digest
	}
	missing := ""
	for _, dir := range []string{"events", "rows"} {
		files, err := avroFiles.ReadDir(path.Join("avro", dir))
		require.NoError(t, err)
		for _, f := range files {
			name := path.Join(dir, f.Name())
			data, err := avroFiles.ReadFile(path.Join("avro", name))
			require.NoError(t, err)
			sum := sha256.Sum256(data)
			if _, known := digests[name]; !known && *update {
				digests[name] = hex.EncodeToString(sum[:])
				missing += digests[name] + "  " + name + "\n"
			}
			require.Equal(t, digests[name], hex.EncodeToString(sum[:]), "%s was released and must not change; make the next version of it", name)
			delete(digests, name)
		}
	}
	require.Empty(t, digests, "released schemas are gone")
	if missing != "" {
		require.NoError(t, os.WriteFile(releasedDigests, append(recorded, missing...), 0o644))
	}
}
