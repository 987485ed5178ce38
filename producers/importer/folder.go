package importer

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Folder is a format that takes a folder as well as files.
type Folder interface {
	// Holds says whether a file found in a folder is one of the format's: name is
	// its slash-separated path below the folder, without .gz or .zst.
	Holds(name string) bool
}

// location is where a source lies.
type location struct{ path, rel string }

// locate lists the files behind the paths a user gave, in order; what lies in
// a folder in lexical order. Links inside a folder are not followed.
func locate(format Format, paths []string) ([]location, error) {
	var files []location
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("find source: %w", err)
		}
		if !info.IsDir() {
			files = append(files, location{path, filepath.Base(path)})
			continue
		}
		found, err := walk(format, path)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	return files, nil
}

func walk(format Format, dir string) ([]location, error) {
	folder, ok := format.(Folder)
	if !ok {
		return nil, fmt.Errorf("%s is a folder, and format %s takes files: name the files in it", dir, format.Name())
	}
	var files []location
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if folder.Holds(WithoutCompression(rel)) {
			files = append(files, location{path, rel})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("walk %s: %w", dir, err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("folder %s holds no file of format %s; name the file itself if it has an unusual name", dir, format.Name())
	}
	return files, nil
}

// WithoutCompression returns a file name without .gz or .zst at its end.
func WithoutCompression(name string) string {
	for _, suffix := range []string{".gz", ".zst"} {
		if short, ok := strings.CutSuffix(name, suffix); ok {
			return short
		}
	}
	return name
}
