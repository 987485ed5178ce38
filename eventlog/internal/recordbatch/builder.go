package recordbatch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/segmentio/kafka-go/compress"
)

// Builder encodes records into one batch. Its zero value is ready.
type Builder struct {
	data           []byte
	count          int
	firstTimestamp int64
	maxTimestamp   int64
}

// Count is the number of records in the batch.
func (b *Builder) Count() int { return b.count }

// Size is what the batch measures before compression, in bytes.
func (b *Builder) Size() int { return max(len(b.data)-setPrefixBytes, HeaderBytes) }

// RecordBytes bounds from above what a record adds to a batch.
func RecordBytes(key, value []byte, headers []Header) int {
	const perField = 5 // a varint of 32 bits
	size := 8*perField + len(key) + len(value)
	for _, h := range headers {
		size += 2*perField + len(h.Key) + len(h.Value)
	}
	return size
}

// Append adds a record whose time counts milliseconds from the Unix epoch. It
// copies key, value and headers; nil is Kafka's null.
func (b *Builder) Append(timestampMillis int64, key, value []byte, headers []Header) {
	if b.count == 0 {
		b.data = append(b.data[:0], make([]byte, setPrefixBytes+HeaderBytes)...)
		b.firstTimestamp, b.maxTimestamp = timestampMillis, timestampMillis
	}
	b.maxTimestamp = max(b.maxTimestamp, timestampMillis)
	delta := timestampMillis - b.firstTimestamp
	b.data = binary.AppendVarint(b.data, int64(recordLength(delta, int64(b.count), key, value, headers)))
	b.data = append(b.data, 0) // attributes: none are defined for a record
	b.data = binary.AppendVarint(b.data, delta)
	b.data = binary.AppendVarint(b.data, int64(b.count))
	b.data = appendBytes(b.data, key)
	b.data = appendBytes(b.data, value)
	b.data = binary.AppendVarint(b.data, int64(len(headers)))
	for _, h := range headers {
		b.data = binary.AppendVarint(b.data, int64(len(h.Key)))
		b.data = append(b.data, h.Key...)
		b.data = appendBytes(b.data, h.Value)
	}
	b.count++
}

func appendBytes(dst, value []byte) []byte {
	if value == nil {
		return binary.AppendVarint(dst, -1)
	}
	dst = binary.AppendVarint(dst, int64(len(value)))
	return append(dst, value...)
}

func recordLength(timestampDelta, offsetDelta int64, key, value []byte, headers []Header) int {
	n := 1 + varintBytes(timestampDelta) + varintBytes(offsetDelta) +
		bytesBytes(key) + bytesBytes(value) + varintBytes(int64(len(headers)))
	for _, h := range headers {
		n += varintBytes(int64(len(h.Key))) + len(h.Key) + bytesBytes(h.Value)
	}
	return n
}

func bytesBytes(value []byte) int {
	if value == nil {
		return 1
	}
	return varintBytes(int64(len(value))) + len(value)
}

func varintBytes(v int64) int {
	n := 1
	for u := uint64(v<<1) ^ uint64(v>>63); u >= 0x80; u >>= 7 {
		n++
	}
	return n
}

// Finish returns a record set of this one batch, as a request carries it: its
// length in four bytes, then the batch, offsets counted from zero and without
// a producer id. The Builder must not be used afterwards. It is an error to
// finish a batch without records.
func (b *Builder) Finish(codec compress.Compression) ([]byte, error) {
	if b.count == 0 {
		return nil, fmt.Errorf("finish record batch: it has no records")
	}
	set := b.data
	if codec != compress.None {
		var err error
		if set, err = b.compress(codec); err != nil {
			return nil, fmt.Errorf("finish record batch of %d records: %w", b.count, err)
		}
	}
	out := set[setPrefixBytes:]
	binary.BigEndian.PutUint32(set, uint32(len(out)))
	binary.BigEndian.PutUint32(out[offsetLength:], uint32(len(out)-prefixBytes))
	binary.BigEndian.PutUint32(out[prefixBytes:], ^uint32(0)) // leader epoch: the broker's
	out[offsetMagic] = magic
	binary.BigEndian.PutUint16(out[offsetAttributes:], uint16(codec))
	binary.BigEndian.PutUint32(out[offsetLastDelta:], uint32(b.count-1))
	binary.BigEndian.PutUint64(out[offsetFirstTimestamp:], uint64(b.firstTimestamp))
	binary.BigEndian.PutUint64(out[offsetMaxTimestamp:], uint64(b.maxTimestamp))
	for i := offsetProducerID; i < offsetCount; i++ {
		out[i] = 0xff // producer id, epoch and sequence: -1, none
	}
	binary.BigEndian.PutUint32(out[offsetCount:], uint32(b.count))
	binary.BigEndian.PutUint32(out[offsetChecksum:], crc32.Checksum(out[offsetAttributes:], castagnoli))
	return set, nil
}

// compress returns a header, still empty, and the records compressed.
func (b *Builder) compress(code compress.Compression) ([]byte, error) {
	codec := code.Codec()
	if codec == nil {
		return nil, fmt.Errorf("unknown compression codec %d", code)
	}
	var out bytes.Buffer
	out.Write(b.data[:setPrefixBytes+HeaderBytes])
	writer := codec.NewWriter(&out)
	if _, err := writer.Write(b.data[setPrefixBytes+HeaderBytes:]); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
