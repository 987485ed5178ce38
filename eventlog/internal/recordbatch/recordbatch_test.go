package recordbatch

import (
	"encoding/binary"
	"hash/crc32"
	"testing"

	"github.com/segmentio/kafka-go/compress"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const unfoldLimit = 1 << 20

// build finishes a batch of records and returns it without the length of the
// record set.
func build(t require.TestingT, codec compress.Compression, records []Record) []byte {
	var b Builder
	for _, r := range records {
		b.Append(r.TimestampMillis, r.Key, r.Value, r.Headers)
	}
	set, err := b.Finish(codec)
	require.NoError(t, err)
	require.Len(t, set, setPrefixBytes+int(binary.BigEndian.Uint32(set)), "length of the set")
	return set[setPrefixBytes:]
}

// reseal lets a test change the fields of a batch as another producer or a
// broker would have written them.
func reseal(batch []byte, change func([]byte)) []byte {
	change(batch)
	binary.BigEndian.PutUint32(batch[offsetChecksum:], crc32.Checksum(batch[offsetAttributes:], castagnoli))
	return batch
}

func read(t require.TestingT, data []byte) ([]Record, Batch, error) {
	batch, rest, err := Next(data)
	require.NoError(t, err)
	require.Empty(t, rest)
	d := Decoder{MaxDecompressed: unfoldLimit}
	var records []Record
	err = d.Records(&batch, func(r Record) { records = append(records, r) })
	return records, batch, err
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	optional := rapid.Custom(func(t *rapid.T) []byte {
		if rapid.Bool().Draw(t, "null") {
			return nil
		}
		return rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "bytes")
	})
	record := rapid.Custom(func(t *rapid.T) Record {
		r := Record{
			TimestampMillis: rapid.Int64Range(0, 1<<42).Draw(t, "time"),
			Key:             optional.Draw(t, "key"),
			Value:           optional.Draw(t, "value"),
		}
		for range rapid.IntRange(0, 4).Draw(t, "headers") {
			r.Headers = append(r.Headers, Header{Key: rapid.StringN(0, 10, 40).Draw(t, "name"), Value: optional.Draw(t, "header")})
		}
		return r
	})
	rapid.Check(t, func(t *rapid.T) {
		codec := compress.Compression(rapid.IntRange(int(compress.None), int(compress.Zstd)).Draw(t, "codec"))
		want := rapid.SliceOfN(record, 1, 50).Draw(t, "records")
		got, batch, err := read(t, build(t, codec, want))
		require.NoError(t, err)
		require.Equal(t, int64(len(want)-1), batch.LastOffset)
		for i := range want {
			want[i].Offset = int64(i)
		}
		require.Equal(t, want, got)
	})
}

func TestRecordBytesIsAnUpperBound(t *testing.T) {
	headers := []Header{{Key: "name", Value: []byte("value")}, {Key: "", Value: nil}}
	key, value := make([]byte, 200), make([]byte, 70_000)
	var b Builder
	for range 3 {
		before := b.Size()
		b.Append(1<<42, key, value, headers)
		require.LessOrEqual(t, b.Size()-before, RecordBytes(key, value, headers))
	}
}

func TestOffsetsAndTimesComeFromTheBroker(t *testing.T) {
	data := build(t, compress.None, []Record{{TimestampMillis: 1000}, {TimestampMillis: 990}, {TimestampMillis: 2000}})
	reseal(data, func(b []byte) { binary.BigEndian.PutUint64(b[offsetBase:], 500) })
	records, batch, err := read(t, data)
	require.NoError(t, err)
	require.Equal(t, int64(502), batch.LastOffset)
	require.Equal(t, []int64{1000, 990, 2000}, []int64{records[0].TimestampMillis, records[1].TimestampMillis, records[2].TimestampMillis})

	reseal(data, func(b []byte) { b[offsetAttributes+1] |= attributeAppendTime })
	records, _, err = read(t, data)
	require.NoError(t, err)
	for _, r := range records {
		require.Equal(t, int64(2000), r.TimestampMillis, "the broker's time stands in for each record's")
	}
}

func TestCompactedBatchKeepsItsSpan(t *testing.T) {
	// Compaction keeps records 0 and 1 of a batch of ten.
	data := build(t, compress.None, []Record{{}, {}})
	reseal(data, func(b []byte) { binary.BigEndian.PutUint32(b[offsetLastDelta:], 9) })
	records, batch, err := read(t, data)
	require.NoError(t, err)
	require.Len(t, records, 2)
	require.Equal(t, int64(9), batch.LastOffset)
}

func TestAttributes(t *testing.T) {
	data := build(t, compress.None, []Record{{}})
	_, batch, err := read(t, data)
	require.NoError(t, err)
	require.False(t, batch.Control())
	require.False(t, batch.Transactional())
	reseal(data, func(b []byte) { b[offsetAttributes+1] |= attributeControl | attributeTransactional })
	_, batch, err = read(t, data)
	require.NoError(t, err)
	require.True(t, batch.Control())
	require.True(t, batch.Transactional())
}

func TestDamageIsRefused(t *testing.T) {
	sound := func() []byte {
		return build(t, compress.None, []Record{{Key: []byte("k"), Value: []byte("v"), Headers: []Header{{Key: "h", Value: []byte("x")}}}, {Value: []byte("w")}})
	}
	length := len(sound())
	for at := offsetChecksum; at < length; at++ {
		data := sound()
		data[at] ^= 0x10
		_, _, err := Next(data)
		require.ErrorContains(t, err, "checksum", "byte %d", at)
	}
	for cut := range length {
		_, _, err := Next(sound()[:cut])
		require.ErrorIs(t, err, ErrIncomplete, "cut at %d", cut)
	}
}

