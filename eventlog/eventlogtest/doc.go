// Package eventlogtest is the conformance suite of the event log, and the
// proxy by which tests put faults between a client and its brokers.
//
// The suite runs against an address, so that the embedded broker and a real
// Kafka cluster pass the same one. It is imported by tests only.
package eventlogtest

import (
	"context"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
)

// patience bounds what must happen soon, on a busy machine too.
const patience = 30 * time.Second

// Run checks that the brokers and the client together keep the contract of
// package eventlog. Each part makes a topic of its own, and deletes it.
func Run(t *testing.T, brokers ...string) {
	s := suite{brokers: brokers}
	for _, part := range []struct {
		name string
		run  func(suite, *testing.T)
	}{
		{"order per key and no loss", suite.orderPerKey},
		{"fetch at every offset", suite.everyOffset},
		{"headers, nulls and times", suite.headers},
		{"records that are sent again", suite.redriven},
		{"big records", suite.bigRecords},
		{"compressed", suite.compressed},
		{"end of the log", suite.endOfLog},
		{"waiting ends with the context", suite.cancelled},
		{"trimmed", suite.trimmed},
		{"beyond the end", suite.beyondEnd},
		{"deleted topic", suite.deleted},
		{"recreated topic", suite.recreated},
		{"partition count", suite.partitionCount},
		{"group offsets", suite.groupOffsets},
		{"closed", suite.closed},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(s, t) })
	}
}

type suite struct {
	brokers []string
}

// noTopicName is what the name of a test has and that of a topic may not.
var noTopicName = regexp.MustCompile(`[^a-zA-Z0-9._-]+`)

// config names a topic that no other part uses.
func (s suite) config(t *testing.T) eventlog.Config {
	name := noTopicName.ReplaceAllString(t.Name(), "-")
	return eventlog.Config{Brokers: s.brokers, Topic: fmt.Sprintf("%s-%d", name, time.Now().UnixNano())}
}

// open makes a topic and opens it; the test's end closes and deletes it.
func (s suite) open(t *testing.T, change ...func(*eventlog.Config)) *eventlog.Log {
	config := s.config(t)
	for _, c := range change {
		c(&config)
	}
	log := s.reopen(t, config)
	t.Cleanup(func() { s.delete(t, config.Topic) })
	return log
}

func (s suite) reopen(t *testing.T, config eventlog.Config) *eventlog.Log {
	t.Helper()
	log, err := eventlog.Open(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	return log
}

// delete removes a topic, which may be gone already, and waits for that.
func (s suite) delete(t *testing.T, topic string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	transport := new(kafka.Transport)
	defer transport.CloseIdleConnections()
	client := kafka.Client{Addr: kafka.TCP(s.brokers...), Transport: transport}
	for {
		response, err := client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: []string{topic}})
		require.NoError(t, err)
		if err := response.Errors[topic]; err != nil {
			require.ErrorIs(t, err, kafka.UnknownTopicOrPartition)
			return
		}
	}
}

// produce appends records with one producer and waits for them.
func produce(t *testing.T, log *eventlog.Log, records ...eventlog.Record) {
	t.Helper()
	produceWith(t, log, eventlog.ProducerConfig{}, records...)
}

func produceWith(t *testing.T, log *eventlog.Log, config eventlog.ProducerConfig, records ...eventlog.Record) {
	t.Helper()
	producer, err := log.NewProducer(config)
	require.NoError(t, err)
	for _, r := range records {
		require.NoError(t, producer.Produce(t.Context(), r.Key, r.Value, r.Headers, r.Time))
	}
	require.NoError(t, producer.Close(t.Context()))
}

// numbered makes n records of one key whose values count from 0.
func numbered(key string, n int) []eventlog.Record {
	records := make([]eventlog.Record, n)
	for i := range records {
		records[i] = eventlog.Record{Key: []byte(key), Value: fmt.Appendf(nil, "%d", i)}
	}
	return records
}

// ReadAll reads every partition from its start to its end, and checks on the
// way that every offset is accounted for.
func ReadAll(t *testing.T, log *eventlog.Log) []eventlog.Record {
	t.Helper()
	offsets, err := log.Offsets(t.Context())
	require.NoError(t, err)
	require.Len(t, offsets, log.Partitions())
	var all []eventlog.Record
	for _, p := range offsets {
		for at := p.Start; at < p.End; {
			batch := Fetch(t, log, p.Partition, at, eventlog.FetchOptions{})
			requireComplete(t, batch, at)
			all = append(all, batch.Records...)
			at = batch.Next
		}
	}
	return all
}

// Fetch fetches, and repeats what is not fatal: in a cluster a broker may not
// know for a moment what it leads.
func Fetch(t *testing.T, log *eventlog.Log, partition int, offset int64, options eventlog.FetchOptions) eventlog.Batch {
	t.Helper()
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		batch, err := log.Fetch(t.Context(), partition, offset, options)
		if err == nil {
			return batch
		}
		require.NotEqual(t, eventlog.Fatal, eventlog.Classify(err), "%v", err)
		require.Less(t, time.Since(begun), patience, "%v", err)
	}
}

// requireComplete checks that each offset from asked to Next is exactly one of
// a record or skipped.
func requireComplete(t *testing.T, batch eventlog.Batch, asked int64) {
	t.Helper()
	counted := int64(len(batch.Records))
	for _, s := range batch.Skipped {
		counted += s.Last - s.First + 1
	}
	require.Equal(t, batch.Next-asked, counted)
	previous := asked - 1
	for _, r := range batch.Records {
		require.Greater(t, r.Offset, previous)
		require.Less(t, r.Offset, batch.Next)
		previous = r.Offset
	}
}
