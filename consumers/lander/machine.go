package lander

import (
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/merkle"
	"github.com/dreamlog/dreamlog/schema"
)

// memory is how long, in log time, a producer is remembered behind its last
// record. A producer's retries end within minutes.
const memory = 24 * time.Hour

// machine is the state of one partition and step 3 of the protocol: it makes
// every offset exactly one of row, dead letter, duplicate or skipped. What it
// does depends on nothing but the records before, never on how they were cut
// into batches. It serves one goroutine.
type machine struct {
	generation int64
	partition  int
	start      int64
	next       int64 // offset that comes next
	counts     lake.Counts
	tree       *merkle.Tree
	logTime    int64 // latest record time, microseconds since 1970
	lastRecord string
	producers  map[string]lake.HighWater

	decoder schema.Decoder
	sealer  *schema.Sealer
}

// chunk is what the machine made of one batch of records.
type chunk struct {
	rows []schema.Row // of all tables, in the order of their offsets
	// after is the state behind the chunk; its Producers are those that the
	// chunk changed.
	after lake.Partition
	// cost is what it takes of the memory budget, in bytes.
	cost int64
}

// newMachine continues from where a snapshot left a partition.
func newMachine(from lake.Partition, key []byte) (*machine, error) {
	m := &machine{
		generation: from.Generation, partition: from.Partition, start: from.Start, next: from.Cut,
		counts: from.Counts, logTime: from.LogTime.UnixMicro(), lastRecord: from.LastRecord,
		producers: make(map[string]lake.HighWater, len(from.Producers)), sealer: schema.NewSealer(key),
	}
	for id, mark := range from.Producers {
		m.producers[id] = mark
	}
	var err error
	m.tree, err = merkle.Restore(uint64(from.Cut-from.Start), from.Frontier)
	if err != nil {
		return nil, fmt.Errorf("state of partition %d in the snapshot is damaged: %w; run `dreamlog verify`", from.Partition, err)
	}
	return m, nil
}

// apply takes the batch that was fetched at m.next.
func (m *machine) apply(batch eventlog.Batch) (*chunk, error) {
	c := &chunk{rows: make([]schema.Row, 0, len(batch.Records))}
	c.after.Producers = map[string]lake.HighWater{}
	skipped := batch.Skipped
	for i := range batch.Records {
		record := &batch.Records[i]
		for len(skipped) > 0 && skipped[0].First < record.Offset {
			m.skip(c, skipped[0])
			skipped = skipped[1:]
		}
		if record.Offset != m.next {
			return nil, fmt.Errorf("partition %d: offset %d came where %d was due", m.partition, record.Offset, m.next)
		}
		m.take(c, record)
		if i == len(batch.Records)-1 {
			m.lastRecord = recordDigest(record)
		}
	}
	for _, r := range skipped {
		m.skip(c, r)
	}
	if m.next != batch.Next {
		return nil, fmt.Errorf("partition %d: offsets %d to %d are neither records nor skipped", m.partition, m.next, batch.Next)
	}
	m.close(c)
	return c, nil
}

// skip counts offsets that hold no event.
func (m *machine) skip(c *chunk, r eventlog.OffsetRange) {
	for m.next <= r.Last {
		m.tree.Append(schema.RowlessLeaf(schema.KindSkipped, m.next))
		c.after.Skipped = extend(c.after.Skipped, m.next)
		m.counts.Skipped++
		m.next++
	}
	m.lastRecord = "" // what lies before the cut is no record
}

// take makes a record a row, a dead letter or a duplicate.
func (m *machine) take(c *chunk, record *eventlog.Record) {
	m.logTime = max(m.logTime, ingestMicros(record))
	if m.doubled(c, record) {
		m.tree.Append(schema.RowlessLeaf(schema.KindDuplicate, record.Offset))
		c.after.Duplicates = extend(c.after.Duplicates, record.Offset)
		m.counts.Duplicates++
	} else {
		row := m.row(record)
		m.tree.Append([sha256.Size]byte(row.Evidence().EventHash))
		c.rows = append(c.rows, row)
		if row.Table() == schema.DeadLetters {
			m.counts.DeadLetter++
		} else {
			m.counts.Rows++
		}
	}
	m.next++
}

// doubled says whether a producer's retry has sent the record before, and
// remembers its sequence.
func (m *machine) doubled(c *chunk, record *eventlog.Record) bool {
	producer, sequence, stamped := stampOf(record)
	if !stamped {
		return false // at-least-once, or a dead letter
	}
	mark, known := m.producers[producer]
	if known && m.remembers(mark) && sequence <= mark.Sequence {
		return true
	}
	// The time is the log's, not the record's own: a producer whose clock is
	// days behind is remembered for as long as any other.
	mark = lake.HighWater{Sequence: sequence, Time: m.logTime}
	m.producers[producer] = mark
	c.after.Producers[producer] = mark
	return false
}

func (m *machine) remembers(mark lake.HighWater) bool {
	return m.logTime-mark.Time < memory.Microseconds()
}

// row decodes a record; what cannot be decoded, validated or sealed becomes a
// dead letter.
func (m *machine) row(record *eventlog.Record) schema.Row {
	row, err := m.decode(record)
	if err == nil {
		m.place(row, record)
		err = m.sealer.Seal(row)
	}
	if err == nil {
		return row
	}
	dead := deadLetter(m.generation, record, err)
	m.place(dead, record)
	if err := m.sealer.Seal(dead); err != nil {
		panic(err) // a dead letter has nothing that cannot be encoded
	}
	return dead
}

// decode decodes a record. A decoder that panics is a bug, but one record must
// not keep all others from landing.
func (m *machine) decode(record *eventlog.Record) (row schema.Row, err error) {
	defer func() {
		if r := recover(); r != nil {
			row, err = nil, fmt.Errorf("the decoder failed on this record: %v; please report it", r)
		}
	}()
	return m.decoder.Decode(record.Headers, record.Value)
}

func (m *machine) place(row schema.Row, record *eventlog.Record) {
	*row.At() = schema.Position{
		Generation: m.generation, Partition: int64(m.partition), Offset: record.Offset,
		IngestTime: schema.Micros(ingestMicros(record)),
	}
}

// close notes the state behind the chunk, and lets go of producers that are
// forgotten.
func (m *machine) close(c *chunk) {
	for id, mark := range m.producers {
		if !m.remembers(mark) {
			delete(m.producers, id)
		}
	}
	c.after.Generation, c.after.Partition = m.generation, m.partition
	c.after.Start, c.after.Cut, c.after.Counts = m.start, m.next, m.counts
	c.after.Root, c.after.Frontier = m.tree.Root(), m.tree.Frontier()
	c.after.LastRecord, c.after.LogTime = m.lastRecord, time.UnixMicro(m.logTime).UTC()
}

// extend adds an offset behind the last range.
func extend(ranges []lake.Range, offset int64) []lake.Range {
	if n := len(ranges); n > 0 && ranges[n-1].End == offset {
		ranges[n-1].End++
		return ranges
	}
	return append(ranges, lake.Range{First: offset, End: offset + 1})
}
