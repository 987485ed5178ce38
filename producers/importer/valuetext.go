package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// take reads the value that begins with first to its end and yields it.
func (c *cutter) take(first byte) error {
	c.begin(first)
	var err error
	switch first {
	case '"':
		err = c.text()
	case '[', '{':
		err = c.nested()
	case ']', '}', ',', ':':
		return fmt.Errorf("%q where a value must stand", first)
	default:
		err = c.scalar()
	}
	if err != nil {
		return err
	}
	c.number++
	value := Value{Number: c.number, Path: c.path, Raw: c.buf}
	if c.size > MaxRecordBytes {
		value.Raw, value.Err = nil, &SizeError{Bytes: c.size}
	}
	c.yielded = c.yield(value)
	return c.yielded
}

func (c *cutter) begin(first byte) {
	c.buf = append(c.buf[:0], first)
	c.size = 1
}

// next reads one more byte of the value.
func (c *cutter) next() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.keep([]byte{b})
	}
	return b, err
}

// keep adds bytes to the value, unless it is too large.
func (c *cutter) keep(part []byte) {
	c.offset += int64(len(part))
	c.size += int64(len(part))
	switch {
	case c.size <= MaxRecordBytes:
		c.buf = append(c.buf, part...)
	case c.buf != nil:
		c.buf = nil // give the memory back before reading on
	}
}

// skip takes bytes into the value up to the first one of set, which must be
// ASCII, or to the end of what is buffered.
func (c *cutter) skip(set string) error {
	if _, err := c.r.Peek(1); err != nil {
		return err
	}
	chunk, err := c.r.Peek(c.r.Buffered())
	if err != nil {
		return err
	}
	if at := bytes.IndexAny(chunk, set); at >= 0 {
		chunk = chunk[:at]
	}
	c.keep(chunk)
	_, err = c.r.Discard(len(chunk))
	return err
}

// text reads a string to its closing quote.
func (c *cutter) text() error {
	for {
		if err := c.skip(`"\\`); err != nil {
			return err
		}
		b, err := c.next()
		switch {
		case err != nil:
			return err
		case b == '"':
			return nil
		case b == '\\':
			if _, err := c.next(); err != nil {
				return err
			}
		}
	}
}

// nested reads an array or object to its closing bracket.
func (c *cutter) nested() error {
	for open := 1; open > 0; {
		if err := c.skip(`"[]{}`); err != nil {
			return err
		}
		b, err := c.next()
		if err != nil {
			return err
		}
		switch b {
		case '[', '{':
			open++
		case ']', '}':
			open--
		case '"':
			if err := c.text(); err != nil {
				return err
			}
		}
	}
	return nil
}

// scalar reads a number or a word up to what ends it.
func (c *cutter) scalar() error {
	for {
		ahead, err := c.r.Peek(1)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch ahead[0] {
		case ',', ']', '}', '[', '{', '"', ':', ' ', '\t', '\r', '\n':
			return nil
		}
		if _, err := c.next(); err != nil {
			return err
		}
	}
}
