package eventlogtest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/eventlog"
)

func (s suite) everyOffset(t *testing.T) {
	const n = 60
	log := s.open(t, func(c *eventlog.Config) { c.Partitions = 1 })
	produceWith(t, log, eventlog.ProducerConfig{BatchRecords: 7}, numbered("k", n)...)
	for at := range int64(n) {
		batch := Fetch(t, log, 0, at, eventlog.FetchOptions{MaxBytes: 1})
		require.NotEmpty(t, batch.Records)
		require.Equal(t, at, batch.Records[0].Offset, "nothing before what was asked for, nothing left out")
		requireComplete(t, batch, at)
		require.Equal(t, int64(0), batch.Start)
		require.Equal(t, int64(n), batch.End)
	}
}

func (s suite) endOfLog(t *testing.T) {
	log := s.open(t, func(c *eventlog.Config) { c.Partitions = 1 })
	batch := Fetch(t, log, 0, 0, eventlog.FetchOptions{MaxWait: -1})
	require.Empty(t, batch.Records)
	require.Zero(t, batch.Next)

	produced := make(chan error, 1)
	go func() {
		time.Sleep(50 * time.Millisecond) // let the fetch begin to wait
		producer, err := log.NewProducer(eventlog.ProducerConfig{})
		if err == nil {
			err = producer.Produce(t.Context(), []byte("k"), []byte("v"), nil, time.Time{})
		}
		if err == nil {
			err = producer.Close(t.Context())
		}
		produced <- err
	}()
	batch = Fetch(t, log, 0, 0, eventlog.FetchOptions{MaxWait: patience})
	require.NoError(t, <-produced)
	require.Len(t, batch.Records, 1, "the wait ends when something comes")
}

