package guard_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake/parquetfile/guard"
)

type row struct {
	A string   `parquet:"a"`
	B []int64  `parquet:"b,optional,list"`
	C *float64 `parquet:"c,optional"`
}

func file(t testing.TB) []byte {
	var out bytes.Buffer
	w := parquet.NewGenericWriter[row](&out, parquet.KeyValueMetadata("k", "v"), parquet.BloomFilters(parquet.SplitBlockFilter(10, "a")))
	_, err := w.Write([]row{{A: "x", B: []int64{1}}, {}})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func open(data []byte) (*parquet.File, error) {
	return guard.Open(bytes.NewReader(data), int64(len(data)))
}

// withFooter returns a file that consists of a footer.
func withFooter(footer ...byte) []byte {
	data := append([]byte("PAR1"), footer...)
	data = binary.LittleEndian.AppendUint32(data, uint32(len(footer)))
	return append(data, "PAR1"...)
}

func TestAFileOpens(t *testing.T) {
	f, err := open(file(t))
	require.NoError(t, err)
	require.EqualValues(t, 2, f.NumRows())
}

func TestDamageIsNamed(t *testing.T) {
	good := file(t)
	huge := bytes.Clone(good)
	binary.LittleEndian.PutUint32(huge[len(huge)-8:], math.MaxUint32)
	for want, data := range map[string][]byte{
		"the least is 12":       []byte("PAR1"),
		"does not end in PAR1":  good[:len(good)-1],
		"footer claims":         huge,
		"its footer is damaged": withFooter(0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F), // a list of 34 billion structs
	} {
		_, err := open(data)
		require.ErrorContains(t, err, want)
	}
}

func TestAFooterThatNestsWithoutEndIsRefused(t *testing.T) {
	_, err := open(withFooter(bytes.Repeat([]byte{0x1C}, 1<<20)...))
	require.ErrorContains(t, err, "its footer is damaged")
}

func FuzzOpen(f *testing.F) {
	good := file(f)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add(withFooter(0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F))
	f.Add(withFooter(0x15, 0x02, 0x00))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = open(data) })
}
