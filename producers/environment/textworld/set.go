package textworld

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// extension of a game file.
const extension = ".tw-pddl"

// Entry is a game of a set. It can be loaded at any time; only what it takes to
// do so is held.
type Entry struct {
	// ID is the last two folders of the game's path, such as
	// KIND/TRIAL of SPLIT/KIND/TRIAL/game.tw-pddl; else the name of its file,
	// without the extension.
	ID string
	// Split is what the path says, else what ReadSet was told.
	Split string
	// Origin says where the game is, for messages.
	Origin string

	load func() (Source, error)
}

// Load reads the game.
func (e Entry) Load() (Source, error) {
	s, err := e.load()
	if err != nil {
		return s, fmt.Errorf("game %s in %s: %w", e.ID, e.Origin, err)
	}
	return s, nil
}

// ReadSet lists the games at a path, in an order that does not change: a
// .tw-pddl file, a folder of them at any depth, or a .jsonl of {path, game},
// also .gz or .zst, or a folder with such. A game that is damaged is listed
// too; loading it is the error. split is that of games whose path does not tell
// it; empty: train.
func ReadSet(path, split string) ([]Entry, error) {
	if split == "" {
		split = "train"
	}
	files, err := gameFiles(path)
	if err != nil {
		return nil, fmt.Errorf("list the games in %s: %w", path, err)
	}
	var entries []Entry
	for _, file := range files {
		if strings.HasSuffix(file, extension) {
			entries = append(entries, fileEntry(file, split))
			continue
		}
		if entries, err = appendLines(entries, file, split); err != nil {
			return nil, fmt.Errorf("read games from %s: %w", file, err)
		}
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("no games in %s: it must be a %s file, a .jsonl of games (also .gz, .zst), or a folder with such", path, extension)
	}
	return entries, unique(entries)
}

// gameFiles returns the files of games at a path, sorted.
func gameFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		if !isGames(path) {
			return nil, errors.New("neither a " + extension + " file nor a .jsonl")
		}
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && isGames(file) && holdsGames(file) {
			files = append(files, file)
		}
		return err
	})
	slices.Sort(files)
	return files, err
}

// isGames says whether a file's name is one that games have.
func isGames(file string) bool {
	return strings.HasSuffix(file, extension) || isLines(file)
}

func isLines(file string) bool {
	file = strings.TrimSuffix(strings.TrimSuffix(file, ".gz"), ".zst")
	return strings.HasSuffix(file, ".jsonl")
}

func fileEntry(file, split string) Entry {
	return Entry{
		ID: idOf(file), Split: splitOf(file, split, isSplit), Origin: file,
		load: func() (Source, error) {
			data, err := readFile(file)
			if err != nil {
				return Source{}, err
			}
			return ParseSource(data)
		},
	}
}

// readFile reads a file that is not too large for a game.
func readFile(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxGameBytes {
		return nil, fmt.Errorf("the file measures %d bytes, a game at most %d", info.Size(), MaxGameBytes)
	}
	return os.ReadFile(file)
}

// idOf returns the id of the game at a path.
func idOf(path string) string {
	parts := strings.Split(filepath.ToSlash(filepath.Clean(path)), "/")
	name := strings.TrimSuffix(parts[len(parts)-1], extension)
	if name == "game" && len(parts) >= 3 {
		return parts[len(parts)-3] + "/" + parts[len(parts)-2]
	}
	return name
}

// splitOf returns the folder above those that make the id, if it is a split.
func splitOf(path, otherwise string, isSplit func(string) bool) string {
	parts := strings.Split(filepath.ToSlash(filepath.Clean(path)), "/")
	if len(parts) < 4 || !isSplit(parts[len(parts)-4]) {
		return otherwise
	}
	if split := parts[len(parts)-4]; split != "valid_train" {
		return split
	}
	return "train"
}

// isSplit says whether a folder on a disk, which may be called anything, is
// that of a split.
func isSplit(folder string) bool {
	return slices.Contains([]string{"train", "valid_train", "dev", "test", "valid_seen", "valid_unseen"}, folder)
}

// unique refuses two games of one id.
func unique(entries []Entry) error {
	origin := map[string]string{}
	for _, e := range entries {
		if first, twice := origin[e.ID]; twice {
			return fmt.Errorf("two games have the id %s: in %s and in %s; give the folder of one set", e.ID, first, e.Origin)
		}
		origin[e.ID] = e.Origin
	}
	return nil
}
