package local

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dreamlog/dreamlog/internal/durable"
)

const (
	folderMode = 0o755
	fileMode   = 0o644
)

// osFiles is the FileSystem of the operating system. os.Root keeps every name,
// and every symbolic link on the way, inside the root.
type osFiles struct{ root *os.Root }

func (o osFiles) Create(name string) (File, error) {
	return o.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
}
func (o osFiles) Open(name string) (File, error) { return o.root.Open(name) }
func (o osFiles) Mkdir(name string) error        { return o.root.Mkdir(name, folderMode) }
func (o osFiles) Link(file, name string) error   { return o.root.Link(file, name) }
func (o osFiles) Rename(file, name string) error { return o.root.Rename(file, name) }
func (o osFiles) Remove(name string) error       { return o.root.Remove(name) }

func (o osFiles) Lstat(name string) (fs.FileInfo, error) { return o.root.Lstat(name) }

func (o osFiles) ReadDir(name string) (_ []string, err error) {
	dir, err := o.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	// Not ReadDir: below an os.Root it asks for the status of every entry.
	return dir.Readdirnames(-1)
}

func (o osFiles) SyncDir(name string) (err error) {
	dir, err := o.root.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	return dir.Sync()
}

// openRoot opens the folder of a store, made if need be, so that its own
// entry is durable.
func openRoot(dir string) (*os.Root, error) {
	if err := makeDurable(dir); err != nil {
		return nil, fmt.Errorf("open store %s: %w", dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", dir, err)
	}
	return root, nil
}

func makeDurable(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := makeDurable(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, folderMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return durable.SyncFolder(parent)
}
