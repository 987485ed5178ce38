package importer

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Value is one JSON value cut out of a larger document.
type Value struct {
	// Number counts the values of the document from 1.
	Number int
	// Path names the members, and numbers the elements from 0, above the value.
	Path []string
	// Raw is the text of the value. Only its brackets and quotes were looked at:
	// the value inside may still be invalid.
	Raw jsontext.Value
	// Err is a *SizeError where the value was too large to be taken.
	Err error
}

// Values cuts the values at a depth out of the JSON in r: at depth 0 every
// top-level value (there may be several, one behind the other), at depth 1 the
// elements of a top-level array or the members of a top-level object, and so
// on. What ends above the depth is yielded as it is, with a shorter Path. A
// value that is broken inside does not keep the ones behind it from being
// read, as long as its brackets match. Raw and Path are valid until yield
// returns.
func Values(r io.Reader, depth int, yield func(Value) error) error {
	c := cutter{r: bufio.NewReaderSize(r, 1<<16), depth: depth, yield: yield}
	for {
		first, err := c.token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = c.descend(first)
		}
		if err != nil {
			return c.explain(err)
		}
	}
}

// cutter walks JSON by its brackets and quotes.
type cutter struct {
	r       *bufio.Reader
	depth   int
	yield   func(Value) error
	path    []string
	number  int
	offset  int64
	buf     []byte
	size    int64 // of the value being taken, in bytes
	yielded error // what yield returned
}

// explain says where the document breaks off; what yield returned stays as it is.
func (c *cutter) explain(err error) error {
	switch {
	case c.yielded != nil:
		return c.yielded
	case errors.Is(err, io.EOF):
		return fmt.Errorf("the JSON ends inside record %d, at byte %d: it is cut short", c.number+1, c.offset)
	}
	return fmt.Errorf("JSON at byte %d, record %d: %w", c.offset, c.number+1, err)
}

// descend takes the value that begins with first, or goes into it.
func (c *cutter) descend(first byte) error {
	if len(c.path) >= c.depth || (first != '[' && first != '{') {
		return c.take(first)
	}
	level := len(c.path)
	c.path = append(c.path, "")
	defer func() { c.path = c.path[:level] }()
	for i := 0; ; i++ {
		next, err := c.token()
		if err != nil {
			return err
		}
		if i == 0 && next == first+2 { // ']' is '[' + 2, and '}' is '{' + 2
			return nil
		}
		if next, err = c.key(first, next, i); err != nil {
			return err
		}
		if err := c.descend(next); err != nil {
			return err
		}
		switch next, err = c.token(); {
		case err != nil:
			return err
		case next == first+2:
			return nil
		case next != ',':
			return fmt.Errorf("%q where a comma or the end of the list must stand", next)
		}
	}
}

// key reads what names the next value, and returns the value's first byte.
func (c *cutter) key(container, next byte, index int) (byte, error) {
	level := len(c.path) - 1
	if container == '[' {
		c.path[level] = strconv.Itoa(index)
		return next, nil
	}
	if next != '"' {
		return 0, fmt.Errorf("%q where the name of a member must stand", next)
	}
	c.begin(next)
	if err := c.text(); err != nil {
		return 0, err
	}
	name, err := jsontext.AppendUnquote(nil, c.buf)
	if err != nil {
		return 0, fmt.Errorf("name of a member: %w", err)
	}
	c.path[level] = string(name)
	if colon, err := c.token(); err != nil || colon != ':' {
		return 0, errors.Join(err, fmt.Errorf("%q where a colon must stand", colon))
	}
	return c.token()
}

// token returns the next byte that is not white space.
func (c *cutter) token() (byte, error) {
	for {
		b, err := c.r.ReadByte()
		if err != nil {
			return 0, err
		}
		c.offset++
		if b != ' ' && b != '\n' && b != '\r' && b != '\t' {
			return b, nil
		}
	}
}