func (s suite) cancelled(t *testing.T) {
	log := s.open(t)
	Fetch(t, log, 0, 0, eventlog.FetchOptions{MaxWait: -1}) // the leader is ready
	for range 3 {                                           // the connection of a fetch that was left is not used wrongly
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		begun := time.Now()
		_, err := log.Fetch(ctx, 0, 0, eventlog.FetchOptions{MaxWait: patience})
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Less(t, time.Since(begun), patience/2)
	}
	produce(t, log, numbered("k", 3)...)
	require.Len(t, ReadAll(t, log), 3)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := log.Fetch(ctx, 0, 0, eventlog.FetchOptions{})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, eventlog.Fatal, eventlog.Classify(err))
	_, err = log.Offsets(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func (s suite) trimmed(t *testing.T) {
	log := s.open(t, func(c *eventlog.Config) { c.Partitions = 1 })
	produceWith(t, log, eventlog.ProducerConfig{BatchRecords: 4}, numbered("k", 20)...)
	require.NoError(t, log.Trim(t.Context(), 0, 10))
	require.NoError(t, log.Trim(t.Context(), 0, 5), "what is gone already")

	_, err := log.Fetch(t.Context(), 0, 9, eventlog.FetchOptions{})
	var trimmed *eventlog.ErrTrimmed
	require.ErrorAs(t, err, &trimmed)
	require.Equal(t, []int64{9, 10}, []int64{trimmed.Asked, trimmed.Start})
	require.Equal(t, eventlog.Fatal, eventlog.Classify(err))

	batch := Fetch(t, log, 0, 10, eventlog.FetchOptions{})
	require.Equal(t, int64(10), batch.Records[0].Offset)
	require.Equal(t, int64(10), batch.Start)
	offsets, err := log.Offsets(t.Context())
	require.NoError(t, err)
	require.Equal(t, []eventlog.PartitionOffsets{{Partition: 0, Start: 10, End: 20}}, offsets)

	require.ErrorContains(t, log.Trim(t.Context(), 0, 20), "last record must stay")
	require.NoError(t, log.Trim(t.Context(), 0, 19))
	produce(t, log, numbered("k", 1)...)
	require.Len(t, ReadAll(t, log), 2)
}

func (s suite) beyondEnd(t *testing.T) {
	log := s.open(t, func(c *eventlog.Config) { c.Partitions = 1 })
	produce(t, log, numbered("k", 3)...)
	_, err := log.Fetch(t.Context(), 0, 4, eventlog.FetchOptions{})
	var beyond *eventlog.ErrBeyondEnd
	require.ErrorAs(t, err, &beyond)
	require.Equal(t, []int64{4, 3}, []int64{beyond.Asked, beyond.End})
	require.Equal(t, eventlog.Fatal, eventlog.Classify(err))
}

func (s suite) deleted(t *testing.T) {
	log := s.open(t)
	produce(t, log, numbered("k", 3)...)
	s.delete(t, log.Topic())

	var gone *eventlog.ErrNoTopic
	err := s.untilFatal(t, func() error {
		_, err := log.Fetch(t.Context(), 0, 0, eventlog.FetchOptions{MaxWait: 10 * time.Millisecond})
		return err
	})
	require.ErrorAs(t, err, &gone)

	producer, err := log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(t, err)
	require.NoError(t, producer.Produce(t.Context(), []byte("k"), []byte("v"), nil, time.Time{}))
	require.ErrorAs(t, producer.Close(t.Context()), &gone, "what was enqueued is not lost without a word")
}

// untilFatal repeats an operation until it fails for good; clients may take a
// moment to notice what happened to a topic.
func (s suite) untilFatal(t *testing.T, operation func() error) error {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(20 * time.Millisecond) {
		if err := operation(); err != nil && eventlog.Classify(err) == eventlog.Fatal {
			return err
		}
	}
	require.Fail(t, "nothing failed for good")
	return nil
}

func (s suite) recreated(t *testing.T) {
	log := s.open(t, func(c *eventlog.Config) { c.Partitions = 1 })
	produce(t, log, numbered("k", 3)...)
	config := eventlog.Config{Brokers: s.brokers, Topic: log.Topic()}
	s.delete(t, log.Topic())
	again := s.reopen(t, config)
	produceWith(t, again, eventlog.ProducerConfig{BatchRecords: 1}, numbered("k", 10)...)

	err := s.untilFatal(t, func() error {
		batch, err := log.Fetch(t.Context(), 0, 3, eventlog.FetchOptions{MaxWait: 10 * time.Millisecond})
		require.Empty(t, batch.Records, "the new topic has grown past our offset, and is not read")
		return err
	})
	var recreated *eventlog.ErrRecreated
	require.ErrorAs(t, err, &recreated)
	require.Len(t, ReadAll(t, again), 10)
}

func (s suite) partitionCount(t *testing.T) {
	log := s.open(t, func(c *eventlog.Config) { c.Partitions = 3 })
	require.Equal(t, 3, log.Partitions())
	_, err := eventlog.Open(t.Context(), eventlog.Config{Brokers: s.brokers, Topic: log.Topic(), Partitions: 4})
	var settings *eventlog.ErrSettings
	require.ErrorAs(t, err, &settings)
	require.Equal(t, "partitions", settings.Setting)
	require.ErrorContains(t, err, "it has 3, expected are 4")
	require.Equal(t, 3, s.reopen(t, eventlog.Config{Brokers: s.brokers, Topic: log.Topic()}).Partitions())
}

func (s suite) groupOffsets(t *testing.T) {
	log := s.open(t)
	produce(t, log, numbered("k", 3)...)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for ctx.Err() == nil { // the first commit makes a cluster create its topic for offsets
		err := log.CommitGroup(ctx, "lander-"+log.Topic(), map[int]int64{0: 1, 1: 0})
		if err == nil {
			return
		}
		require.NotEqual(t, eventlog.Fatal, eventlog.Classify(err), err)
	}
	require.Fail(t, "no commit within the time")
}

func (s suite) closed(t *testing.T) {
	log := s.open(t)
	producer, err := log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(t, err)
	require.NoError(t, producer.Close(t.Context()))
	require.NoError(t, producer.Close(t.Context()), "again")
	require.ErrorIs(t, producer.Produce(t.Context(), nil, nil, nil, time.Time{}), eventlog.ErrClosed)

	Fetch(t, log, 0, 0, eventlog.FetchOptions{MaxWait: -1}) // the leader is ready
	waiting := make(chan error, 1)
	go func() {
		_, err := log.Fetch(t.Context(), 0, 0, eventlog.FetchOptions{MaxWait: patience})
		waiting <- err
	}()
	time.Sleep(50 * time.Millisecond) // let the fetch begin to wait
	begun := time.Now()
	require.NoError(t, log.Close())
	require.Error(t, <-waiting)
	require.Less(t, time.Since(begun), patience/2)
	require.NoError(t, log.Close(), "again")
	_, err = log.Fetch(t.Context(), 0, 0, eventlog.FetchOptions{})
	require.Error(t, err)
	require.Equal(t, eventlog.Fatal, eventlog.Classify(err))
}
