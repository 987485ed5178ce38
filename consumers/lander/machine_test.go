package lander

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/lake"
	memstore "github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/schema"
)

var testKey = []byte("key")

// event is a valid event as it lies on the log.
func event(t require.TestingT, id, producer string, sequence int64, at time.Time) eventlog.Record {
	row := &schema.AnnotationRow{
		Envelope:   schema.Envelope{EventID: id, EventType: schema.TypeAnnotationAdded, Time: 1, Source: "test", Subject: "e"},
		Annotation: schema.Annotation{TargetKind: "event", Target: "e", Kind: "tag", Value: `"x"`},
	}
	headers, body, err := schema.Encode(row)
	require.NoError(t, err)
	if producer != "" {
		headers = append(headers, stampHeaders(producer, strconv.FormatInt(sequence, 10))...)
	}
	return eventlog.Record{Key: []byte("e"), Value: body, Headers: headers, Time: at}
}

func stampHeaders(producer, sequence string) []eventlog.Header {
	return []eventlog.Header{{Key: schema.HeaderProducer, Value: []byte(producer)}, {Key: schema.HeaderSequence, Value: []byte(sequence)}}
}

// stretch is offsets of a partition: one record, or a gap.
type stretch struct {
	record *eventlog.Record
	gap    int64
}

// partitionLog is a partition as a model: stretches from offset start.
type partitionLog struct {
	start     int64
	stretches []stretch
}

// batches cuts the log behind the stretches named, as Fetch might.
func (l partitionLog) batches(cuts []bool) []eventlog.Batch {
	var all []eventlog.Batch
	next := l.start
	var b eventlog.Batch
	for i, s := range l.stretches {
		if s.record != nil {
			s.record.Offset = next
			b.Records = append(b.Records, *s.record)
			next++
		} else {
			b.Skipped = append(b.Skipped, eventlog.OffsetRange{First: next, Last: next + s.gap - 1})
			next += s.gap
		}
		if b.Next = next; cuts[i] || i == len(l.stretches)-1 {
			all = append(all, b)
			b = eventlog.Batch{}
		}
	}
	return all
}

// outcome is all that landing makes of a partition, however it was cut.
type outcome struct {
	Rows                string // event id, offset and leaf of each
	State               lake.Partition
	Duplicates, Skipped []lake.Range
}

// run lands batches. Behind some of them a new machine takes over from what a
// snapshot would hold.
func run(t require.TestingT, start int64, batches []eventlog.Batch, restarts []bool) outcome {
	p := &progress{partitions: []lake.Partition{{Start: start, Cut: start}}}
	m, err := newMachine(p.partitions[0], testKey)
	require.NoError(t, err)
	var out outcome
	for i, b := range batches {
		c, err := m.apply(b)
		require.NoError(t, err)
		for _, row := range c.rows {
			out.Rows += fmt.Sprintf("%s %s %d %x\n", row.Table(), row.Head().EventID, row.At().Offset, row.Evidence().EventHash)
		}
		p.partitions = p.behind(&round{chunks: []*chunk{c}})
		out.State = p.partitions[0]
		out.Duplicates = join(out.Duplicates, out.State.Duplicates)
		out.Skipped = join(out.Skipped, out.State.Skipped)
		if restarts[i] {
			m, err = newMachine(p.partitions[0], testKey)
			require.NoError(t, err)
		}
	}
	out.State.Duplicates, out.State.Skipped = nil, nil
	return out
}

// join puts ranges behind others, and makes one of two that touch.
func join(ranges, more []lake.Range) []lake.Range {
	for _, r := range more {
		if n := len(ranges); n > 0 && ranges[n-1].End == r.First {
			ranges[n-1].End = r.End
		} else {
			ranges = append(ranges, r)
		}
	}
	return ranges
}

// drawLog draws a partition: events of a few producers that retry and whose
// clocks differ, garbage, gaps, and times that leap and lie.
func drawLog(t *rapid.T) partitionLog {
	l := partitionLog{start: rapid.Int64Range(0, 3).Draw(t, "start")}
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range rapid.IntRange(1, 40).Draw(t, "stretches") {
		at := day.Add(time.Duration(rapid.Int64Range(0, 80).Draw(t, "hour")) * time.Hour)
		producer := rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "producer")
		sequence := rapid.Int64Range(1, 12).Draw(t, "sequence")
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			l.stretches = append(l.stretches, stretch{gap: rapid.Int64Range(1, 3).Draw(t, "gap")})
		case 1:
			garbage := eventlog.Record{Value: []byte("garbage"), Time: at, Headers: stampHeaders(producer, strconv.FormatInt(sequence-3, 10))}
			l.stretches = append(l.stretches, stretch{record: &garbage})
		default:
			e := event(t, fmt.Sprintf("event-%d", i), producer, sequence, at)
			l.stretches = append(l.stretches, stretch{record: &e})
		}
	}
	return l
}

