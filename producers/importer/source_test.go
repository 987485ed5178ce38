package importer_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

func TestReadingBeginsAnew(t *testing.T) {
	src, err := importer.Open(importertest.File(t, "a.gz", string(gzipped(t, "hello"))))
	require.NoError(t, err)
	defer src.Close()
	for range 2 {
		r, err := src.Reader()
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, "hello", string(text))
		require.Equal(t, src.Size(), src.Position())
	}
}

// FuzzSource holds that no content does more than give an error with the
// file's name.
func FuzzSource(f *testing.F) {
	f.Add([]byte("\xef\xbb\xbf{}\n{\n[1,"))
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x02\x00\xfd\xffhi"))
	f.Add([]byte("\x28\xb5\x2f\xfd\x04\x58\x11\x00\x00hi\x7f"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := importertest.File(t, "f", string(content))
		src, err := importer.Open(path)
		require.NoError(t, err)
		defer src.Close()
		r, err := src.Reader()
		if err != nil {
			require.ErrorContains(t, err, path)
			return
		}
		_ = importer.Records(io.LimitReader(r, 1<<20), func(importer.Value) error { return nil })
	})
}