func TestLiesUnderAValidChecksumAreRefused(t *testing.T) {
	tests := []struct {
		name   string
		change func([]byte)
		reason string
	}{
		{"more records than bytes", func(b []byte) {
			binary.BigEndian.PutUint32(b[offsetLastDelta:], 1<<30)
			binary.BigEndian.PutUint32(b[offsetCount:], 1<<30)
		}, "records in"},
		{"fewer records than bytes", func(b []byte) { binary.BigEndian.PutUint32(b[offsetCount:], 1) }, "after the last record"},
		{"record longer than the batch", func(b []byte) { b[HeaderBytes] = 0x7e }, "length"},
		{"fields do not fill the record", func(b []byte) { b[HeaderBytes+4] = 0x01 }, "fields"},
		{"offset twice", func(b []byte) { b[len(b)-5] = 0 }, "offset"},
		{"unknown codec", func(b []byte) { b[offsetAttributes+1] |= 7 }, "codec"},
		{"not gzip", func(b []byte) { b[offsetAttributes+1] |= 1 }, "decompress"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			data := reseal(build(t, compress.None, []Record{{Key: []byte("k"), Value: []byte("v")}, {Value: []byte("w")}}), test.change)
			_, _, err := read(t, data)
			var corrupt *CorruptError
			require.ErrorAs(t, err, &corrupt)
			require.ErrorContains(t, err, test.reason)
		})
	}
}

func TestBatchHeaderLies(t *testing.T) {
	for name, change := range map[string]func([]byte){
		"negative span":          func(b []byte) { binary.BigEndian.PutUint32(b[offsetLastDelta:], 1<<31) },
		"negative count":         func(b []byte) { binary.BigEndian.PutUint32(b[offsetCount:], 1<<31) },
		"more records than span": func(b []byte) { binary.BigEndian.PutUint32(b[offsetCount:], 3) },
		"offsets overflow":       func(b []byte) { binary.BigEndian.PutUint64(b[offsetBase:], 1<<63-1) },
		"old format":             func(b []byte) { b[offsetMagic] = 1 },
		"negative length":        func(b []byte) { binary.BigEndian.PutUint32(b[offsetLength:], 1<<31) },
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := Next(reseal(build(t, compress.None, []Record{{}, {}}), change))
			var corrupt *CorruptError
			require.ErrorAs(t, err, &corrupt)
		})
	}
}

func TestUnfoldingIsBounded(t *testing.T) {
	bomb := build(t, compress.Zstd, []Record{{Value: make([]byte, unfoldLimit)}})
	require.Less(t, len(bomb), unfoldLimit/10)
	_, _, err := read(t, bomb)
	require.ErrorContains(t, err, "unfolds to more than")
}

func TestHeaderNamesAreSharedAndBounded(t *testing.T) {
	var d Decoder
	for _, place := range []int{0, 3, 99} {
		require.Equal(t, "ce_type", d.name(place, []byte("ce_type")))
		require.Zero(t, testing.AllocsPerRun(100, func() { d.name(place, []byte("ce_type")) }))
	}
	require.Equal(t, "ce_id", d.name(3, []byte("ce_id")), "another name in the same place")
	for i := range 10 * maxNames {
		d.name(i, binary.AppendVarint(nil, int64(i)))
	}
	require.LessOrEqual(t, len(d.names), maxNames)
}

func TestEmptyBuilder(t *testing.T) {
	var b Builder
	_, err := b.Finish(compress.None)
	require.ErrorContains(t, err, "no records")
}

func FuzzNext(f *testing.F) {
	records := []Record{{TimestampMillis: 5, Key: []byte("k"), Value: []byte("v"), Headers: []Header{{Key: "h"}}}, {}}
	for codec := compress.None; codec <= compress.Zstd; codec++ {
		f.Add(build(f, codec, records))
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) >= HeaderBytes { // let the fuzzer past the checksum
			data = reseal(data, func([]byte) {})
		}
		batch, _, err := Next(data)
		if err != nil {
			return
		}
		d := Decoder{MaxDecompressed: unfoldLimit}
		previous := batch.BaseOffset - 1
		_ = d.Records(&batch, func(r Record) {
			if r.Offset <= previous || r.Offset > batch.LastOffset {
				t.Fatalf("offset %d after %d, last %d", r.Offset, previous, batch.LastOffset)
			}
			previous = r.Offset
		})
	})
}

func BenchmarkDecode(b *testing.B) {
	var builder Builder
	headers := make([]Header, 0, 10)
	for _, name := range []string{"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_dataschema", "content-type", "ce_producer", "ce_sequence"} {
		headers = append(headers, Header{Key: name, Value: make([]byte, 24)})
	}
	for range 1000 {
		builder.Append(1<<40, make([]byte, 36), make([]byte, 700), headers)
	}
	set, err := builder.Finish(compress.None)
	require.NoError(b, err)
	b.SetBytes(int64(len(set)))
	b.ReportAllocs()
	for b.Loop() {
		batch, _, err := Next(set[setPrefixBytes:])
		require.NoError(b, err)
		var d Decoder
		n := 0
		require.NoError(b, d.Records(&batch, func(Record) { n++ }))
	}
}
