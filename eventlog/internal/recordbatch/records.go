package recordbatch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/segmentio/kafka-go/compress"
)

// headerChunk is how many headers are allocated at once.
const headerChunk = 1024

// minimumRecordBytes is the least that a record takes: length, attributes, two
// deltas, two lengths, a count.
const minimumRecordBytes = 7

// Record is one record. Key, Value and the header values point into the bytes
// that the batch was read from; nil is Kafka's null.
type Record struct {
	Offset int64
	// TimestampMillis counts from the Unix epoch.
	TimestampMillis int64
	Key             []byte
	Value           []byte
	Headers         []Header
}

// Decoder reads the records of batches. It keeps the header names it has seen,
// so that a name costs one string and not one for each record. A Decoder
// serves one goroutine. Its zero value is ready; MaxDecompressed must be set
// to read compressed batches.
type Decoder struct {
	// MaxDecompressed bounds what a compressed batch may unfold to, in
	// bytes. Zero allows nothing.
	MaxDecompressed int64

	names map[string]string
	// recent are the names of the last record's first headers: the next
	// record mostly has the same ones in the same places.
	recent  [16]string
	headers []Header
}

// Records calls visit with each record of the batch in the order of offsets,
// which it verifies. visit must copy the Record; the slices in it stay valid.
func (d *Decoder) Records(batch *Batch, visit func(Record)) error {
	payload, err := d.unfold(batch)
	if err != nil {
		return err
	}
	if int64(batch.Count)*minimumRecordBytes > int64(len(payload)) {
		return batch.corrupt("%d records in %d bytes", batch.Count, len(payload))
	}
	previous := batch.BaseOffset - 1
	for i := range batch.Count {
		record, rest, err := d.next(batch, payload)
		if err != nil {
			return batch.corrupt("record %d of %d: %v", i, batch.Count, err)
		}
		if record.Offset <= previous || record.Offset > batch.LastOffset {
			return batch.corrupt("record %d of %d: offset %d after %d, the last is %d", i, batch.Count, record.Offset, previous, batch.LastOffset)
		}
		visit(record)
		previous, payload = record.Offset, rest
	}
	if len(payload) != 0 {
		return batch.corrupt("%d bytes after the last record", len(payload))
	}
	return nil
}

func (b *Batch) corrupt(format string, args ...any) error {
	return &CorruptError{BaseOffset: b.BaseOffset, Reason: fmt.Sprintf(format, args...)}
}

// unfold returns the batch's records, decompressed.
func (d *Decoder) unfold(batch *Batch) ([]byte, error) {
	code := compress.Compression(batch.attributes & attributeCodec)
	if code == compress.None {
		return batch.payload, nil
	}
	codec := code.Codec()
	if codec == nil {
		return nil, batch.corrupt("unknown compression codec %d", code)
	}
	reader := codec.NewReader(bytes.NewReader(batch.payload))
	defer reader.Close()
	var out bytes.Buffer
	out.Grow(min(4*len(batch.payload), int(min(d.MaxDecompressed, math.MaxInt32))))
	n, err := io.Copy(&out, io.LimitReader(reader, d.MaxDecompressed+1))
	if err != nil {
		return nil, batch.corrupt("decompress %s: %v", code, err)
	}
	if n > d.MaxDecompressed {
		return nil, batch.corrupt("unfolds to more than %d bytes", d.MaxDecompressed)
	}
	return out.Bytes(), nil
}

// next reads the record at the start of data.
func (d *Decoder) next(batch *Batch, data []byte) (Record, []byte, error) {
	length, n := binary.Varint(data)
	if n <= 0 || length < minimumRecordBytes-1 || length > int64(len(data)-n) {
		return Record{}, nil, fmt.Errorf("length %d with %d bytes left", length, len(data))
	}
	f := fields{data: data[n : n+int(length)]}
	f.skip(1) // attributes: none are defined for a record
	record := Record{TimestampMillis: batch.firstTimestamp + f.varint()}
	record.Offset = batch.BaseOffset + f.varint()
	record.Key = f.bytes()
	record.Value = f.bytes()
	record.Headers = d.readHeaders(&f)
	if batch.attributes&attributeAppendTime != 0 {
		record.TimestampMillis = batch.maxTimestamp
	}
	if f.failed || len(f.data) != 0 {
		return Record{}, nil, fmt.Errorf("fields do not fill its %d bytes", length)
	}
	return record, data[n+int(length):], nil
}

func (d *Decoder) readHeaders(f *fields) []Header {
	count := f.varint()
	if count < 0 || count > int64(len(f.data)/2) {
		f.failed = true
		return nil
	}
	if count == 0 {
		return nil
	}
	headers := d.take(int(count))
	for i := range headers {
		headers[i] = Header{Key: d.name(i, f.bytes()), Value: f.bytes()}
	}
	return headers
}

// take cuts n headers from the current chunk, so that a batch's headers cost a
// few allocations instead of one a record.
func (d *Decoder) take(n int) []Header {
	if len(d.headers) < n {
		d.headers = make([]Header, max(n, headerChunk))
	}
	headers := d.headers[:n:n]
	d.headers = d.headers[n:]
	return headers
}

// maxNames bounds the names that are kept, against a producer that invents a
// new one for every record.
const maxNames = 256

// name is the string for the name of a record's header number i.
func (d *Decoder) name(i int, raw []byte) string {
	if i >= len(d.recent) {
		return d.keep(raw)
	}
	if d.recent[i] != string(raw) {
		d.recent[i] = d.keep(raw)
	}
	return d.recent[i]
}

func (d *Decoder) keep(raw []byte) string {
	if known, ok := d.names[string(raw)]; ok {
		return known
	}
	name := string(raw)
	if d.names == nil {
		d.names = make(map[string]string)
	}
	if len(d.names) < maxNames {
		d.names[name] = name
	}
	return name
}

// fields reads the fields of one record; the first that does not fit makes it
// fail, and everything after that yields zero values.
type fields struct {
	data   []byte
	failed bool
}

func (f *fields) skip(n int) {
	if n > len(f.data) {
		f.failed = true
		return
	}
	f.data = f.data[n:]
}

func (f *fields) varint() int64 {
	v, n := binary.Varint(f.data)
	if n <= 0 {
		f.failed = true
		return 0
	}
	f.data = f.data[n:]
	return v
}

// bytes reads a length and as many bytes; a length of -1 is null.
func (f *fields) bytes() []byte {
	length := f.varint()
	if f.failed || length == -1 {
		return nil
	}
	if length < 0 || length > int64(len(f.data)) {
		f.failed = true
		return nil
	}
	out := f.data[:length:length]
	f.data = f.data[length:]
	return out
}
