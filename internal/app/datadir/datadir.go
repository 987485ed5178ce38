// Package datadir owns the data directory of Dreamlog: which version of its
// layout it has, who may write to it, where the running broker is found, and
// the key that salts are made with. It opens neither log nor lake.
package datadir

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"crypto/rand"

	"github.com/go-json-experiment/json"

	"github.com/dreamlog/dreamlog/internal/durable"
)

// FormatVersion is the version of the layout that this code writes.
const FormatVersion = 1

// Dir is an opened data directory.
type Dir struct{ path string }

// format is the content of format.json.
type format struct {
	Format int `json:"format"`
}

// Create opens a data directory, and makes it where there is none. A directory
// that holds something else is refused, so that a slip of the hand does not
// spread Dreamlog's files among others.
func Create(path string) (*Dir, error) {
	d, err := Open(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return d, err
	}
	if entries, err := os.ReadDir(path); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("data directory %s holds other files and no format.json: name an empty or a new directory with --data", path)
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	data, err := json.Marshal(format{FormatVersion})
	if err != nil {
		return nil, err
	}
	d = &Dir{path}
	if err := d.publish("format.json", append(data, '\n'), 0o644); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	return Open(path)
}

// Open opens a data directory that exists: else the error is fs.ErrNotExist.
func Open(path string) (*Dir, error) {
	data, err := os.ReadFile(filepath.Join(path, "format.json"))
	if err != nil {
		return nil, fmt.Errorf("open data directory %s: %w", path, err)
	}
	var f format
	if err := json.Unmarshal(data, &f); err != nil || f.Format < 1 {
		return nil, fmt.Errorf("open data directory %s: format.json is damaged: it should read {\"format\":%d}", path, FormatVersion)
	}
	if f.Format > FormatVersion {
		return nil, fmt.Errorf("data directory %s has format %d, this version of dreamlog knows up to %d: use the newer version that wrote it", path, f.Format, FormatVersion)
	}
	return &Dir{path}, nil
}

// Path joins the names below the directory.
func (d *Dir) Path(names ...string) string {
	return filepath.Join(append([]string{d.path}, names...)...)
}

// MakeSaltKey returns the key that salts are made with, and makes it at first.
func (d *Dir) MakeSaltKey() ([]byte, error) {
	key, err := d.SaltKey()
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(d.Path("keys"), 0o700); err != nil {
		return nil, fmt.Errorf("make salt key: %w", err)
	}
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return nil, fmt.Errorf("make salt key: %w", err)
	}
	err = d.publish("keys/salt.key", []byte(hex.EncodeToString(fresh)+"\n"), 0o600)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make salt key: %w", err)
	}
	if err := durable.SyncFolder(d.path); err != nil { // for the folder
		return nil, fmt.Errorf("make salt key: %w", err)
	}
	return d.SaltKey()
}

// SaltKey returns the key that salts are made with; fs.ErrNotExist: there is
// none. It lies beside the lake, not in it: who has only the lake cannot guess
// the content of an erased row by trying.
func (d *Dir) SaltKey() ([]byte, error) {
	name := d.Path("keys", "salt.key")
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read salt key: %w", err)
	}
	if len(text) != 65 {
		return nil, fmt.Errorf("salt key %s is damaged: it should hold 64 hexadecimal digits; restore it from a backup", name)
	}
	key, err := hex.DecodeString(string(text[:64]))
	if err != nil {
		return nil, fmt.Errorf("salt key %s is damaged: it should hold 64 hexadecimal digits; restore it from a backup", name)
	}
	return key, nil
}

// publish writes a file that must not exist yet: it appears whole, synced, or
// not at all.
func (d *Dir) publish(name string, data []byte, mode fs.FileMode) error {
	target := d.Path(filepath.FromSlash(name))
	temporary, err := os.CreateTemp(filepath.Dir(target), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(data)
	err = errors.Join(err, temporary.Chmod(mode), temporary.Sync(), temporary.Close())
	if err != nil {
		return err
	}
	if err := os.Link(temporary.Name(), target); err != nil {
		return err
	}
	return durable.SyncFolder(filepath.Dir(target))
}
