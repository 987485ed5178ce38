package eventlog_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/eventlogtest"
	"github.com/dreamlog/dreamlog/schema"
)

// gate is a proxy that lets nothing be produced while it is shut.
func gate(t *testing.T) (config eventlog.Config, d *dice) {
	d = newDice(t, 1, protocol.Produce)
	proxy := eventlogtest.NewProxy(t, func(key int16) eventlogtest.Fault {
		if d.decide(key) == eventlogtest.Pass {
			return eventlogtest.Pass
		}
		return eventlogtest.CutBefore
	})
	return eventlog.Config{Brokers: []string{startBroker(t)}, Dial: proxy.Dial, Partitions: 2}, d
}

func TestFullQueueMakesProduceWait(t *testing.T) {
	config, shut := gate(t)
	log := open(t, config)
	shut.arm(true)
	producer, err := log.NewProducer(eventlog.ProducerConfig{QueueRecords: 10})
	require.NoError(t, err)
	send := func(ctx context.Context, i int) error {
		return producer.Produce(ctx, fmt.Appendf(nil, "%d", i), fmt.Appendf(nil, "%d", i+1), nil, time.Time{})
	}
	for i := range 10 {
		require.NoError(t, send(t.Context(), i))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err = send(ctx, 10)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "room in the queue")
	require.ErrorIs(t, producer.Flush(ctx), context.DeadlineExceeded, "nothing is acknowledged")
	require.Empty(t, producer.Acked())

	waiting := make(chan error, 1)
	go func() { waiting <- send(t.Context(), 10) }()
	shut.arm(false)
	require.NoError(t, <-waiting)
	require.NoError(t, producer.Flush(t.Context()))
	offsets, err := log.Offsets(t.Context())
	require.NoError(t, err)
	for _, p := range offsets {
		require.Equal(t, p.End, producer.Acked()[p.Partition])
	}
	require.NoError(t, producer.Close(t.Context()))
	requireNothingLost(t, eventlogtest.ReadAll(t, log), []string{producer.ID()}, 11)
}

func TestQueueIsBoundedInBytes(t *testing.T) {
	config, shut := gate(t)
	log := open(t, config)
	shut.arm(true)
	producer, err := log.NewProducer(eventlog.ProducerConfig{QueueBytes: schema.MaxEventBytes})
	require.NoError(t, err)
	half := make([]byte, schema.MaxEventBytes/2)
	require.NoError(t, producer.Produce(t.Context(), nil, half, nil, time.Time{}))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, producer.Produce(ctx, nil, half, nil, time.Time{}), context.DeadlineExceeded)
	shut.arm(false)
	require.NoError(t, producer.Produce(t.Context(), nil, half, nil, time.Time{}))
	require.NoError(t, producer.Close(t.Context()))
}

func TestGivingUpStopsTheWholeProducer(t *testing.T) {
	config, shut := gate(t)
	log := open(t, config)
	producer, err := log.NewProducer(eventlog.ProducerConfig{DeliveryTimeout: 200 * time.Millisecond, ID: "me"})
	require.NoError(t, err)
	require.NoError(t, producer.Produce(t.Context(), []byte("k"), []byte("1"), nil, time.Time{}))
	require.NoError(t, producer.Flush(t.Context()))
	shut.arm(true)
	for i := range 3 {
		require.NoError(t, producer.Produce(t.Context(), []byte("k"), fmt.Appendf(nil, "%d", i+2), nil, time.Time{}))
	}
	err = producer.Flush(t.Context())
	var undelivered *eventlog.ErrUndelivered
	require.ErrorAs(t, err, &undelivered)
	require.Equal(t, "me", undelivered.Producer)
	require.Equal(t, eventlog.PartitionFor([]byte("k"), 2), undelivered.Partition)
	require.Equal(t, []int64{2, 4, 3, 3}, []int64{undelivered.FirstSequence, undelivered.LastSequence, int64(undelivered.Records), int64(undelivered.Unacknowledged)})
	require.ErrorContains(t, err, "deadline exceeded; the last attempt: ", "when and why")

	shut.arm(false)
	require.ErrorIs(t, producer.Produce(t.Context(), []byte("other"), nil, nil, time.Time{}), err, "no record overtakes a lost one")
	require.ErrorIs(t, producer.Close(t.Context()), err)
	require.Len(t, eventlogtest.ReadAll(t, log), 1)
}

