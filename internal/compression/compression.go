// Package compression reads files that may be gzip or zstd as they lie, told by
// their first bytes, never by their names. It bounds what a damaged or hostile
// file can make it hold. Who reads files of users calls it: importers, and the
// games of textworld.
package compression

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// ErrCutShort says that the compressed data ends before its end mark.
var ErrCutShort = errors.New("the compressed data is cut short")

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// maxWindowBytes is how much history a zstd file may ask a reader to hold:
// what zstd --long asks for at most by default.
const maxWindowBytes = 128 << 20

// Plain returns the plain content of r, told by its first bytes, and how
// to release the decompressor.
func Plain(r *bufio.Reader) (io.Reader, func(), error) {
	magic, err := r.Peek(len(zstdMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	switch {
	case bytes.HasPrefix(magic, gzipMagic):
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, nil, compressionError("gzip", err)
		}
		return compressed{z, "gzip"}, func() { z.Close() }, nil
	case bytes.Equal(magic, zstdMagic):
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindowBytes))
		if err != nil {
			return nil, nil, compressionError("zstd", err)
		}
		return compressed{z, "zstd"}, z.Close, nil
	}
	return r, func() {}, nil
}

// compressed says in errors what is wrong with the compressed data.
type compressed struct {
	r    io.Reader
	kind string
}

func (c compressed) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = compressionError(c.kind, err)
	}
	return n, err
}

func compressionError(kind string, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w", kind, ErrCutShort)
	}
	return fmt.Errorf("the %s data is damaged: %w", kind, err)
}
