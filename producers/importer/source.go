package importer

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/dreamlog/dreamlog/internal/compression"
)

// Source is one opened file of an import. It serves one goroutine, but for
// Position, which any may call.
type Source struct {
	// Path is the file as it was given, or as found below the given folder.
	Path string
	// Base is the last element of Path.
	Base string
	// Rel is the slash-separated path below the given folder; Base for a file
	// that was given itself.
	Rel string

	file  *os.File
	size  int64
	read  atomic.Int64 // of the file as it lies, so compressed bytes
	hash  hash.Hash
	close func() // of the decompressor in use; nil: none
}

// Open opens a regular file. Close it after use.
func Open(path string) (*Source, error) { return open(location{path: path, rel: filepath.Base(path)}) }

func open(at location) (*Source, error) {
	f, err := os.Open(at.path)
	if err != nil {
		return nil, fmt.Errorf("open source: %w", err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("open source %s: it is not a regular file; an import reads files that stay as they are", at.path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &Source{Path: at.path, Base: filepath.Base(at.path), Rel: at.rel, file: f, size: info.Size(), hash: sha256.New()}, nil
}

// Reader returns the content from its beginning, decompressed where its first
// bytes are those of gzip or zstd, without a UTF-8 byte order mark. Errors of
// the reader name the file. It is valid until the next call or Close.
func (s *Source) Reader() (io.Reader, error) {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read %s: %w", s.Path, err)
	}
	s.release()
	s.read.Store(0)
	s.hash.Reset()
	plain, closeFunc, err := compression.Plain(bufio.NewReaderSize(counting{s}, 1<<18))
	if err != nil {
		return nil, s.readError(err)
	}
	s.close = closeFunc
	r := bufio.NewReaderSize(naming{plain, s}, 1<<16)
	if mark, _ := r.Peek(len(byteOrderMark)); bytes.Equal(mark, byteOrderMark) {
		_, err = r.Discard(len(byteOrderMark))
	}
	return r, err
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// Raw returns the file as it lies, and its size in bytes.
func (s *Source) Raw() (io.ReaderAt, int64) { return s.file, s.size }

// Size returns the size of the file as it lies, in bytes.
func (s *Source) Size() int64 { return s.size }

// Position returns how many bytes of the file as it lies were read.
func (s *Source) Position() int64 { return s.read.Load() }

// maxSiblingBytes bounds what Sibling reads.
const maxSiblingBytes = 16 << 20

// Sibling returns the content of the regular file name in the folder of the
// source; fs.ErrNotExist when there is none. It follows no link.
func (s *Source) Sibling(name string) ([]byte, error) {
	root, err := os.OpenRoot(filepath.Dir(s.Path))
	if err != nil {
		return nil, fmt.Errorf("open folder of %s: %w", s.Path, err)
	}
	defer root.Close()
	info, err := root.Lstat(name)
	if err != nil {
		return nil, fmt.Errorf("look beside %s: %w", s.Path, err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxSiblingBytes {
		return nil, fmt.Errorf("%s beside %s is no regular file of at most %d bytes: %w", name, s.Path, maxSiblingBytes, fs.ErrInvalid)
	}
	return root.ReadFile(name)
}

// sum returns the SHA-256 of the file as it lies, in hex, reading on to its
// end first.
func (s *Source) sum() (string, error) {
	if _, err := io.Copy(io.Discard, counting{s}); err != nil {
		return "", fmt.Errorf("digest of %s: %w", s.Path, err)
	}
	return hex.EncodeToString(s.hash.Sum(nil)), nil
}

// Close releases the file.
func (s *Source) Close() error {
	s.release()
	return s.file.Close()
}

func (s *Source) release() {
	if s.close != nil {
		s.close()
		s.close = nil
	}
}

// counting reads the file as it lies, counts and digests.
type counting struct{ s *Source }

func (c counting) Read(p []byte) (int, error) {
	n, err := c.s.file.Read(p)
	c.s.read.Add(int64(n))
	c.s.hash.Write(p[:n])
	return n, err
}

// naming names the file in the errors of a reader.
type naming struct {
	r io.Reader
	s *Source
}

func (n naming) Read(p []byte) (int, error) {
	k, err := n.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = n.s.readError(err)
	}
	return k, err
}

func (s *Source) readError(err error) error {
	if errors.Is(err, compression.ErrCutShort) {
		return fmt.Errorf("read %s: after %d bytes: %w; fetch the file again", s.Path, s.read.Load(), err)
	}
	return fmt.Errorf("read %s: %w", s.Path, err)
}
