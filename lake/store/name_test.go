package store_test

import (
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/store"
)

func TestNamesOfTheLakeAreValid(t *testing.T) {
	for _, name := range []string{
		"a", "transitions/_delta_log/00000000000000000000.json", "transitions/part-1-2.zstd.parquet",
		"snapshots/rollups/x.jsonl", "environment=a%2Fb/part.parquet", "é/ü", strings.Repeat("a", 255),
	} {
		require.NoError(t, store.CheckName(name), name)
		require.NoError(t, store.CheckPrefix(name), name)
	}
	for _, prefix := range []string{"", "a/", "a/b", "a/b/", "part-"} {
		require.NoError(t, store.CheckPrefix(prefix), prefix)
	}
}

func TestSentinelsAreThoseOfTheFileSystem(t *testing.T) {
	require.ErrorIs(t, store.ErrNotExist, fs.ErrNotExist)
	require.ErrorIs(t, store.ErrExist, fs.ErrExist)
	require.NotErrorIs(t, store.ErrUnknown, fs.ErrExist)
}

func FuzzNameStaysInside(f *testing.F) {
	for _, seed := range []string{"a/b", "../x", "/etc/passwd", "a//b", "a\\..\\b", "a/\x00", ".tmp-1", "a/..", "C:\\x", "\xff", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if store.CheckName(name) != nil {
			return
		}
		require.Equal(t, path.Clean(name), name)
		require.True(t, filepath.IsLocal(filepath.FromSlash(name)), "%q leads outside", name)
		require.True(t, fs.ValidPath(name), "%q", name)
		require.NoError(t, store.CheckPrefix(name))
	})
}