func TestWhatBecomesOfAnOffsetDoesNotDependOnBatchesOrRestarts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := drawLog(t)
		n := len(log.stretches)
		whole := run(t, log.start, log.batches(make([]bool, n)), make([]bool, n))
		cuts := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "cuts")
		restarts := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "restarts")
		require.Equal(t, whole, run(t, log.start, log.batches(cuts), restarts))
	})
}

// model says what must become of each offset, in a few lines and by itself.
func model(l partitionLog) (kinds map[int64]string) {
	type mark struct{ sequence, hour int64 }
	kinds, marks := map[int64]string{}, map[string]mark{}
	next, now := l.start, int64(0)
	for _, s := range l.stretches {
		for range s.gap {
			kinds[next] = "skipped"
			next++
		}
		if s.record == nil {
			continue
		}
		now = max(now, s.record.Time.Unix()/3600)
		producer, _ := s.record.Header(schema.HeaderProducer)
		digits, _ := s.record.Header(schema.HeaderSequence)
		sequence, _ := strconv.ParseInt(string(digits), 10, 64)
		m, known := marks[string(producer)]
		switch {
		case len(producer) > 0 && sequence > 0 && known && now-m.hour < 24 && sequence <= m.sequence:
			kinds[next] = "duplicate"
			next++
			continue
		case string(s.record.Value) == "garbage":
			kinds[next] = "deadletter"
		default:
			kinds[next] = "row"
		}
		if len(producer) > 0 && sequence > 0 {
			marks[string(producer)] = mark{sequence, now}
		}
		next++
	}
	return kinds
}

func TestEveryOffsetIsExactlyOneThing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := drawLog(t)
		want := model(log)
		m, err := newMachine(lake.Partition{Start: log.start, Cut: log.start}, testKey)
		require.NoError(t, err)
		n := len(log.stretches)
		got := map[int64]string{}
		put := func(offset int64, kind string) {
			require.NotContains(t, got, offset)
			got[offset] = kind
		}
		var after lake.Partition
		for _, b := range log.batches(rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "cuts")) {
			c, err := m.apply(b)
			require.NoError(t, err)
			for _, row := range c.rows {
				put(row.At().Offset, map[bool]string{true: "deadletter", false: "row"}[row.Table() == schema.DeadLetters])
			}
			for kind, ranges := range map[string][]lake.Range{"duplicate": c.after.Duplicates, "skipped": c.after.Skipped} {
				for _, r := range ranges {
					for o := r.First; o < r.End; o++ {
						put(o, kind)
					}
				}
			}
			after = c.after
		}
		require.Equal(t, want, got)
		require.EqualValues(t, len(want), after.Counts.Total())
		require.EqualValues(t, len(want), after.Cut-after.Start)
		counted := map[string]int64{}
		for _, kind := range want {
			counted[kind]++
		}
		require.Equal(t, lake.Counts{Rows: counted["row"], DeadLetter: counted["deadletter"], Duplicates: counted["duplicate"], Skipped: counted["skipped"]}, after.Counts)
	})
}

// apply lands records at consecutive offsets from 0.
func apply(t *testing.T, records ...eventlog.Record) *chunk {
	t.Helper()
	m, err := newMachine(lake.Partition{}, testKey)
	require.NoError(t, err)
	l := partitionLog{}
	for i := range records {
		l.stretches = append(l.stretches, stretch{record: &records[i]})
	}
	c, err := m.apply(l.batches(make([]bool, len(records)))[0])
	require.NoError(t, err)
	return c
}

