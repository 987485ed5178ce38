// Command generate writes the example data of the tour, always the same bytes:
// transcripts of two agents in a text game of a household, conversations of
// two models at a support desk, and the drives of two robots in a warehouse.
//
// The worlds are small, but they are played: an agent fails because of what it
// did, and what it was told is what the world answered. Nothing is taken from
// any dataset.
//
//	go run ./examples/tour/generate -o examples/tour/data
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("o", "examples/tour/data", "where to write the files")
	flag.Parse()
	if err := write(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// write writes the files below a directory.
func write(dir string) error {
	files, err := files()
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("make the folder of %s: %w", name, err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

// files returns the content of each file by its name.
func files() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, one := range []func(map[string][]byte) error{households, desks, warehouses} {
		if err := one(files); err != nil {
			return nil, err
		}
	}
	return files, nil
}
