package wire

import (
	"encoding/binary"
	"errors"

	"github.com/segmentio/kafka-go/protocol"
)

// errMalformed says that a response does not have the shape of its version.
var errMalformed = errors.New("malformed response")

// encoder writes the fields of a request. A flexible request has compact
// lengths and tagged fields (KIP-482).
type encoder struct {
	data     []byte
	flexible bool
}

func newEncoder(key protocol.ApiKey, version int16, flexible bool, correlation int32, clientID string) *encoder {
	e := &encoder{data: make([]byte, 4, 128), flexible: flexible}
	e.int16(int16(key))
	e.int16(version)
	e.int32(correlation)
	e.int16(int16(len(clientID))) // not compact, even in a flexible request
	e.data = append(e.data, clientID...)
	e.tags()
	return e
}

func (e *encoder) int8(v int8)       { e.data = append(e.data, byte(v)) }
func (e *encoder) int16(v int16)     { e.data = binary.BigEndian.AppendUint16(e.data, uint16(v)) }
func (e *encoder) int32(v int32)     { e.data = binary.BigEndian.AppendUint32(e.data, uint32(v)) }
func (e *encoder) int64(v int64)     { e.data = binary.BigEndian.AppendUint64(e.data, uint64(v)) }
func (e *encoder) topicID(v TopicID) { e.data = append(e.data, v[:]...) }

func (e *encoder) count(n int) {
	if e.flexible {
		e.data = binary.AppendUvarint(e.data, uint64(n)+1)
		return
	}
	e.int32(int32(n))
}

func (e *encoder) string(s string) {
	if e.flexible {
		e.data = binary.AppendUvarint(e.data, uint64(len(s))+1)
	} else {
		e.int16(int16(len(s)))
	}
	e.data = append(e.data, s...)
}

// tags ends a structure without tagged fields.
func (e *encoder) tags() {
	if e.flexible {
		e.data = append(e.data, 0)
	}
}

func (e *encoder) finish() []byte {
	binary.BigEndian.PutUint32(e.data, uint32(len(e.data)-4))
	return e.data
}

// decoder reads the fields of a response. The first field that does not fit
// makes it fail; everything after that yields zero values.
type decoder struct {
	data     []byte
	flexible bool
	failed   bool
}

func (d *decoder) err() error {
	if d.failed {
		return errMalformed
	}
	return nil
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.data) {
		d.failed, d.data = true, nil
		return nil
	}
	out := d.data[:n:n]
	d.data = d.data[n:]
	return out
}

func (d *decoder) int8() int8 {
	if b := d.take(1); b != nil {
		return int8(b[0])
	}
	return 0
}

func (d *decoder) int16() int16 {
	if b := d.take(2); b != nil {
		return int16(binary.BigEndian.Uint16(b))
	}
	return 0
}

func (d *decoder) int32() int32 {
	if b := d.take(4); b != nil {
		return int32(binary.BigEndian.Uint32(b))
	}
	return 0
}

func (d *decoder) int64() int64 {
	if b := d.take(8); b != nil {
		return int64(binary.BigEndian.Uint64(b))
	}
	return 0
}

func (d *decoder) topicID() (id TopicID) {
	copy(id[:], d.take(len(id)))
	return id
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.data)
	if n <= 0 {
		d.failed, d.data = true, nil
		return 0
	}
	d.data = d.data[n:]
	return v
}

// length reads the length of an array, string or byte field whose plain form
// is narrow (16 bits) or not; null is zero. A length can not exceed the bytes
// that are left, since no element takes less than one.
func (d *decoder) length(narrow bool) int {
	var n int64
	switch {
	case d.flexible:
		n = int64(min(d.uvarint(), 1<<32)) - 1
	case narrow:
		n = int64(d.int16())
	default:
		n = int64(d.int32())
	}
	if n > int64(len(d.data)) || n < -1 {
		d.failed, d.data = true, nil
		return 0
	}
	return int(max(n, 0))
}

func (d *decoder) count() int     { return d.length(false) }
func (d *decoder) string() string { return string(d.take(d.length(true))) }
func (d *decoder) bytes() []byte  { return d.take(d.length(false)) }

// tags skips the tagged fields at the end of a structure.
func (d *decoder) tags() {
	if !d.flexible {
		return
	}
	for n := d.uvarint(); n > 0 && !d.failed; n-- {
		d.uvarint() // tag
		d.take(int(min(d.uvarint(), 1<<32)))
	}
}
