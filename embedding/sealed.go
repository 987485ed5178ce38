package embedding

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dreamlog/dreamlog/internal/durable"
)

// ErrUnusable says that a file cannot serve: it is damaged, cut short, of
// another version or of another encoder. What is in such files is derived from
// the lake and is built again from there.
var ErrUnusable = errors.New("it is derived from the lake: remove it, and it is built again")

func unusable(format string, args ...any) error {
	return fmt.Errorf(format+"; %w", append(args, ErrUnusable)...)
}

// checksum of what is between magic and end (Castagnoli's polynomial).
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// magicSize and sumSize are the bytes before and after the content of a file.
const (
	magicSize = 8
	sumSize   = 4
)

// sealer writes numbers, little-endian, between a magic and a checksum.
type sealer struct {
	w   *bufio.Writer
	sum hash.Hash32
	err error
}

func newSealer(w io.Writer, magic string) *sealer {
	sum := crc32.New(castagnoli)
	s := &sealer{w: bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16), sum: sum}
	s.bytes([]byte(magic))
	return s
}

func (s *sealer) bytes(b []byte) {
	if s.err == nil {
		_, s.err = s.w.Write(b)
	}
}

func (s *sealer) number(n uint64) { s.bytes(binary.LittleEndian.AppendUint64(nil, n)) }

func (s *sealer) text(b []byte) {
	s.number(uint64(len(b)))
	s.bytes(b)
}

// seal writes the checksum. Nothing follows it.
func (s *sealer) seal() error {
	if s.err == nil {
		s.err = s.w.Flush()
	}
	if s.err == nil {
		s.bytes(binary.LittleEndian.AppendUint32(nil, s.sum.Sum32()))
	}
	return errors.Join(s.err, s.w.Flush())
}

// column writes a value after the other, as put appends them.
func column[T any](s *sealer, values []T, put func([]byte, T) []byte) {
	buffer := make([]byte, 0, 128)
	for _, v := range values {
		if s.err != nil {
			return
		}
		buffer = put(buffer[:0], v)
		s.bytes(buffer)
	}
}

// unsealer reads what a sealer wrote.
type unsealer struct {
	r    *bufio.Reader
	sum  hash.Hash32
	left int64 // bytes of content that have not been read
	err  error
}

// newUnsealer reads size bytes of r, which must begin with the magic.
func newUnsealer(r io.Reader, size int64, magic string) (*unsealer, error) {
	u := &unsealer{r: bufio.NewReaderSize(r, 1<<16), sum: crc32.New(castagnoli), left: size - sumSize}
	if found := string(u.bytes(magicSize)); found != magic {
		return nil, unusable("it does not begin with %q, as a file of this version does", magic)
	}
	return u, nil
}

// fail remembers the first thing that is wrong.
func (u *unsealer) fail(format string, args ...any) {
	if u.err == nil {
		u.err = unusable(format, args...)
	}
}

// bytes returns the next n; nil where there are not so many.
func (u *unsealer) bytes(n uint64) []byte {
	if u.err != nil {
		return nil
	}
	if u.left < 0 || n > uint64(u.left) {
		u.fail("it is cut short, or names sizes beyond its own")
		return nil
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(u.r, b); err != nil {
		u.err = err
		return nil
	}
	u.left -= int64(n)
	u.sum.Write(b)
	return b
}

func (u *unsealer) number() uint64 {
	if b := u.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (u *unsealer) text() []byte { return u.bytes(u.number()) }

// end compares the checksum, when everything was read.
func (u *unsealer) end() error {
	if u.err == nil && u.left != 0 {
		u.fail("it has %d bytes too many", u.left)
	}
	if u.err != nil {
		return u.err
	}
	var sum [sumSize]byte
	if _, err := io.ReadFull(u.r, sum[:]); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(sum[:]) != u.sum.Sum32() {
		return unusable("its checksum does not hold: it is damaged")
	}
	return nil
}

// readColumn reads n values of size bytes.
func readColumn[T any](u *unsealer, n uint64, size int, get func([]byte) T) []T {
	if u.err != nil {
		return nil
	}
	if u.left < 0 || n > uint64(u.left)/uint64(size) {
		u.fail("it is cut short, or names sizes beyond its own")
		return nil
	}
	values := make([]T, 0, n)
	const atOnce = 1024
	for uint64(len(values)) < n {
		part := u.bytes(min(n-uint64(len(values)), atOnce) * uint64(size))
		if part == nil {
			return nil
		}
		for ; len(part) > 0; part = part[size:] {
			values = append(values, get(part[:size]))
		}
	}
	return values
}

// replaceFile writes a file so that after a crash there is the old one or the
// new one: under a temporary name, synced, renamed.
func replaceFile(path string, write func(io.Writer) error) (err error) {
	if err := removeLeftovers(path, time.Now()); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*"+temporary)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return durable.SyncFolder(filepath.Dir(path))
}

// temporary ends the names of files that are being written.
const temporary = ".tmp"

// longestWrite is more than it takes to write a file.
const longestWrite = time.Hour

// removeLeftovers removes what processes that were killed left of a file.
func removeLeftovers(path string, now time.Time) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), filepath.Base(path)+".") || !strings.HasSuffix(e.Name(), temporary) {
			continue
		}
		info, err := e.Info()
		if err == nil && now.Sub(info.ModTime()) > longestWrite {
			err = os.Remove(filepath.Join(filepath.Dir(path), e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // another one may have removed it
			return err
		}
	}
	return nil
}
