package webshop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxRecord is the size of the largest record that is read, in bytes; those of
// the original stay far below.
const maxRecord = 16 << 20

// options of the decoder: the original's files come from Python, which neither
// minds repeated names nor half surrogate pairs.
var options = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// errEnough ends a stream before its end.
var errEnough = errors.New("enough records")

// record is one entry of a file.
type record struct {
	key     string // within an object
	number  int    // from 1
	decoder *jsontext.Decoder
}

// decode reads the record's value.
func (r *record) decode(into any) error {
	return json.UnmarshalDecode(r.decoder, into, options)
}

// skip passes over the record's value.
func (r *record) skip() error { return r.decoder.SkipValue() }

// each reads the entries of the array or object, by kind '[' or '{', that the
// file is. Each entry is either decoded or skipped by visit.
func each(ctx context.Context, path string, kind jsontext.Kind, visit func(*record) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the shop's data: %w", err)
	}
	defer f.Close()
	r := &record{}
	err = entries(ctx, f, kind, r, visit)
	switch {
	case err == nil, errors.Is(err, errEnough):
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("read %s: %w", path, ctx.Err())
	case r.key != "":
		return fmt.Errorf("read %s: record %d (%s): %w", path, r.number, r.key, err)
	}
	return fmt.Errorf("read %s: record %d: %w", path, r.number, err)
}

func entries(ctx context.Context, from io.Reader, kind jsontext.Kind, r *record, visit func(*record) error) error {
	bounded := &boundedReader{from: from, left: maxRecord}
	r.decoder = jsontext.NewDecoder(bounded, options)
	if got := r.decoder.PeekKind(); got != kind {
		if _, err := r.decoder.ReadToken(); err != nil {
			return unexpected(err)
		}
		return fmt.Errorf("the file begins with %v where a %v is expected", got, kind)
	}
	if _, err := r.decoder.ReadToken(); err != nil {
		return unexpected(err)
	}
	end := jsontext.Kind(']')
	if kind == '{' {
		end = '}'
	}
	for r.decoder.PeekKind() != end {
		if err := ctx.Err(); err != nil {
			return err
		}
		bounded.left = maxRecord
		r.number++
		r.key = ""
		if err := r.name(kind); err != nil {
			return unexpected(err)
		}
		if err := visit(r); err != nil {
			return unexpected(err)
		}
	}
	_, err := r.decoder.ReadToken()
	return unexpected(err)
}

// name reads the name of an entry, which those of an object have.
func (r *record) name(kind jsontext.Kind) error {
	if kind != '{' {
		return nil
	}
	name, err := r.decoder.ReadToken()
	if err != nil {
		return err
	}
	r.key = name.String()
	return nil
}

// unexpected says that a file ended too early where it did.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends in the middle; is it complete?")
	}
	return err
}

// boundedReader refuses to read on when a record is too large.
type boundedReader struct {
	from io.Reader
	left int // bytes, renewed for every record
}

func (r *boundedReader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, fmt.Errorf("it is larger than %d MiB", maxRecord>>20)
	}
	n, err := r.from.Read(p)
	r.left -= n
	return n, err
}
