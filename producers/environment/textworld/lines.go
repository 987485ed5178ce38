package textworld

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"

	"github.com/dreamlog/dreamlog/internal/compression"
)

// line is a game in a .jsonl.
type line struct {
	Path string         `json:"path"`
	Game jsontext.Value `json:"game"`
}

// appendLines appends the games of a .jsonl. They are kept in memory,
// compressed: such files cannot be read from the middle.
func appendLines(entries []Entry, file, split string) ([]Entry, error) {
	compress, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer compress.Close()
	n := 0
	err = eachLine(file, func(text []byte) error {
		n++
		if len(bytes.TrimSpace(text)) > 0 {
			entries = append(entries, lineEntry(compress, file, n, text, split))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	return entries, nil
}

// lineEntry makes an entry of a line, also of one that is damaged.
func lineEntry(compress *zstd.Encoder, file string, n int, text []byte, split string) Entry {
	stem, _, _ := strings.Cut(filepath.Base(file), ".")
	e := Entry{ID: fmt.Sprintf("%s-line-%d", stem, n), Split: split, Origin: fmt.Sprintf("%s, line %d", file, n)}
	var l line
	err := json.Unmarshal(text, &l, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err != nil || l.Path == "" || l.Game == nil {
		e.load = func() (Source, error) {
			return Source{}, errors.Join(errors.New("the line is not a JSON object with “path” and “game”"), err)
		}
		return e
	}
	e.ID = idOf(l.Path)
	e.Split = splitOf(l.Path, split, func(string) bool { return true })
	kept := compress.EncodeAll(l.Game, nil)
	e.load = func() (Source, error) {
		data, err := decompressed(kept)
		if err != nil {
			return Source{}, err
		}
		return ParseSource(data)
	}
	return e
}

func decompressed(kept []byte) ([]byte, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxGameBytes))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.DecodeAll(kept, nil)
}

// holdsGames says whether a file of a folder is one of games: a .jsonl may be
// of anything, and is passed over unless its first line has a game.
func holdsGames(file string) bool {
	if !isLines(file) {
		return true
	}
	errFound := errors.New("found")
	err := eachLine(file, func(text []byte) error {
		var l line
		if json.Unmarshal(text, &l, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) == nil && l.Game != nil {
			return errFound
		}
		return io.EOF
	})
	return errors.Is(err, errFound)
}

// eachLine calls yield for every line of a file; the line is valid until it
// returns.
func eachLine(file string, yield func(text []byte) error) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r, release, err := compression.Plain(bufio.NewReaderSize(f, 1<<16))
	if err != nil {
		return err
	}
	defer release()
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 1<<16), MaxGameBytes)
	for lines.Scan() {
		if err := yield(lines.Bytes()); err != nil {
			return err
		}
	}
	return lines.Err()
}
