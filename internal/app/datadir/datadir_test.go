package datadir_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/dreamlog/dreamlog/internal/app/datadir"
)

// made returns a new data directory.
func made(t *testing.T) *datadir.Dir {
	t.Helper()
	d, err := datadir.Create(filepath.Join(t.TempDir(), "data"))
	require.NoError(t, err)
	return d
}

func put(t *testing.T, path, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}

func TestCreateMakesADirectoryThatOpens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "down", "data")
	_, err := datadir.Open(path)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoDirExists(t, path, "opening makes nothing")
	d, err := datadir.Create(path)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(path, "lake", "x"), d.Path("lake", "x"))
	_, err = datadir.Open(path)
	require.NoError(t, err)
	_, err = datadir.Create(path)
	require.NoError(t, err, "it is there already")
	entries, err := os.ReadDir(path)
	require.NoError(t, err)
	require.Len(t, entries, 1, "no temporary file is left")
}

func TestCreateTakesAnEmptyDirectory(t *testing.T) {
	path := t.TempDir()
	_, err := datadir.Create(path)
	require.NoError(t, err)
}

func TestCreateKeepsOutOfOtherDirectories(t *testing.T) {
	path := t.TempDir()
	put(t, filepath.Join(path, "thesis.tex"), "x")
	_, err := datadir.Create(path)
	require.ErrorContains(t, err, "holds other files and no format.json: name an empty or a new directory with --data")
	entries, err := os.ReadDir(path)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing was added")

	file := filepath.Join(t.TempDir(), "file")
	put(t, file, "x")
	_, err = datadir.Create(file)
	require.ErrorContains(t, err, file)
}

func TestFormatDecidesWhoMayOpen(t *testing.T) {
	for content, want := range map[string]string{
		`{"format":2}`:     "has format 2, this version of dreamlog knows up to 1: use the newer version that wrote it",
		`{"format":0}`:     `format.json is damaged: it should read {"format":1}`,
		`{"format":"one"}`: "format.json is damaged",
		`{"form`:           "format.json is damaged",
		``:                 "format.json is damaged",
	} {
		path := t.TempDir()
		put(t, filepath.Join(path, "format.json"), content)
		for _, open := range []func(string) (*datadir.Dir, error){datadir.Open, datadir.Create} {
			_, err := open(path)
			require.ErrorContains(t, err, want)
			require.ErrorContains(t, err, path)
		}
	}
}

func TestSaltKeyIsMadeOnceAndKept(t *testing.T) {
	d := made(t)
	_, err := d.SaltKey()
	require.ErrorIs(t, err, fs.ErrNotExist, "asking makes none")
	key, err := d.MakeSaltKey()
	require.NoError(t, err)
	require.Len(t, key, 32)
	again, err := d.SaltKey()
	require.NoError(t, err)
	require.Equal(t, key, again)
	other, err := made(t).MakeSaltKey()
	require.NoError(t, err)
	require.NotEqual(t, key, other)

	file, err := os.Stat(d.Path("keys", "salt.key"))
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), file.Mode().Perm(), "for the owner alone")
	folder, err := os.Stat(d.Path("keys"))
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o700), folder.Mode().Perm())
}

func TestThoseWhoMakeTheKeyAtOnceAgree(t *testing.T) {
	for range 20 {
		d := made(t)
		var group errgroup.Group
		keys := make([][]byte, 8)
		for i := range keys {
			group.Go(func() (err error) {
				keys[i], err = d.MakeSaltKey()
				return err
			})
		}
		require.NoError(t, group.Wait())
		for _, key := range keys {
			require.Equal(t, keys[0], key)
		}
	}
}

func TestDamagedSaltKeyIsNotReplaced(t *testing.T) {
	for _, damaged := range []string{"", "00\n", strings.Repeat("0", 64), strings.Repeat("x", 64) + "\n", strings.Repeat("0", 66) + "\n"} {
		d := made(t)
		put(t, d.Path("keys", "salt.key"), damaged)
		_, err := d.MakeSaltKey()
		require.ErrorContains(t, err, "is damaged: it should hold 64 hexadecimal digits; restore it from a backup")
		left, err := os.ReadFile(d.Path("keys", "salt.key"))
		require.NoError(t, err)
		require.Equal(t, damaged, string(left))
	}
}

func FuzzOpen(f *testing.F) {
	for _, seed := range []string{`{"format":1}`, `{"format":2}`, `{}`, ``, "null", `{"format":1e3}`} {
		f.Add(seed)
	}
	path := f.TempDir()
	f.Fuzz(func(t *testing.T, content string) {
		put(t, filepath.Join(path, "format.json"), content)
		d, err := datadir.Open(path)
		require.Equal(t, err == nil, d != nil)
	})
}
