package eventlog

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog/internal/recordbatch"
)

const (
	control       = 0x20
	transactional = 0x10
)

// batchAt builds a batch whose count records start at base and whose span ends
// at last, as after compaction.
func batchAt(t *testing.T, base, last int64, count int, attributes byte) []byte {
	t.Helper()
	var b recordbatch.Builder
	for range count {
		b.Append(0, []byte("k"), []byte("v"), nil)
	}
	set, err := b.Finish(NoCompression)
	require.NoError(t, err)
	data := set[4:]
	binary.BigEndian.PutUint64(data, uint64(base))
	binary.BigEndian.PutUint32(data[23:], uint32(last-base))
	data[22] |= attributes
	binary.BigEndian.PutUint32(data[17:], crc32.Checksum(data[21:], crc32.MakeTable(crc32.Castagnoli)))
	return data
}

func readFrom(offset int64, sets ...[]byte) (Batch, error) {
	r := reader{topic: "t", partition: 2}
	r.batch.Next = offset
	return r.read(slices.Concat(sets...))
}

func offsetsOf(records []Record) []int64 {
	var offsets []int64
	for _, r := range records {
		offsets = append(offsets, r.Offset)
	}
	return offsets
}

func TestEveryOffsetIsARecordOrSkipped(t *testing.T) {
	batch, err := readFrom(11,
		batchAt(t, 0, 9, 10, 0),         // wholly before
		batchAt(t, 10, 12, 3, 0),        // begins before
		batchAt(t, 13, 13, 1, control),  // a marker
		batchAt(t, 20, 25, 2, 0),        // after a gap, and with one at its end
		batchAt(t, 26, 26, 1, control),  // joins that gap
		batchAt(t, 27, 27, 1, 0),        //
		batchAt(t, 28, 40, 13, 0)[:100], // cut off by the broker
	)
	require.NoError(t, err)
	require.Equal(t, []int64{11, 12, 20, 21, 27}, offsetsOf(batch.Records))
	require.Equal(t, []OffsetRange{{13, 19}, {22, 26}}, batch.Skipped)
	require.Equal(t, int64(28), batch.Next)
	require.Equal(t, 2, batch.Records[0].Partition)
}

func TestNothingButMarkersStillMovesOn(t *testing.T) {
	batch, err := readFrom(5, batchAt(t, 5, 5, 1, control), batchAt(t, 6, 6, 1, control))
	require.NoError(t, err)
	require.Empty(t, batch.Records)
	require.Equal(t, []OffsetRange{{5, 6}}, batch.Skipped)
	require.Equal(t, int64(7), batch.Next)
}

func TestTransactionalRecordsHalt(t *testing.T) {
	sets := [][]byte{batchAt(t, 0, 2, 3, 0), batchAt(t, 3, 5, 3, transactional)}
	batch, err := readFrom(0, sets...)
	require.NoError(t, err)
	require.Equal(t, []int64{0, 1, 2}, offsetsOf(batch.Records), "what came before is read first")

	_, err = readFrom(batch.Next, sets...)
	var halt *ErrTransactional
	require.ErrorAs(t, err, &halt)
	require.Equal(t, ErrTransactional{Topic: "t", Partition: 2, Offset: 3, ProducerID: -1}, *halt)
}

func TestDamageYieldsWhatCameBeforeThenAnError(t *testing.T) {
	damaged := batchAt(t, 3, 5, 3, 0)
	damaged[len(damaged)-1] ^= 1
	sets := [][]byte{batchAt(t, 0, 2, 3, 0), damaged, batchAt(t, 6, 6, 1, 0)}
	batch, err := readFrom(0, sets...)
	require.NoError(t, err)
	require.Equal(t, int64(3), batch.Next, "nothing after the damage")
	_, err = readFrom(3, sets...)
	require.Equal(t, Retryable, Classify(err), "%v", err)
}

func TestDamageInsideABatchYieldsNoPartOfIt(t *testing.T) {
	lies := batchAt(t, 0, 2, 3, 0)
	lies[len(lies)-3] = 0x7e // a length inside the last record
	binary.BigEndian.PutUint32(lies[17:], crc32.Checksum(lies[21:], crc32.MakeTable(crc32.Castagnoli)))
	batch, err := readFrom(0, lies)
	var corrupt *recordbatch.CorruptError
	require.ErrorAs(t, err, &corrupt)
	require.Empty(t, batch.Records)
}

func TestFirstBatchCutOff(t *testing.T) {
	_, err := readFrom(0, batchAt(t, 0, 2, 3, 0)[:70])
	require.True(t, errors.Is(err, recordbatch.ErrIncomplete))
}
