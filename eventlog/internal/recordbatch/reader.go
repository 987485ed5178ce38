package recordbatch

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
)

// ErrIncomplete says that the bytes end before the batch does. Brokers cut a
// response at its size limit, so an incomplete last batch is no damage.
var ErrIncomplete = errors.New("record batch is cut off")

// CorruptError says that the batch that starts at an offset cannot be read.
type CorruptError struct {
	// BaseOffset is the offset that the batch claims to start at.
	BaseOffset int64
	Reason     string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("record batch at offset %d is corrupt: %s", e.BaseOffset, e.Reason)
}

// Batch is one batch whose checksum was verified. Its records are read with
// Records.
type Batch struct {
	BaseOffset int64
	// LastOffset is the last offset that the batch covers, even when
	// compaction has removed the record there.
	LastOffset int64
	// ProducerID is -1 for a producer that is neither idempotent nor
	// transactional.
	ProducerID int64
	Count      int

	attributes     int16
	firstTimestamp int64
	maxTimestamp   int64
	payload        []byte
}

// Control says that the batch holds transaction markers and no events.
func (b *Batch) Control() bool { return b.attributes&attributeControl != 0 }

// Transactional says that a transactional producer wrote the batch.
func (b *Batch) Transactional() bool { return b.attributes&attributeTransactional != 0 }

// Next splits the first batch off data. It returns ErrIncomplete when data
// ends before the batch does, and a *CorruptError for a batch that cannot be
// trusted.
func Next(data []byte) (batch Batch, rest []byte, err error) {
	if len(data) < HeaderBytes {
		return Batch{}, data, ErrIncomplete
	}
	base := int64(binary.BigEndian.Uint64(data[offsetBase:]))
	length := int64(int32(binary.BigEndian.Uint32(data[offsetLength:])))
	if data[offsetMagic] != magic {
		return Batch{}, data, &CorruptError{base, fmt.Sprintf("message format %d, only %d is supported", data[offsetMagic], magic)}
	}
	if length < HeaderBytes-prefixBytes {
		return Batch{}, data, &CorruptError{base, fmt.Sprintf("length %d is below that of an empty batch", length)}
	}
	if prefixBytes+length > int64(len(data)) {
		return Batch{}, data, ErrIncomplete
	}
	raw, rest := data[:prefixBytes+length], data[prefixBytes+length:]
	batch, err = verify(raw, base)
	return batch, rest, err
}

// verify checks the sum over a whole batch and takes its fixed fields.
func verify(raw []byte, base int64) (Batch, error) {
	want := binary.BigEndian.Uint32(raw[offsetChecksum:])
	if got := crc32.Checksum(raw[offsetAttributes:], castagnoli); got != want {
		return Batch{}, &CorruptError{base, fmt.Sprintf("checksum is %08x, the batch says %08x", got, want)}
	}
	lastDelta := int32(binary.BigEndian.Uint32(raw[offsetLastDelta:]))
	count := int32(binary.BigEndian.Uint32(raw[offsetCount:]))
	if base < 0 || lastDelta < 0 || base > math.MaxInt64-int64(lastDelta) {
		return Batch{}, &CorruptError{base, fmt.Sprintf("last offset delta is %d", lastDelta)}
	}
	if count < 0 || int64(count) > int64(lastDelta)+1 {
		return Batch{}, &CorruptError{base, fmt.Sprintf("%d records in a span of %d offsets", count, int64(lastDelta)+1)}
	}
	return Batch{
		BaseOffset:     base,
		LastOffset:     base + int64(lastDelta),
		ProducerID:     int64(binary.BigEndian.Uint64(raw[offsetProducerID:])),
		Count:          int(count),
		attributes:     int16(binary.BigEndian.Uint16(raw[offsetAttributes:])),
		firstTimestamp: int64(binary.BigEndian.Uint64(raw[offsetFirstTimestamp:])),
		maxTimestamp:   int64(binary.BigEndian.Uint64(raw[offsetMaxTimestamp:])),
		payload:        raw[HeaderBytes:],
	}, nil
}
