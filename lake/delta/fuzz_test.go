package delta

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func exampleEntry() []Action {
	at := time.UnixMilli(1_700_000_000_000)
	add := NewAdd("p=ü/a b.parquet", 12, at, true, Stats{Rows: 3, Min: map[string]any{"n": int64(1), "x": .5, "s": "a"}, Max: map[string]any{"n": int64(9)}, Nulls: map[string]int64{"n": 0}}, map[string]string{"k": ""})
	return []Action{
		{CommitInfo: new(NewCommitInfo(at, "WRITE", "dreamlog", "token"))},
		{Protocol: &Protocol{MinReaderVersion: 1, MinWriterVersion: 2}},
		{MetaData: &MetaData{ID: "x", Format: Format{Provider: "parquet", Options: map[string]string{}}, SchemaString: "{}", PartitionColumns: []string{}, Configuration: map[string]string{"a": "b"}}},
		{Txn: &Txn{AppID: "app", Version: 4}},
		{Remove: (&Add{Path: "old", Size: 3}).NewRemove(at, false)},
		{Add: add},
	}
}

func TestAnEntrySurvives(t *testing.T) {
	data, err := encodeEntry(exampleEntry())
	require.NoError(t, err)
	require.Contains(t, string(data), `"path":"p=%C3%BC/a%20b.parquet"`)
	require.Contains(t, string(data), `"partitionValues":{}`)
	got, err := decodeEntry(data)
	require.NoError(t, err)
	require.Equal(t, exampleEntry(), got)
}

// FuzzDecodeEntry: whatever the bytes are, an entry is decoded or refused, and
// what was decoded can be applied and encoded again.
func FuzzDecodeEntry(f *testing.F) {
	data, err := encodeEntry(exampleEntry())
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"add":{"path":"a","stats":"{\"numRecords\":1,\"nullCount\":{\"a\":{\"b\":0}},\"minValues\":{\"a\":null,\"b\":true,\"c\":1e400}}"}}`))
	f.Add([]byte("{}\n\n{\"cdc\":{}}"))
	f.Add([]byte(`{"add":null}`))
	f.Add([]byte("\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		actions, err := decodeEntry(data)
		if err != nil {
			return
		}
		s := newState()
		s.apply(actions)
		_, _ = s.Files() // statistics are text of their own
		if checkEntry(actions) != nil {
			return
		}
		again, err := encodeEntry(actions)
		require.NoError(t, err)
		got, err := decodeEntry(again)
		require.NoError(t, err)
		require.Len(t, got, len(actions))
	})
}

// FuzzDecodeCheckpoint: whatever the bytes are, a checkpoint is decoded or
// refused.
func FuzzDecodeCheckpoint(f *testing.F) {
	s := newState()
	s.apply(exampleEntry())
	data, err := encodeCheckpoint(s)
	require.NoError(f, err)
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte("PAR1PAR1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		actions, err := decodeCheckpoint(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		newState().apply(actions)
	})
}

func FuzzParseStats(f *testing.F) {
	f.Add(exampleEntry()[5].Add.Stats)
	f.Add(`{"numRecords":-1,"minValues":{"a":{}},"nullCount":{"a":1.5}}`)
	f.Fuzz(func(t *testing.T, text string) {
		stats, err := ParseStats(text)
		if err != nil {
			return
		}
		again, err := ParseStats(stats.String())
		require.NoError(t, err)
		require.True(t, reflect.DeepEqual(stats, again) || text == "", "%q", text)
	})
}

// FuzzBoundsOfTexts: a cut bound is still a bound.
func FuzzBoundsOfTexts(f *testing.F) {
	f.Add("short", "short too")
	f.Add("ööööööööööööööööööööööööööööööööööööö", "ööööööööööööööööööööööööööööööööööööü")
	f.Add("\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF\U0010FFFF", "")
	f.Add("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\uD7FFx", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = string([]rune(a)), string([]rune(b)) // valid UTF-8
		require.LessOrEqual(t, LowerText(a), a)
		upper, ok := UpperText(a)
		if !ok {
			return
		}
		require.GreaterOrEqual(t, upper, a)
		require.LessOrEqual(t, len([]rune(upper)), maxStatsRunes)
		if LowerText(b) == LowerText(a) && len(LowerText(a)) < len(a) {
			require.Greater(t, upper, b, "every text with that beginning")
		}
	})
}