func TestRefusalByTheBrokerIsNotRepeated(t *testing.T) {
	cluster := startCluster(t)
	log := open(t, eventlog.Config{Brokers: cluster.ListenAddrs()})
	attempts := 0
	cluster.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		attempts++
		produce := request.(*kmsg.ProduceRequest)
		response := request.ResponseKind().(*kmsg.ProduceResponse)
		partition := kmsg.NewProduceResponseTopicPartition()
		partition.Partition, partition.ErrorCode = produce.Topics[0].Partitions[0].Partition, int16(kafka.TopicAuthorizationFailed)
		topic := kmsg.NewProduceResponseTopic()
		topic.Topic, topic.Partitions = produce.Topics[0].Topic, append(topic.Partitions, partition)
		response.Topics = append(response.Topics, topic)
		return response, nil, true
	})
	producer, err := log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(t, err)
	require.NoError(t, producer.Produce(t.Context(), []byte("k"), nil, nil, time.Time{}))
	require.ErrorIs(t, producer.Close(t.Context()), kafka.TopicAuthorizationFailed)
	require.Equal(t, 1, attempts)
}

func TestCloseThatIsCutShortSaysWhatIsMissing(t *testing.T) {
	config, shut := gate(t)
	log := open(t, config)
	shut.arm(true)
	producer, err := log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(t, err)
	for range 7 {
		require.NoError(t, producer.Produce(t.Context(), []byte("k"), nil, nil, time.Time{}))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err = producer.Close(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "7 records were not acknowledged")
	require.Equal(t, err, producer.Close(t.Context()), "again")
}

func TestProducerConfigExplainsWhatIsWrong(t *testing.T) {
	for want, config := range map[string]eventlog.ProducerConfig{
		"an event may measure":   {QueueBytes: 100},
		"queue of -1":            {QueueRecords: -1},
		"batches of 9000000":     {BatchBytes: 9_000_000},
		"delivery timeout":       {DeliveryTimeout: -1},
		"codec 9 is unknown":     {Compression: 9},
		"0 records: give 1 or m": {},
	} {
		if want == "0 records: give 1 or m" {
			require.NoError(t, config.Validate())
			continue
		}
		require.ErrorContains(t, config.Validate(), want)
	}
}

func TestTransactionsHaltAReader(t *testing.T) {
	ctx := t.Context()
	cluster := startCluster(t)
	log := open(t, eventlog.Config{Brokers: cluster.ListenAddrs(), Partitions: 1})
	other, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.TransactionalID("another program"), kgo.DefaultProduceTopic(log.Topic()))
	require.NoError(t, err)
	defer other.Close()
	require.NoError(t, other.BeginTransaction())
	require.NoError(t, other.ProduceSync(ctx, kgo.StringRecord("v")).FirstErr())
	require.NoError(t, other.EndTransaction(ctx, kgo.TryCommit))

	_, err = log.Fetch(ctx, 0, 0, eventlog.FetchOptions{})
	var halt *eventlog.ErrTransactional
	require.ErrorAs(t, err, &halt)
	require.ErrorContains(t, err, "transactional.id")
	batch, err := log.Fetch(ctx, 0, 1, eventlog.FetchOptions{})
	require.NoError(t, err)
	require.Equal(t, []eventlog.OffsetRange{{First: 1, Last: 1}}, batch.Skipped, "the marker of the commit")
}