func TestAProducerIsForgottenADayOfLogTimeLater(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := apply(t,
		event(t, "1", "a", 5, begin),
		event(t, "2", "a", 5, begin.Add(23*time.Hour)),                   // a retry
		event(t, "3", "other", 1, begin.Add(24*time.Hour)),               // a day has passed on the log
		event(t, "4", "a", 5, begin.Add(24*time.Hour)),                   // the producer is forgotten
		event(t, "5", "a", 4, begin.Add(25*time.Hour)),                   // and known again
		event(t, "6", "slow", 9, begin.Add(-72*time.Hour)),               // its clock is days behind
		event(t, "7", "slow", 9, begin.Add(-72*time.Hour)),               // but its retries are known
		event(t, "8", "future", 1, time.UnixMilli(1<<62)),                // no such time
		event(t, "9", "future", 1, begin), event(t, "10", "b", 1, begin), // what comes behind is not harmed
		event(t, "11", "b", 1, begin),
	)
	require.Equal(t, []lake.Range{{First: 1, End: 2}, {First: 4, End: 5}, {First: 6, End: 7}, {First: 8, End: 9}, {First: 10, End: 11}}, c.after.Duplicates)
	_, err := c.after.LogTime.MarshalJSON()
	require.NoError(t, err, "the snapshot can hold it")
}

func TestSequencesCountByPartition(t *testing.T) {
	at := time.Unix(1, 0)
	first, second := event(t, "1", "a", 2, at), event(t, "2", "a", 1, at)
	for partition, record := range []eventlog.Record{first, second} {
		m, err := newMachine(lake.Partition{Partition: partition}, testKey)
		require.NoError(t, err)
		c, err := m.apply(eventlog.Batch{Records: []eventlog.Record{record}, Next: 1})
		require.NoError(t, err)
		require.Len(t, c.rows, 1, "partition %d", partition)
		require.EqualValues(t, partition, c.rows[0].At().Partition)
	}
}

func TestGarbageBecomesADeadLetterThatKeepsTheRecord(t *testing.T) {
	valid := event(t, "id", "p", 1, time.Unix(1, 0))
	changed := func(change func(r *eventlog.Record)) eventlog.Record {
		r := valid
		r.Headers = slices.Clone(valid.Headers)
		change(&r)
		return r
	}
	header := func(key, value string) eventlog.Record {
		return changed(func(r *eventlog.Record) {
			r.Headers = slices.DeleteFunc(r.Headers, func(h eventlog.Header) bool { return h.Key == key })
			if value != "" {
				r.Headers = append(r.Headers, eventlog.Header{Key: key, Value: []byte(value)})
			}
		})
	}
	body := func(contentType, value string) eventlog.Record {
		r := header(schema.HeaderContentType, contentType)
		r.Value = []byte(value)
		return r
	}
	for name, c := range map[string]struct {
		record eventlog.Record
		reason string
	}{
		"nothing at all":         {eventlog.Record{}, "ce_type"},
		"no headers":             {eventlog.Record{Value: []byte("{}")}, "ce_type"},
		"unknown type":           {header(schema.HeaderType, "no.such"), "no.such"},
		"no id":                  {header(schema.HeaderID, ""), "event_id"},
		"a bad time":             {header(schema.HeaderTime, "yesterday"), schema.HeaderTime},
		"a bad sequence":         {header(schema.HeaderSequence, "one"), schema.HeaderSequence},
		"a sequence of zero":     {header(schema.HeaderSequence, "0"), schema.HeaderSequence},
		"a producer not UTF-8":   {header(schema.HeaderProducer, "\xff\xfe"), "producer"},
		"a producer without end": {header(schema.HeaderProducer, string(make([]byte, 2000))), "producer"},
		"an id twice":            {changed(func(r *eventlog.Record) { r.Headers = append(r.Headers, r.Headers[1]) }), "twice"},
		"unknown content":        {body("text/plain", "x"), "text/plain"},
		"not Avro":               {body(schema.ContentAvro, "\x00\x01"), "Avro"},
		"unknown fingerprint":    {body(schema.ContentAvro, "\xc3\x01\x01\x02\x03\x04\x05\x06\x07\x08rest"), "0102030405060708"},
		"cut Avro":               {body(schema.ContentAvro, string(valid.Value[:len(valid.Value)-1])), ""},
		"bytes behind the Avro":  {body(schema.ContentAvro, string(valid.Value)+"x"), "behind"},
		"not JSON":               {body(schema.ContentJSON, "{"), ""},
		"an unknown member":      {body(schema.ContentJSON, `{"target_kind":"event","target":"e","kind":"tag","value":1,"nope":1}`), "nope"},
		"a member of wrong type": {body(schema.ContentJSON, `{"target_kind":3,"target":"e","kind":"tag","value":1}`), "target_kind"},
		"a rule broken":          {body(schema.ContentJSON, `{"target_kind":"planet","target":"e","kind":"tag","value":1}`), "target_kind"},
		"a header not UTF-8": {changed(func(r *eventlog.Record) {
			r.Value = nil
			r.Headers = append(r.Headers, eventlog.Header{Key: "\xff", Value: []byte("\xff")})
		}), ""},
		"a time out of range": {changed(func(r *eventlog.Record) { r.Value = nil; r.Time = time.UnixMilli(-1 << 62) }), ""},
	} {
		t.Run(name, func(t *testing.T) {
			chunk := apply(t, c.record)
			require.Len(t, chunk.rows, 1)
			dead, ok := chunk.rows[0].(*schema.DeadLetterRow)
			require.True(t, ok, "landed as a %T", chunk.rows[0])
			require.Contains(t, dead.Reason, c.reason)
			require.Equal(t, c.record.Key, dead.Key)
			require.Equal(t, c.record.Value, dead.Value)
			require.EqualValues(t, 1, chunk.after.Counts.DeadLetter)
			requireSnapshotHolds(t, chunk)
		})
	}
}

