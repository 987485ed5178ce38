package embedding

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzReadIndex: whatever a file holds, with a checksum that holds, it is refused
// or can be searched.
func FuzzReadIndex(f *testing.F) {
	for _, vectors := range [][][]float32{nil, {{1, 0, 0, 0}, {0, 0, 0, 2}, {0, 0, 0, 0}}, {{1, 2, 3, 4}}} {
		ix := newIndex("e", 4)
		require.NoError(f, ix.Add(vectors, make([]Attributes, len(vectors))))
		var b bytes.Buffer
		require.NoError(f, ix.write(&b, &ix.rows, []byte("meta")))
		f.Add(b.Bytes()[:b.Len()-sumSize])
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		data := binary.LittleEndian.AppendUint32(bytes.Clone(content), crc32.Checksum(content, castagnoli))
		ix, meta, err := readIndex(bytes.NewReader(data), int64(len(data)), "")
		if err != nil {
			require.ErrorIs(t, err, ErrUnusable)
			return
		}
		require.LessOrEqual(t, len(meta), len(content))
		query := make([]float32, ix.dim)
		query[0] = 1
		hits, err := ix.Search(query, 10, Filter{})
		require.NoError(t, err)
		require.Len(t, hits, min(10, ix.Len()))
	})
}

// FuzzReadHashed does the same for an encoder.
func FuzzReadHashed(f *testing.F) {
	h, err := FitHashed(func(func(Text) bool) {}, HashedOptions{Dim: 64})
	require.NoError(f, err)
	data := h.encode()
	f.Add(data[:len(data)-sumSize])
	f.Fuzz(func(t *testing.T, content []byte) {
		data := binary.LittleEndian.AppendUint32(bytes.Clone(content), crc32.Checksum(content, castagnoli))
		h, err := ReadHashed(data)
		if err != nil {
			require.ErrorIs(t, err, ErrUnusable)
			return
		}
		vectors, err := h.Encode(t.Context(), []Text{{State: "a", Action: "b"}})
		require.NoError(t, err)
		require.Len(t, vectors[0], h.Dim())
	})
}

// TestLog2 holds the integer logarithm against worked values, in 256ths.
func TestLog2(t *testing.T) {
	for n, want := range map[uint64]int{1: 0, 2: 256, 3: 405, 8: 768, 10: 850, 1 << 20: 5120, 1<<20 + 1: 5120, 1<<64 - 1: 16383} {
		require.Equal(t, want, log2(n), "log2(%d) = %.3f", n, float64(want)/log2Unit)
	}
}
