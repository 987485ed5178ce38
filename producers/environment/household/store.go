package household

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// store writes a game below a folder, unless the same is there already. It
// never replaces another file.
func (g Game) store(dir string) (written bool, err error) {
	name := filepath.Join(dir, filepath.FromSlash(g.Path))
	switch there, err := os.ReadFile(name); {
	case err == nil && bytes.Equal(there, g.Text):
		return false, nil
	case err == nil:
		return false, fmt.Errorf("write game: %s is there and is another game: choose another folder, or remove it", name)
	case !errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("write game: %w", err)
	}
	if err := writeFile(name, g.Text); err != nil {
		return false, fmt.Errorf("write game %s: %w", name, err)
	}
	return true, nil
}

// writeFile writes a file under another name first, so that nobody ever sees
// half of it.
func writeFile(name string, text []byte) (err error) {
	folder := filepath.Dir(name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(folder, ".game-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temporary.Name()))
		}
	}()
	_, err = temporary.Write(text)
	if err = errors.Join(err, temporary.Chmod(0o644), temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), name)
}