// requireSnapshotHolds publishes the state behind a chunk, as a round would.
func requireSnapshotHolds(t *testing.T, c *chunk) {
	t.Helper()
	kept := memstore.New()
	s := &lake.Snapshot{Partitions: []lake.Partition{c.after}}
	require.NoError(t, lake.Open(kept, nil).Publish(t.Context(), nil, s))
	read, err := lake.Open(kept, nil).At(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, slices.Sorted(maps.Keys(c.after.Producers)), slices.Sorted(maps.Keys(read.Partitions[0].Producers)))
}

func TestARecordThatNoStampTellsApartIsNeverADuplicate(t *testing.T) {
	at := time.Unix(1, 0)
	zero := eventlog.Record{Value: []byte("garbage"), Time: at, Headers: stampHeaders("p", "0")}
	c := apply(t, event(t, "1", "", 0, at), event(t, "1", "", 0, at), zero, zero)
	require.Equal(t, lake.Counts{Rows: 2, DeadLetter: 2}, c.after.Counts)
	require.Empty(t, c.after.Producers)
}

func TestADeadLetterIsRememberedLikeAnyEvent(t *testing.T) {
	garbage := eventlog.Record{Value: []byte("garbage"), Headers: stampHeaders("p", "7")}
	c := apply(t, garbage, garbage)
	require.Equal(t, lake.Counts{DeadLetter: 1, Duplicates: 1}, c.after.Counts)
}

func TestOffsetsThatAreNeitherRecordNorSkippedAreRefused(t *testing.T) {
	r := event(t, "1", "", 0, time.Unix(1, 0))
	for name, batch := range map[string]eventlog.Batch{
		"a record ahead": {Records: []eventlog.Record{{Offset: 1, Value: r.Value, Headers: r.Headers}}, Next: 2},
		"an end beyond":  {Records: []eventlog.Record{r}, Next: 3},
	} {
		m, err := newMachine(lake.Partition{}, testKey)
		require.NoError(t, err)
		_, err = m.apply(batch)
		require.Error(t, err, name)
	}
}

func TestAGapBehindTheLastRecordHidesIt(t *testing.T) {
	r := event(t, "1", "", 0, time.Unix(1, 0))
	m, err := newMachine(lake.Partition{}, testKey)
	require.NoError(t, err)
	c, err := m.apply(eventlog.Batch{Records: []eventlog.Record{r}, Next: 1})
	require.NoError(t, err)
	require.Equal(t, recordDigest(&r), c.after.LastRecord)
	_, err = hex.DecodeString(c.after.LastRecord)
	require.NoError(t, err)
	c, err = m.apply(eventlog.Batch{Skipped: []eventlog.OffsetRange{{First: 1, Last: 2}}, Next: 3})
	require.NoError(t, err)
	require.Empty(t, c.after.LastRecord, "what lies before the cut is no record")
	require.Equal(t, []lake.Range{{First: 1, End: 3}}, c.after.Skipped)
}

func TestADamagedStateIsRefused(t *testing.T) {
	_, err := newMachine(lake.Partition{Start: 0, Cut: 5, Frontier: []string{"00"}}, testKey)
	require.ErrorContains(t, err, "dreamlog verify")
}
