// Package recordbatch reads and writes Kafka's record batches, message format
// 2, as they lie on the wire.
//
// It exists beside kafka-go's own record reader because the lander needs three
// things which that one does not give: the last offset of a batch (so that no
// offset is skipped without being counted), the attributes of each batch (so
// that transactional data is seen), and keys, values and headers that point
// into the response that was read, without an allocation for each.
//
// It never touches the network and knows neither topics nor errors of Kafka.
// Only package eventlog calls it.
package recordbatch

import (
	"hash/crc32"

	"github.com/dreamlog/dreamlog/schema"
)

// The layout of a batch: see "Record Batch" in Kafka's protocol guide.
const (
	offsetBase           = 0
	offsetLength         = 8
	offsetMagic          = 16
	offsetChecksum       = 17
	offsetAttributes     = 21
	offsetLastDelta      = 23
	offsetFirstTimestamp = 27
	offsetMaxTimestamp   = 35
	offsetProducerID     = 43
	offsetCount          = 57

	// HeaderBytes is what a batch measures without records.
	HeaderBytes = 61
	// prefixBytes are not counted by the batch's own length field.
	prefixBytes = 12
	// setPrefixBytes hold the length of a record set, before its first batch.
	setPrefixBytes = 4

	magic = 2

	attributeCodec         = 0x07
	attributeAppendTime    = 0x08
	attributeTransactional = 0x10
	attributeControl       = 0x20
)

// castagnoli is the table of CRC-32C; hash/crc32 computes it once and uses the
// processor's instruction for it.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Header is one header of a record.
type Header = schema.Header
