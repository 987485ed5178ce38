package export_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/export"
)

type row struct {
	B string `json:"b"`
	A int    `json:"a"`
}

func write(t *testing.T, dir string, rows ...row) export.Manifest {
	t.Helper()
	f, err := export.Create(dir)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	l, err := f.Lines("train.jsonl")
	require.NoError(t, err)
	for _, r := range rows {
		require.NoError(t, l.Add(r))
	}
	_, err = os.Stat(filepath.Join(dir, "train.jsonl"))
	require.ErrorIs(t, err, os.ErrNotExist, "nothing is seen before the end")
	m, err := f.Finish(export.Manifest{Format: "rows", Snapshot: 7, Query: "SELECT 1"})
	require.NoError(t, err)
	return m
}

func TestADatasetIsWhatItsManifestSays(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "set")
	m := write(t, dir, row{"x", 1}, row{"\xff", 2})
	data, err := os.ReadFile(filepath.Join(dir, "train.jsonl"))
	require.NoError(t, err)
	require.Equal(t, "{\"b\":\"x\",\"a\":1}\n{\"b\":\"\ufffd\",\"a\":2}\n", string(data))
	sum := sha256.Sum256(data)
	require.Equal(t, []export.File{{Name: "train.jsonl", Rows: 2, SizeBytes: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}}, m.Files)
	require.EqualValues(t, 2, m.Rows)
	text, err := os.ReadFile(filepath.Join(dir, export.ManifestName))
	require.NoError(t, err)
	var read export.Manifest
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, m, read)
	require.Equal(t, m.Digest, write(t, filepath.Join(t.TempDir(), "b"), row{"x", 1}, row{"\xff", 2}).Digest, "the same rows")
	require.NotEqual(t, m.Digest, write(t, filepath.Join(t.TempDir(), "c"), row{"x", 1}).Digest)
}

func TestADatasetIsNeverWrittenAgain(t *testing.T) {
	dir := t.TempDir() // empty
	write(t, dir, row{"x", 1})
	_, err := export.Create(dir)
	require.ErrorContains(t, err, "is not empty")
	_, err = export.Create(filepath.Join(dir, "train.jsonl"))
	require.Error(t, err, "a file is no folder")
}

// Of two that are written at a time into one folder, one comes into being.
func TestTwoWritersDoNotMix(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "set")
	one, err := export.Create(dir)
	require.NoError(t, err)
	two, err := export.Create(dir)
	require.NoError(t, err)
	_, err = one.Finish(export.Manifest{})
	require.NoError(t, err)
	_, err = two.Finish(export.Manifest{})
	require.Error(t, err)
	require.NoError(t, one.Close())
	require.NoError(t, two.Close())
	requireEntries(t, filepath.Dir(dir), "set")
}

func TestWhatIsNotFinishedLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	f, err := export.Create(filepath.Join(dir, "set"))
	require.NoError(t, err)
	l, err := f.Lines("train.jsonl")
	require.NoError(t, err)
	require.Error(t, l.Add(func() {}))
	require.NoError(t, f.Close())
	requireEntries(t, dir)
}

func requireEntries(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, len(names))
	for i, e := range entries {
		require.Equal(t, names[i], e.Name())
	}
}
