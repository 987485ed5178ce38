package embedding_test

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/embedding"
)

// saved writes an index of a few rows.
func saved(t testing.TB, path string, zero float64) stored {
	s := randomRows(rand.New(rand.NewPCG(6, 1)), 100, 40, zero)
	require.NoError(t, s.index(t, 40).Save(path, []byte("snapshot 7")))
	return s
}

func TestAnIndexIsLoadedAsItWasSaved(t *testing.T) {
	for _, zero := range []float64{0, 0.9, 1} {
		path := filepath.Join(t.TempDir(), "index")
		s := saved(t, path, zero)
		ix, meta, err := embedding.Load(path, "fixed")
		require.NoError(t, err)
		require.Equal(t, "snapshot 7", string(meta))
		require.Equal(t, "fixed", ix.Encoder())
		require.Equal(t, 100, ix.Len())
		before := s.index(t, 40)
		more := randomRows(rand.New(rand.NewPCG(7, 1)), 50, 40, zero)
		for _, one := range []*embedding.Index{before, ix} {
			require.NoError(t, one.Add(more.vectors, more.attributes), "it can be added to")
		}
		for _, f := range []embedding.Filter{{}, {Task: 2}, {WithoutEpisode: 3, FromStep: 4, With: 1}} {
			want, err := before.Search(more.vectors[0], 20, f)
			require.NoError(t, err)
			got, err := ix.Search(more.vectors[0], 20, f)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	}
}

func TestAFileThatCannotServeSaysSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index")
	_, _, err := embedding.Load(path, "")
	require.ErrorIs(t, err, fs.ErrNotExist)
	saved(t, path, 0.9)
	_, _, err = embedding.Load(path, "hashed-1")
	require.ErrorIs(t, err, embedding.ErrUnusable)
	require.ErrorContains(t, err, `it holds vectors of "fixed", not of "hashed-1"; it is derived from the lake: remove it, and it is built again`)

	good, err := os.ReadFile(path)
	require.NoError(t, err)
	for at := 0; at < len(good); at += 1 + len(good)/100 {
		damaged := slices.Clone(good)
		damaged[at] ^= 0x81
		for _, data := range [][]byte{damaged, good[:at]} {
			require.NoError(t, os.WriteFile(path, data, 0o600))
			_, _, err := embedding.Load(path, "")
			require.ErrorIs(t, err, embedding.ErrUnusable, "byte %d", at)
		}
	}
	require.NoError(t, os.WriteFile(path, append(good, 'x'), 0o600))
	_, _, err = embedding.Load(path, "")
	require.ErrorIs(t, err, embedding.ErrUnusable)
}

func TestWhatCannotBeSavedLeavesWhatWas(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "index")
	require.NoError(t, os.Mkdir(path, 0o700))
	ix := embedding.NewIndex(fixed(3))
	require.ErrorContains(t, ix.Save(path, nil), "save the index "+path)
	require.ErrorIs(t, ix.Save(filepath.Join(dir, "nowhere", "index"), nil), fs.ErrNotExist)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "no temporary file is left")

	require.NoError(t, os.Remove(path))
	require.NoError(t, ix.Save(path, nil), "an index of no rows is one too")
	empty, meta, err := embedding.Load(path, "")
	require.NoError(t, err)
	require.Empty(t, meta)
	require.Zero(t, empty.Len())
}

func TestRowsThatWereTakenOverAreAsSmall(t *testing.T) {
	dir := t.TempDir()
	s := randomRows(rand.New(rand.NewPCG(8, 1)), 100, 200, 0.9)
	from, into := s.index(t, 200), embedding.NewIndex(fixed(200))
	all := make([]int, 100)
	for i := range all {
		all[i] = i
	}
	require.NoError(t, into.AddFrom(from, all, s.attributes))
	var files [2][]byte
	for i, ix := range []*embedding.Index{from, into} {
		path := filepath.Join(dir, "index")
		require.NoError(t, ix.Save(path, nil))
		var err error
		files[i], err = os.ReadFile(path)
		require.NoError(t, err)
	}
	require.Equal(t, files[0], files[1])
}

func TestWhatAKilledProcessLeftIsRemoved(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "index")
	for name, age := range map[string]time.Duration{"index.1.tmp": 2 * time.Hour, "index.2.tmp": time.Minute, "indexes.3.tmp": 2 * time.Hour, "index.4": 2 * time.Hour} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
		then := time.Now().Add(-age)
		require.NoError(t, os.Chtimes(filepath.Join(dir, name), then, then))
	}
	saved(t, path, 0.9)
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	for i := range left {
		left[i] = filepath.Base(left[i])
	}
	require.Equal(t, []string{"index", "index.2.tmp", "index.4", "indexes.3.tmp"}, left, "others may be at work on what is new")
}
