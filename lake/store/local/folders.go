package local

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sync"
)

// folders makes folders durable before the first object in them, and
// remembers which are, so that a commit on the hot path spends nothing on it.
type folders struct {
	files FileSystem

	mu      sync.Mutex // guards durable, and is held while folders are made
	durable map[string]bool
}

func newFolders(files FileSystem) *folders {
	return &folders{files: files, durable: map[string]bool{}}
}

// ensure makes a folder and those above it, and syncs the folder above each.
// One that exists already is synced too, the first time that it is met: a
// process that died may have made it and not come to the sync.
func (f *folders) ensure(folder string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ensureLocked(folder)
}

func (f *folders) ensureLocked(folder string) error {
	if folder == "." || f.durable[folder] {
		return nil
	}
	above := path.Dir(folder)
	if err := f.ensureLocked(above); err != nil {
		return err
	}
	if err := f.files.Mkdir(folder); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make folder %s: %w", folder, err)
	}
	if err := f.files.SyncDir(above); err != nil {
		return fmt.Errorf("sync the folder above %s: %w", folder, err)
	}
	f.durable[folder] = true
	return nil
}

func (f *folders) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.durable)
}
