package guard

import (
	"encoding/binary"
	"errors"
	"math"
)

// Types of the compact protocol of Apache Thrift, in which footers are
// written.
const (
	typeTrue   = 1
	typeFalse  = 2
	typeByte   = 3
	typeInt16  = 4
	typeInt32  = 5
	typeInt64  = 6
	typeDouble = 7
	typeBinary = 8
	typeList   = 9
	typeSet    = 10
	typeStruct = 12
)

// maxDepth is deeper than any footer nests.
const maxDepth = 32

var errFooter = errors.New("its footer is damaged")

// footer is what is left of a footer while it is walked.
type footer struct{ rest []byte }

// checkFooter walks a footer and refuses lengths that go beyond it: memory
// would be allocated for them.
func checkFooter(data []byte) error {
	f := footer{data}
	return f.skipStruct(0)
}

func (f *footer) skipStruct(depth int) error {
	for {
		head, err := f.take(1)
		if err != nil {
			return err
		}
		if head[0] == 0 {
			return nil
		}
		if head[0]>>4 == 0 { // the number of the field follows
			if _, err := f.varint(); err != nil {
				return err
			}
		}
		kind := head[0] & 0xF
		if kind == typeTrue || kind == typeFalse {
			continue // the value is in the head
		}
		if err := f.skip(kind, depth+1); err != nil {
			return err
		}
	}
}

func (f *footer) skip(kind byte, depth int) (err error) {
	if depth > maxDepth {
		return errFooter
	}
	switch kind {
	case typeTrue, typeFalse, typeByte:
		_, err = f.take(1)
	case typeInt16, typeInt32, typeInt64:
		_, err = f.varint()
	case typeDouble:
		_, err = f.take(8)
	case typeBinary:
		var n int
		if n, err = f.varint(); err == nil {
			_, err = f.take(n)
		}
	case typeList, typeSet:
		err = f.skipList(depth)
	case typeStruct:
		err = f.skipStruct(depth)
	default: // footers have no maps
		err = errFooter
	}
	return err
}

func (f *footer) skipList(depth int) error {
	head, err := f.take(1)
	if err != nil {
		return err
	}
	n := int(head[0] >> 4)
	if n == 0xF {
		if n, err = f.varint(); err != nil {
			return err
		}
	}
	if n > len(f.rest) { // an element takes a byte at least
		return errFooter
	}
	for range n {
		if err := f.skip(head[0]&0xF, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (f *footer) take(n int) ([]byte, error) {
	if n > len(f.rest) {
		return nil, errFooter
	}
	taken := f.rest[:n]
	f.rest = f.rest[n:]
	return taken, nil
}

// varint returns a number; as a length it is too large when it does not fit.
func (f *footer) varint() (int, error) {
	v, n := binary.Uvarint(f.rest)
	if n <= 0 {
		return 0, errFooter
	}
	f.rest = f.rest[n:]
	return int(min(v, math.MaxInt)), nil
}
