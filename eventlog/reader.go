package eventlog

import (
	"errors"
	"time"

	"github.com/dreamlog/dreamlog/eventlog/internal/recordbatch"
)

// reader turns the record sets of one response into a Batch.
type reader struct {
	topic     string
	partition int
	decoder   recordbatch.Decoder
	// batch grows; batch.Next starts at the offset that was asked for.
	batch Batch
}

// read consumes data up to its end or to the first batch that must not be
// read. What came before that is returned first; asking again from Next then
// yields the error.
func (r *reader) read(data []byte) (Batch, error) {
	asked := r.batch.Next
	for len(data) > 0 {
		next, rest, err := recordbatch.Next(data)
		if errors.Is(err, recordbatch.ErrIncomplete) && r.batch.Next > asked {
			break
		}
		if err == nil {
			err = r.accept(&next)
		}
		if err != nil && r.batch.Next > asked {
			break
		}
		if err != nil {
			return Batch{}, err
		}
		data = rest
	}
	return r.batch, nil
}

// accept takes one batch: its records, and as skipped every offset of it from
// the wanted one on that has none.
func (r *reader) accept(next *recordbatch.Batch) error {
	if next.LastOffset < r.batch.Next {
		return nil // wholly before what was asked for
	}
	if next.Control() {
		r.skipTo(next.LastOffset + 1)
		return nil
	}
	if next.Transactional() {
		return &ErrTransactional{Topic: r.topic, Partition: r.partition, Offset: max(next.BaseOffset, r.batch.Next), ProducerID: next.ProducerID}
	}
	before := r.batch
	r.grow(next.Count)
	err := r.decoder.Records(next, r.add)
	if err != nil {
		r.batch = before
		return err
	}
	r.skipTo(next.LastOffset + 1)
	return nil
}

// grow makes room for n more records, so that a response of many small batches
// does not copy its records over and over.
func (r *reader) grow(n int) {
	if need := len(r.batch.Records) + n; need > cap(r.batch.Records) {
		grown := make([]Record, len(r.batch.Records), max(need, 2*cap(r.batch.Records)))
		copy(grown, r.batch.Records)
		r.batch.Records = grown
	}
}

func (r *reader) add(record recordbatch.Record) {
	if record.Offset < r.batch.Next {
		return // brokers return whole batches
	}
	r.skipTo(record.Offset)
	r.batch.Next = record.Offset + 1
	r.batch.Records = append(r.batch.Records, Record{
		Partition: r.partition,
		Offset:    record.Offset,
		Time:      time.UnixMilli(record.TimestampMillis).UTC(),
		Key:       record.Key,
		Value:     record.Value,
		Headers:   record.Headers,
	})
}

// skipTo counts the offsets from Next up to, and without, offset as skipped.
func (r *reader) skipTo(offset int64) {
	if offset <= r.batch.Next {
		return
	}
	if n := len(r.batch.Skipped); n > 0 && r.batch.Skipped[n-1].Last+1 == r.batch.Next {
		r.batch.Skipped[n-1].Last = offset - 1
	} else {
		r.batch.Skipped = append(r.batch.Skipped, OffsetRange{First: r.batch.Next, Last: offset - 1})
	}
	r.batch.Next = offset
}
