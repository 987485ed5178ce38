package parquetfile_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/schema"
)

// FuzzRead: whatever the bytes are, a file is read or refused.
func FuzzRead(f *testing.F) {
	for _, table := range []string{schema.Tasks, schema.DeadLetters} {
		var out bytes.Buffer
		_, err := parquetfile.NewWriter(parquetfile.Options{}).Write(&out, table, randomRows(table, 5))
		require.NoError(f, err)
		f.Add(out.Bytes(), table)
		f.Add(out.Bytes()[:out.Len()-9], table)
		damaged := bytes.Clone(out.Bytes())
		for i := 40; i < len(damaged)-40; i += 97 {
			damaged[i] ^= 0x55
		}
		f.Add(damaged, table)
	}
	f.Add([]byte("PAR1\x00\x00\x00\x00PAR1"), schema.Tasks)
	f.Fuzz(func(t *testing.T, data []byte, table string) {
		_, _ = parquetfile.Verify(bytes.NewReader(data), int64(len(data)))
		_ = parquetfile.Read(context.Background(), bytes.NewReader(data), int64(len(data)), table, func([]schema.Row) error { return nil })
	})
}

func FuzzParseTags(f *testing.F) {
	f.Add(`{"0/1":[2,3]}`)
	f.Add("1,2")
	f.Fuzz(func(t *testing.T, tag string) {
		_, _ = parquetfile.ParseRanges(tag)
		_, _ = parquetfile.ParseVersions(tag)
	})
}

// TestEveryDamagedByteIsFoundOrHarmless changes each byte of a file in turn:
// reading ends in rows or in an error, never in a panic.
func TestEveryDamagedByteIsFoundOrHarmless(t *testing.T) {
	data, _ := write(t, parquetfile.NewWriter(parquetfile.Options{}), schema.DeadLetters, randomRows(schema.DeadLetters, 5))
	refused := 0
	for i := range data {
		damaged := bytes.Clone(data)
		damaged[i] ^= 0xFF
		err := parquetfile.Read(t.Context(), bytes.NewReader(damaged), int64(len(damaged)), schema.DeadLetters, func([]schema.Row) error { return nil })
		if err != nil {
			refused++
		}
	}
	require.Greater(t, refused, len(data)/4)
}
