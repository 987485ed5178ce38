package importer

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// sniffBytes is how far ahead Records looks to tell JSONL from other JSON.
const sniffBytes = 1 << 20

// Records cuts the records out of r, whichever way they are held: as the lines
// of JSONL, as the elements of one array, or as JSON values one behind the
// other. Number is the line for JSONL, else it counts the records from 1. Only
// in JSONL a record may have unmatched brackets without taking those behind
// it along.
func Records(r io.Reader, yield func(Value) error) error {
	ahead, start, err := peek(r)
	switch {
	case err != nil:
		return err
	case len(start) > 0 && start[0] == '[':
		return Values(ahead, 1, yield)
	case isLines(start):
		return Lines(ahead, func(number int, line []byte, err error) error {
			return yield(Value{Number: number, Raw: line, Err: err})
		})
	}
	return Values(ahead, 0, yield)
}

// peek returns a reader of r, and how r begins, without blanks before it.
func peek(r io.Reader) (*bufio.Reader, []byte, error) {
	ahead := bufio.NewReaderSize(r, sniffBytes)
	start, err := ahead.Peek(sniffBytes)
	if err != nil && len(start) == 0 && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	return ahead, bytes.TrimLeft(start, " \t\r\n"), nil
}

// isLines says whether the text is JSONL: its first line is a whole value, or
// is broken while the next line begins anew.
func isLines(start []byte) bool {
	line, rest, more := bytes.Cut(start, []byte("\n"))
	if !more || jsontext.Value(line).IsValid(jsontext.AllowDuplicateNames(true)) {
		return true
	}
	return bytes.HasPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte("{"))
}

// Keyed cuts the records out of r as Records does, but one top-level object is
// taken for records by their names. An object that itself is a record, alone in
// its file, must be put into an array.
func Keyed(r io.Reader, yield func(Value) error) error {
	ahead, start, err := peek(r)
	if err != nil {
		return err
	}
	line, rest, _ := bytes.Cut(start, []byte("\n"))
	several := jsontext.Value(line).IsValid(jsontext.AllowDuplicateNames(true)) && len(bytes.TrimSpace(rest)) > 0
	if bytes.HasPrefix(start, []byte("{")) && !several {
		return Values(ahead, 1, yield)
	}
	return Records(ahead, yield)
}
