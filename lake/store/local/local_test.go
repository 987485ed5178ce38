package local_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/local"
	"github.com/dreamlog/dreamlog/lake/store/storetest"
)

var _ store.Pather = (*local.Store)(nil)

func open(t testing.TB, dir string) *local.Store {
	t.Helper()
	s, err := local.Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, filepath.Join(t.TempDir(), "made", "by", "open")) })
}

func TestTwoStoresOfOneFolderShareIt(t *testing.T) {
	dir := t.TempDir()
	one, two := open(t, dir), open(t, dir)
	require.NoError(t, store.Put(t.Context(), one, "f/a", []byte("one")))
	require.ErrorIs(t, store.Put(t.Context(), two, "f/a", []byte("two")), store.ErrExist)
	data, err := store.Get(t.Context(), two, "f/a")
	require.NoError(t, err)
	require.Equal(t, "one", string(data))
}

func TestNoTemporaryFileIsLeft(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	ctx := t.Context()
	require.NoError(t, store.Put(ctx, s, "f/a", []byte("x")))
	require.ErrorIs(t, store.Put(ctx, s, "f/a", []byte("y")), store.ErrExist)
	require.NoError(t, s.Replace(ctx, "f/hint", []byte("1")))
	require.NoError(t, s.Replace(ctx, "f/hint", []byte("2")))
	w, err := s.Create(ctx, "f/b")
	require.NoError(t, err)
	require.NoError(t, w.Abort())
	require.Equal(t, []string{"a", "hint"}, files(t, filepath.Join(dir, "f")))
}

func TestSweepRemovesWhatACrashedWriterLeft(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	ctx := t.Context()
	for _, name := range []string{"f/a", "g/h/b"} {
		_, err := s.Create(ctx, name) // and its process dies
		require.NoError(t, err)
	}
	require.NoError(t, store.Put(ctx, s, "f/kept", nil))
	foreign := filepath.Join(dir, "f", ".keep")
	require.NoError(t, os.WriteFile(foreign, nil, 0o600))
	for info, err := range s.List(ctx, "", "") {
		require.NoError(t, err)
		require.Equal(t, "f/kept", info.Name)
	}

	removed, err := s.Sweep(ctx, time.Now().Add(-time.Hour))
	require.NoError(t, err)
	require.Zero(t, removed, "a living writer may own a young file")
	removed, err = s.Sweep(ctx, time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, 2, removed)
	require.Equal(t, []string{".keep", "kept"}, files(t, filepath.Join(dir, "f")))
	require.Empty(t, files(t, filepath.Join(dir, "g", "h")))
}

func TestLinksDoNotLeadOutside(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret")
	require.NoError(t, os.WriteFile(secret, []byte("secret"), 0o600))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "folder")))
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "file")))
	require.NoError(t, os.Symlink("../"+filepath.Base(outside)+"/secret", filepath.Join(dir, "relative")))
	s := open(t, dir)
	ctx := t.Context()

	for _, name := range []string{"folder/secret", "file", "relative"} {
		_, err := s.Open(ctx, name)
		require.Error(t, err, name)
		_, _, err = s.Path(ctx, name)
		require.Error(t, err, name)
		require.Error(t, s.Delete(ctx, name), name)
	}
	require.Error(t, store.Put(ctx, s, "folder/new", nil))
	require.Error(t, s.Replace(ctx, "folder/secret", nil))
	for info, err := range s.List(ctx, "", "") {
		require.NoError(t, err)
		t.Errorf("listed %s", info.Name)
	}
	require.Equal(t, []string{"secret"}, files(t, outside))
	content, err := os.ReadFile(secret)
	require.NoError(t, err)
	require.Equal(t, "secret", string(content))
}

func TestFilesWithNamesThatOpenRefusesAreNotListed(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{`back\slash`, "new\nline", ".hidden"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	for info, err := range open(t, dir).List(t.Context(), "", "") {
		require.NoError(t, err)
		t.Errorf("listed %q", info.Name)
	}
}

func TestPathIsTheFileItself(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(filepath.Dir(dir))
	s := open(t, filepath.Base(dir))
	require.NoError(t, store.Put(t.Context(), s, "f/a.parquet", []byte("rows")))
	path, release, err := s.Path(t.Context(), "f/a.parquet")
	require.NoError(t, err)
	defer release()
	require.True(t, filepath.IsAbs(path))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "rows", string(content))

	for _, name := range []string{"f/absent", "f"} {
		_, _, err = s.Path(t.Context(), name)
		require.ErrorIs(t, err, store.ErrNotExist)
	}
	_, _, err = s.Path(t.Context(), "../"+filepath.Base(dir)+"/f/a.parquet")
	require.ErrorIs(t, err, store.ErrName)
}

func TestAFolderRemovedByOthersIsMadeAgain(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	require.NoError(t, store.Put(t.Context(), s, "f/g/a", nil))
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "f")))
	require.NoError(t, store.Put(t.Context(), s, "f/g/a", nil))
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func BenchmarkPut4KB(b *testing.B) {
	s := open(b, b.TempDir())
	data := []byte(strings.Repeat("x", 4<<10))
	b.SetBytes(int64(len(data)))
	for i := 0; b.Loop(); i++ {
		require.NoError(b, store.Put(b.Context(), s, fmt.Sprintf("transitions/_delta_log/%020d.json", i), data))
	}
}

func BenchmarkListAfterTheLastOf5000(b *testing.B) {
	dir := b.TempDir()
	s := open(b, dir)
	name := func(i int) string { return fmt.Sprintf("transitions/_delta_log/%020d.json", i) }
	require.NoError(b, os.MkdirAll(filepath.Join(dir, "transitions/_delta_log"), 0o700))
	for i := range 5000 {
		require.NoError(b, os.WriteFile(filepath.Join(dir, name(i)), nil, 0o600))
	}
	for b.Loop() {
		count := 0
		for _, err := range s.List(b.Context(), "transitions/_delta_log/", name(4997)) {
			require.NoError(b, err)
			count++
		}
		require.Equal(b, 2, count)
	}
}
