package eventlog_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/segmentio/kafka-go/protocol"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/embedded"
	"github.com/dreamlog/dreamlog/eventlog/eventlogtest"
)

// dice draws the faults of a proxy from a seed.
type dice struct {
	mu    sync.Mutex // guards rolls and armed
	rolls *rand.Rand
	armed bool
	share float64
	keys  map[protocol.ApiKey]bool
}

func newDice(t *testing.T, share float64, keys ...protocol.ApiKey) *dice {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	d := &dice{rolls: rand.New(rand.NewPCG(seed, 0)), share: share, keys: make(map[protocol.ApiKey]bool)}
	for _, k := range keys {
		d.keys[k] = true
	}
	return d
}

func (d *dice) arm(armed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.armed = armed
}

func (d *dice) decide(key int16) eventlogtest.Fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.armed || !d.keys[protocol.ApiKey(key)] || d.rolls.Float64() > d.share {
		return eventlogtest.Pass
	}
	return eventlogtest.CutBefore + eventlogtest.Fault(d.rolls.IntN(int(eventlogtest.Delay)))
}

func startBroker(t *testing.T) string {
	t.Helper()
	broker, err := embedded.Start(t.Context(), embedded.Options{Dir: t.TempDir(), NoSync: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, broker.Close()) })
	return broker.Addr()
}

func open(t *testing.T, config eventlog.Config) *eventlog.Log {
	t.Helper()
	log, err := eventlog.Open(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	return log
}

// produceMany lets several producers send n records each, and returns their
// ids. Every record is acknowledged.
func produceMany(t *testing.T, log *eventlog.Log, producers, n int) []string {
	t.Helper()
	ids := make([]string, producers)
	var running sync.WaitGroup
	for i := range ids {
		producer, err := log.NewProducer(eventlog.ProducerConfig{BatchRecords: 20, Linger: time.Millisecond})
		require.NoError(t, err)
		ids[i] = producer.ID()
		running.Go(func() {
			for j := range n {
				if err := producer.Produce(t.Context(), fmt.Appendf(nil, "key %d", j%7), fmt.Appendf(nil, "%d", j+1), nil, time.Time{}); err != nil {
					t.Error(err)
					return
				}
			}
			if err := producer.Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	return ids
}

// requireNothingLost holds the log to n acknowledged records of each producer,
// and what is there twice to be the same; it returns how many those are.
func requireNothingLost(t *testing.T, records []eventlog.Record, producers []string, n int) (doubled int) {
	t.Helper()
	first := make(map[eventlogtest.Stamped]string)
	highest := make(map[string]int64)
	for _, r := range records {
		stamp := eventlogtest.Stamp(t, r)
		if value, ok := first[stamp]; ok {
			require.Equal(t, value, string(r.Value), "the second of %v", stamp)
			doubled++
			continue
		}
		first[stamp] = string(r.Value)
		lane := fmt.Sprintf("%s/%d", stamp.Producer, r.Partition)
		require.Greater(t, stamp.Sequence, highest[lane], "the first of each comes in order")
		highest[lane] = stamp.Sequence
	}
	for _, producer := range producers {
		for sequence := range int64(n) {
			require.Equal(t, fmt.Sprint(sequence+1), first[eventlogtest.Stamped{Producer: producer, Sequence: sequence + 1}])
		}
	}
	require.Len(t, first, len(producers)*n, "nothing that nobody produced")
	return doubled
}

func TestFaultsWhileProducing(t *testing.T) {
	const producers, n = 3, 2000
	address := startBroker(t)
	d := newDice(t, 0.25, protocol.Produce, protocol.Metadata)
	proxy := eventlogtest.NewProxy(t, d.decide)
	log := open(t, eventlog.Config{Brokers: []string{address}, Dial: proxy.Dial})
	d.arm(true)
	ids := produceMany(t, log, producers, n)
	d.arm(false)

	doubled := requireNothingLost(t, eventlogtest.ReadAll(t, log), ids, n)
	require.Positive(t, proxy.Count(eventlogtest.CutBefore))
	require.Positive(t, proxy.Count(eventlogtest.DropResponse))
	require.Positive(t, doubled, "a lost response doubles its batch, or this test proves nothing")
	t.Logf("%d acknowledged, 0 lost, %d doubled", producers*n, doubled)
}

func TestFaultsWhileReading(t *testing.T) {
	const n = 3000
	address := startBroker(t)
	d := newDice(t, 0.4, protocol.Fetch, protocol.ListOffsets, protocol.Metadata)
	proxy := eventlogtest.NewProxy(t, d.decide)
	log := open(t, eventlog.Config{Brokers: []string{address}, Dial: proxy.Dial, Partitions: 1})
	ids := produceMany(t, log, 1, n)
	d.arm(true)
	var records []eventlog.Record
	failed := 0
	for at := int64(0); at < n; {
		batch, err := log.Fetch(t.Context(), 0, at, eventlog.FetchOptions{MaxBytes: 4 << 10})
		if err != nil {
			require.NotEqual(t, eventlog.Fatal, eventlog.Classify(err), "%v", err)
			failed++
			continue
		}
		records = append(records, batch.Records...)
		at = batch.Next
	}
	require.Positive(t, failed)
	require.Zero(t, requireNothingLost(t, records, ids, n))
}

func TestLeaderChangesHealInSeconds(t *testing.T) {
	const moves, n = 3, 200
	cluster, err := kfake.NewCluster(kfake.NumBrokers(3))
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	log := open(t, eventlog.Config{Brokers: cluster.ListenAddrs(), Partitions: 2, MetadataTTL: 500 * time.Millisecond})
	producer, err := log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(t, err)
	for move := range moves {
		for i := range n {
			require.NoError(t, producer.Produce(t.Context(), fmt.Appendf(nil, "key %d", i%7), fmt.Appendf(nil, "%d", move*n+i+1), nil, time.Time{}))
		}
		begun := time.Now()
		require.NoError(t, producer.Flush(t.Context()))
		require.Less(t, time.Since(begun), 10*time.Second)
		for p := range int32(log.Partitions()) {
			require.NoError(t, cluster.MoveTopicPartition(log.Topic(), p, (cluster.LeaderFor(log.Topic(), p)+1)%3))
		}
		err = readOnce(t, log)
		require.Equal(t, eventlog.Retryable, eventlog.Classify(err), "the old leader refuses: %v", err)
	}
	require.NoError(t, producer.Close(t.Context()))
	require.Eventually(t, func() bool { return readOnce(t, log) == nil }, 10*time.Second, 10*time.Millisecond)
	requireNothingLost(t, eventlogtest.ReadAll(t, log), []string{producer.ID()}, moves*n)
}

func readOnce(t *testing.T, log *eventlog.Log) error {
	for p := range log.Partitions() {
		if _, err := log.Fetch(t.Context(), p, 0, eventlog.FetchOptions{MaxWait: -1}); err != nil {
			return err
		}
	}
	return nil
}
