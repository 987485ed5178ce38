package chat

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// Records calls yield for every record of r: the lines of JSONL (numbered as
// lines), the elements of an array, or the one object that spans the lines of
// a file (numbered from 1). The record is the callee's own. A record that is
// too large yields an error instead.
func Records(r io.Reader, yield func(number int, record []byte, err error) error) error {
	buffered := bufio.NewReaderSize(r, 1<<16)
	beginning, err := buffered.Peek(buffered.Size())
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch line := firstLine(beginning); {
	case len(line) == 0 && len(beginning) < buffered.Size():
		return errors.New("the file is empty")
	case bytes.HasPrefix(line, []byte{'['}):
		return values(buffered, 1, yield)
	case spansLines(line):
		return values(buffered, 0, yield)
	}
	return importer.Lines(buffered, func(number int, line []byte, err error) error {
		return yield(number, bytes.Clone(line), err)
	})
}

// firstLine returns the first line that is not blank, as far as it is there.
func firstLine(text []byte) []byte {
	line, _, _ := bytes.Cut(bytes.TrimSpace(text), []byte{'\n'})
	return bytes.TrimSpace(line)
}

// spansLines says whether an object goes on behind its first line, as indented
// JSON does. A line of JSONL that is merely broken does not end like that.
func spansLines(line []byte) bool {
	return line[0] == '{' && bytes.ContainsAny(line[len(line)-1:], "{[,:")
}

// values yields the JSON values at a depth; several documents may follow each
// other.
func values(r io.Reader, depth int, yield func(int, []byte, error) error) error {
	return importer.Values(r, depth, func(v importer.Value) error {
		return yield(v.Number, bytes.Clone(v.Raw), v.Err)
	})
}

// Read yields an episode for every record of a source, or why it is none.
func Read(src *importer.Source, yield importer.Yield, parse func(record []byte) (*importer.Episode, error)) error {
	reader, err := src.Reader()
	if err != nil {
		return err
	}
	return Records(reader, func(number int, record []byte, err error) error {
		var episode *importer.Episode
		if err == nil {
			episode, err = parse(record)
		}
		if err != nil {
			return yield(number, nil, err)
		}
		return yield(number, episode, nil)
	})
}
