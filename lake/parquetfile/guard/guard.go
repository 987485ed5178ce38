// Package guard opens Parquet files that may be damaged.
//
// It owns the boundary to parquet-go, whose reader trusts what a file says:
// some damaged files make it panic, others make it allocate gigabytes, where
// an error is due. It never reads rows. Packages parquetfile and delta, which
// read files and checkpoints that anybody may have written, call it.
package guard

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
)

// tailBytes is the size of what a file ends in: length of the footer, magic.
const tailBytes = 8

// magic is what a file begins with and ends in.
const magic = "PAR1"

// Open opens a file, without its indexes and filters.
func Open(r io.ReaderAt, size int64) (file *parquet.File, err error) {
	defer Recover(&err)
	data, err := readFooter(r, size)
	if err == nil {
		err = checkFooter(data)
	}
	if err != nil {
		return nil, fmt.Errorf("not a Parquet file, or cut short: %w", err)
	}
	file, err = parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err == nil {
		err = checkChunks(file)
	}
	if err != nil {
		return nil, fmt.Errorf("not a Parquet file, or cut short: %w", err)
	}
	return file, nil
}

// readFooter reads the footer, and refuses one that claims to be larger than
// the file.
func readFooter(r io.ReaderAt, size int64) ([]byte, error) {
	const least = int64(len(magic)) + tailBytes
	if size < least {
		return nil, fmt.Errorf("has %d bytes, the least is %d", size, least)
	}
	var tail [tailBytes]byte
	if n, err := r.ReadAt(tail[:], size-tailBytes); n < tailBytes {
		return nil, fmt.Errorf("read its end: %w", err)
	}
	if !bytes.Equal(tail[4:], []byte(magic)) {
		return nil, errors.New("does not end in " + magic)
	}
	claimed := int64(binary.LittleEndian.Uint32(tail[:]))
	if claimed > size-least {
		return nil, fmt.Errorf("its footer claims %d bytes of %d", claimed, size)
	}
	data := make([]byte, claimed)
	if n, err := r.ReadAt(data, size-tailBytes-claimed); n < len(data) {
		return nil, fmt.Errorf("read its footer: %w", err)
	}
	return data, nil
}

// Recover turns a panic into an error. Defer it where only parquet-go runs
// below.
func Recover(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("damaged Parquet file: %v", p)
	}
}
