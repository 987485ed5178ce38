package local_test

import (
	"errors"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/forgetting"
	"github.com/dreamlog/dreamlog/lake/store/local"
)

// failing is a disk on which one kind of operation fails.
type failing struct {
	local.FileSystem
	write, sync, link, rename, dirSync error
	linkIsDone                         bool
}

func (f *failing) Create(name string) (local.File, error) {
	inner, err := f.FileSystem.Create(name)
	return failingFile{inner, f}, err
}

func (f *failing) Link(file, name string) error {
	if f.link == nil || f.linkIsDone {
		return errors.Join(f.FileSystem.Link(file, name), f.link)
	}
	return f.link
}

func (f *failing) Rename(file, name string) error {
	if f.rename != nil {
		return f.rename
	}
	return f.FileSystem.Rename(file, name)
}

func (f *failing) SyncDir(name string) error {
	return errors.Join(f.FileSystem.SyncDir(name), f.dirSync)
}

type failingFile struct {
	local.File
	disk *failing
}

func (f failingFile) Write(p []byte) (int, error) {
	if f.disk.write != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, f.disk.write
	}
	return f.File.Write(p)
}

func (f failingFile) Sync() error { return errors.Join(f.File.Sync(), f.disk.sync) }

func onFailingDisk(t *testing.T) (*failing, *local.Store) {
	t.Helper()
	disk := &failing{FileSystem: forgetting.NewDisk().Mount()}
	s := local.New(disk)
	require.NoError(t, store.Put(t.Context(), s, "f/first", nil)) // the folder is known from here on
	return disk, s
}

func TestOutcomeOfAFailedCommit(t *testing.T) {
	for name, c := range map[string]struct {
		fail      func(*failing)
		want      error
		unknown   bool
		published bool
	}{
		"full disk at write":      {func(f *failing) { f.write = syscall.ENOSPC }, syscall.ENOSPC, false, false},
		"i/o error at sync":       {func(f *failing) { f.sync = syscall.EIO }, syscall.EIO, false, false},
		"full disk at link":       {func(f *failing) { f.link = syscall.ENOSPC }, syscall.ENOSPC, false, false},
		"i/o error at link":       {func(f *failing) { f.link = syscall.EIO }, syscall.EIO, true, false},
		"link done, answer lost":  {func(f *failing) { f.link, f.linkIsDone = syscall.EIO, true }, syscall.EIO, true, true},
		"i/o error at folder":     {func(f *failing) { f.dirSync = syscall.EIO }, syscall.EIO, true, true},
		"full disk at the folder": {func(f *failing) { f.dirSync = syscall.ENOSPC }, syscall.ENOSPC, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			disk, s := onFailingDisk(t)
			c.fail(disk)
			err := store.Put(t.Context(), s, "f/object", []byte("content"))
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, "f/object")
			require.Equal(t, c.unknown, errors.Is(err, store.ErrUnknown), "%v", err)

			_, err = store.Get(t.Context(), s, "f/object")
			require.Equal(t, c.published, err == nil)
			requireNoTemporaryFile(t, disk.FileSystem)
			if !c.published {
				*disk = failing{FileSystem: disk.FileSystem}
				require.NoError(t, store.Put(t.Context(), s, "f/object", nil), "the name is free")
			}
		})
	}
}

func TestAFailedWriteSpoilsTheWriter(t *testing.T) {
	disk, s := onFailingDisk(t)
	w, err := s.Create(t.Context(), "f/object")
	require.NoError(t, err)
	disk.write = syscall.ENOSPC
	_, err = w.Write([]byte("content"))
	require.ErrorIs(t, err, syscall.ENOSPC)
	disk.write = nil
	require.ErrorIs(t, w.Commit(t.Context()), syscall.ENOSPC)
	_, err = s.Open(t.Context(), "f/object")
	require.ErrorIs(t, err, store.ErrNotExist)
	requireNoTemporaryFile(t, disk.FileSystem)
}

func TestOutcomeOfAFailedReplace(t *testing.T) {
	disk, s := onFailingDisk(t)
	require.NoError(t, s.Replace(t.Context(), "f/hint", []byte("old")))
	disk.rename = syscall.ENOSPC
	err := s.Replace(t.Context(), "f/hint", []byte("new"))
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.NotErrorIs(t, err, store.ErrUnknown)
	data, err := store.Get(t.Context(), s, "f/hint")
	require.NoError(t, err)
	require.Equal(t, "old", string(data))
	requireNoTemporaryFile(t, disk.FileSystem)

	disk.rename, disk.dirSync = nil, syscall.EIO
	require.ErrorIs(t, s.Replace(t.Context(), "f/hint", []byte("new")), store.ErrUnknown)
}

func TestAFolderThatCannotBeSyncedIsNotBuiltOn(t *testing.T) {
	disk, s := onFailingDisk(t)
	disk.dirSync = syscall.EIO
	err := store.Put(t.Context(), s, "g/object", nil)
	require.ErrorIs(t, err, syscall.EIO)
	require.NotErrorIs(t, err, store.ErrUnknown, "nothing was published")
	disk.dirSync = nil
	require.NoError(t, store.Put(t.Context(), s, "g/object", nil))
}

func requireNoTemporaryFile(t *testing.T, files local.FileSystem) {
	t.Helper()
	names, err := files.ReadDir("f")
	require.NoError(t, err)
	for _, name := range names {
		require.NotContains(t, name, ".tmp")
	}
}
