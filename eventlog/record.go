package eventlog

import (
	"time"

	"github.com/dreamlog/dreamlog/eventlog/internal/recordbatch"
)

// Header is one header of a record. The names are those of package schema.
type Header = recordbatch.Header

// Record is one record as it lies on the log.
//
// Key, Value and the header values share one buffer with the other records of
// their Batch: they must not be changed, and keeping one keeps them all.
type Record struct {
	Partition int
	Offset    int64
	// Time is the record's own time on the log, in UTC, to the millisecond.
	Time time.Time
	// Key and Value are nil where the log holds null.
	Key, Value []byte
	// Headers are in the producer's order. A name may occur more than once.
	Headers []Header
}

// Header returns the value of the first header of that name, and whether the
// record has one.
func (r *Record) Header(name string) ([]byte, bool) {
	for i := range r.Headers {
		if r.Headers[i].Key == name {
			return r.Headers[i].Value, true
		}
	}
	return nil, false
}

// OffsetRange is the offsets from First to Last, both included.
type OffsetRange struct {
	First, Last int64
}

// Batch is what one Fetch returned.
type Batch struct {
	// Records are in the order of their offsets, none below the offset that
	// was asked for. Empty when nothing new was there in time.
	Records []Record
	// Skipped are the offsets from the one asked for up to Next that hold no
	// event: transaction markers and what compaction removed. Every offset
	// in [asked, Next) is in Records or in Skipped.
	Skipped []OffsetRange
	// Next is the offset to ask for next.
	Next int64
	// Start is the first offset that the log still holds.
	Start int64
	// End is one past the last offset that may be read.
	End int64
}

// PartitionOffsets says what a partition holds: the offsets in [Start, End).
type PartitionOffsets struct {
	Partition  int
	Start, End int64
}
