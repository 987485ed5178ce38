package importer

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// MaxRecordBytes is the most that one record of a source may measure.
const MaxRecordBytes = 64 << 20

// SizeError says that a record is too large.
type SizeError struct{ Bytes int64 }

func (e *SizeError) Error() string {
	return fmt.Sprintf("the record measures %d bytes, at most %d are read; split it", e.Bytes, int64(MaxRecordBytes))
}

// Lines calls yield for every line of r that is not blank, with its number
// from 1, without white space around it. Else it is as TextLines.
func Lines(r io.Reader, yield func(number int, line []byte, err error) error) error {
	return TextLines(r, func(number int, line []byte, err error) error {
		if line = bytes.TrimSpace(line); len(line) == 0 && err == nil {
			return nil
		}
		return yield(number, line, err)
	})
}

// TextLines calls yield for every line of r, with its number from 1, without
// its end. A line that is too large is passed over and yields a *SizeError
// instead. The line is valid until yield returns. TextLines returns at the end
// of r, at the first error of r, or when yield returns an error.
func TextLines(r io.Reader, yield func(number int, line []byte, err error) error) error {
	lines := lineReader{r: bufio.NewReaderSize(r, 1<<16), limit: MaxRecordBytes}
	for number := 1; ; number++ {
		line, size, err := lines.next()
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			return fmt.Errorf("line %d: %w", number, err)
		case err != nil && size == 0:
			return nil
		}
		var tooLarge error
		if size > MaxRecordBytes {
			tooLarge = &SizeError{Bytes: size}
		}
		if err := yield(number, bytes.TrimRight(line, "\r\n"), tooLarge); err != nil {
			return err
		}
	}
}

// lineReader reads lines into one buffer that it uses again.
type lineReader struct {
	r     *bufio.Reader
	buf   []byte
	limit int64
}

// next returns the next line, or nothing of it where it is beyond the limit,
// and how many bytes it measures. io.EOF comes with the last line.
func (l *lineReader) next() (line []byte, size int64, err error) {
	l.buf = l.buf[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		size += int64(len(part))
		switch {
		case size <= l.limit:
			l.buf = append(l.buf, part...)
		case l.buf != nil:
			l.buf = nil // give the memory back before reading on
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return l.buf, size, err
		}
	}
}
