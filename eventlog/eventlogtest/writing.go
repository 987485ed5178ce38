package eventlogtest

import (
	"bytes"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/schema"
)

func (s suite) orderPerKey(t *testing.T) {
	const producers, keys, each = 4, 5, 300
	log := s.open(t)
	var running sync.WaitGroup
	for p := range producers {
		running.Go(func() {
			producer, err := log.NewProducer(eventlog.ProducerConfig{ID: fmt.Sprintf("producer-%d", p), BatchRecords: 17})
			if err != nil {
				t.Error(err)
				return
			}
			for i := range each {
				for k := range keys {
					if err := producer.Produce(t.Context(), fmt.Appendf(nil, "%d-%d", p, k), strconv.AppendInt(nil, int64(i), 10), nil, time.Time{}); err != nil {
						t.Error(err)
						return
					}
				}
			}
			if err := producer.Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()

	all := ReadAll(t, log)
	require.Len(t, all, producers*keys*each)
	next := make(map[string]int)
	sequence := make(map[string]int64)
	for _, r := range all {
		key := string(r.Key)
		require.Equal(t, eventlog.PartitionFor(r.Key, log.Partitions()), r.Partition)
		require.Equal(t, strconv.Itoa(next[key]), string(r.Value), "key %s", key)
		next[key]++
		lane := fmt.Sprintf("%s/%d", Stamp(t, r).Producer, r.Partition)
		require.Greater(t, Stamp(t, r).Sequence, sequence[lane], "sequence rises within %s", lane)
		sequence[lane] = Stamp(t, r).Sequence
	}
}

// Stamped is who sent a record, and the how many-th it was.
type Stamped struct {
	Producer string
	Sequence int64
}

// Stamp reads the producer's stamp of a record.
func Stamp(t *testing.T, r eventlog.Record) Stamped {
	t.Helper()
	producer, ok := r.Header(schema.HeaderProducer)
	require.True(t, ok, "a producer")
	raw, ok := r.Header(schema.HeaderSequence)
	require.True(t, ok, "a sequence")
	sequence, err := strconv.ParseInt(string(raw), 10, 64)
	require.NoError(t, err)
	return Stamped{string(producer), sequence}
}

func (s suite) headers(t *testing.T) {
	log := s.open(t)
	at := time.Date(2026, 3, 1, 12, 0, 0, 123_000_000, time.UTC)
	want := []eventlog.Record{
		{Key: []byte("full"), Value: []byte("value"), Time: at, Headers: []eventlog.Header{{Key: "a", Value: []byte("1")}, {Key: "a", Value: []byte("2")}, {Key: "", Value: []byte{}}, {Key: "null"}}},
		{Key: []byte("empty"), Value: []byte{}, Time: at.Add(-time.Hour)},
		{Key: nil, Value: nil, Time: at.Add(time.Millisecond)},
	}
	before := time.Now().Add(-time.Second)
	produceWith(t, log, eventlog.ProducerConfig{ID: "me"}, want...)
	produce(t, log, eventlog.Record{Key: []byte("untimed")})

	got := make(map[string]eventlog.Record)
	for _, r := range ReadAll(t, log) {
		got[string(r.Key)] = r
	}
	for _, w := range want {
		r := got[string(w.Key)]
		require.Equal(t, w.Key, r.Key)
		require.Equal(t, w.Value, r.Value)
		require.Equal(t, w.Time, r.Time)
		require.Len(t, r.Headers, len(w.Headers)+2)
		require.Equal(t, w.Headers, append([]eventlog.Header(nil), r.Headers[:len(w.Headers)]...))
		require.Equal(t, "me", Stamp(t, r).Producer)
	}
	require.WithinRange(t, got["untimed"].Time, before, time.Now().Add(time.Second))
}

func (s suite) redriven(t *testing.T) {
	log := s.open(t)
	stamp := func(producer, sequence string) []eventlog.Header {
		return []eventlog.Header{{Key: schema.HeaderProducer, Value: []byte(producer)}, {Key: schema.HeaderSequence, Value: []byte(sequence)}}
	}
	produceWith(t, log, eventlog.ProducerConfig{ID: "new"},
		eventlog.Record{Key: []byte("k"), Headers: stamp("old", "77")},
		eventlog.Record{Key: []byte("k"), Headers: stamp("old", "78")[:1]},
		eventlog.Record{Key: []byte("k")},
	)
	var got []Stamped
	for _, r := range ReadAll(t, log) {
		require.Len(t, r.Headers, 2, "each stamp once")
		got = append(got, Stamp(t, r))
	}
	require.Equal(t, []Stamped{{"old", 77}, {"new", 1}, {"new", 2}}, got)
}

func (s suite) bigRecords(t *testing.T) {
	log := s.open(t)
	big := bytes.Repeat([]byte("7 megabytes "), 7<<20/12)
	var records []eventlog.Record
	for i := range 3 {
		records = append(records, eventlog.Record{Key: []byte("k"), Value: append(fmt.Appendf(nil, "%d ", i), big...)})
	}
	produce(t, log, records...)
	at, partition := int64(0), eventlog.PartitionFor([]byte("k"), log.Partitions())
	for i := range records {
		batch := Fetch(t, log, partition, at, eventlog.FetchOptions{MaxBytes: 1 << 20})
		require.Len(t, batch.Records, 1, "a batch larger than asked for comes alone")
		require.True(t, bytes.Equal(records[i].Value, batch.Records[0].Value))
		at = batch.Next
	}

	producer, err := log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(t, err)
	var tooLarge *eventlog.ErrTooLarge
	err = producer.Produce(t.Context(), []byte("k"), make([]byte, schema.MaxEventBytes), nil, time.Time{})
	require.ErrorAs(t, err, &tooLarge)
	require.Equal(t, eventlog.Fatal, eventlog.Classify(err))
	largest := make([]byte, schema.MaxEventBytes-256)
	require.NoError(t, producer.Produce(t.Context(), []byte("k"), largest, nil, time.Time{}), "a refused record harms no other")
	require.NoError(t, producer.Close(t.Context()))
}

func (s suite) compressed(t *testing.T) {
	log := s.open(t)
	want := numbered("k", 500)
	produceWith(t, log, eventlog.ProducerConfig{Compression: eventlog.Zstd}, want...)
	got := ReadAll(t, log)
	require.Len(t, got, len(want))
	for i := range want {
		require.Equal(t, want[i].Value, got[i].Value)
	}
}
