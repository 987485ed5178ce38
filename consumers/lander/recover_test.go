package lander_test

import (
	"context"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store/faulty"
	"github.com/dreamlog/dreamlog/lake/store/memory"
	"github.com/dreamlog/dreamlog/schema"
)

// requireHalted checks that an error halts landing, names what it is about,
// and says what to do.
func requireHalted(t *testing.T, err error, object, remedy string) {
	t.Helper()
	var halted *lander.HaltError
	require.ErrorAs(t, err, &halted)
	require.Contains(t, halted.Reason, object)
	require.Contains(t, halted.Remedy, remedy)
}

// deleteTopic deletes the topic of the bench.
func (b *bench) deleteTopic() {
	b.t.Helper()
	transport := new(kafka.Transport)
	defer transport.CloseIdleConnections()
	client := kafka.Client{Addr: kafka.TCP(b.address), Transport: transport}
	response, err := client.DeleteTopics(b.t.Context(), &kafka.DeleteTopicsRequest{Topics: []string{b.log.Topic()}})
	require.NoError(b.t, err)
	require.NoError(b.t, response.Errors[b.log.Topic()])
}

// recreate deletes the topic and makes it anew.
func (b *bench) recreate(partitions int) {
	b.t.Helper()
	b.deleteTopic()
	b.log = b.open(eventlog.Config{Partitions: partitions})
}

// ends are the ends of the partitions.
func (b *bench) ends() (ends []int64) {
	b.t.Helper()
	offsets, err := b.log.Offsets(b.t.Context())
	require.NoError(b.t, err)
	for _, o := range offsets {
		ends = append(ends, o.End)
	}
	return ends
}

func TestAnotherKeyHalts(t *testing.T) {
	b := newBench(t)
	b.produce(1, 1)
	require.NoError(t, b.land(lander.Options{}))
	requireHalted(t, b.land(lander.Options{Key: []byte("another")}), "salt key", "keys/salt.key")
	requireHalted(t, b.land(lander.Options{Key: []byte("another"), NewGeneration: true}), "salt key", "keys/salt.key")
}

func TestAnotherTopicHalts(t *testing.T) {
	b := newBench(t)
	b.produce(1, 1)
	require.NoError(t, b.land(lander.Options{}))
	b.log = b.open(eventlog.Config{Topic: "another"})
	requireHalted(t, b.land(lander.Options{}), "the lake holds topic dreamlog.experience, not another", "another data directory")
}

func TestAnotherPartitionCountHalts(t *testing.T) {
	for count, object := range map[int]string{6: "has 6 partitions, the lake was landed from fewer", 3: "has 3 partitions, the lake was landed from more"} {
		b := newBench(t)
		b.produce(20, 1)
		require.NoError(t, b.land(lander.Options{}))
		b.recreate(count)
		b.produce(100, 2)
		requireHalted(t, b.land(lander.Options{}), "", "")
		requireHalted(t, b.land(lander.Options{NewGeneration: true}), object, "restore it")
	}
}

func TestRecordsTrimmedBeforeTheyLandedHalt(t *testing.T) {
	b := newBench(t)
	b.produce(10, 5)
	require.NoError(t, b.land(lander.Options{}))
	cut := b.ends()[0]
	b.produce(40, 2)
	require.NoError(t, b.log.Trim(t.Context(), 0, cut+3))

	requireHalted(t, b.land(lander.Options{}), "partition 0: records from offset", "dreamlog land --new-generation")
	require.Len(t, b.rows(schema.Transitions), 50, "nothing of the round is seen")

	require.NoError(t, b.land(lander.Options{NewGeneration: true}))
	require.Len(t, b.rows(schema.Transitions), 127, "all but the three that are gone, each once")
	s := b.newest()
	require.EqualValues(t, 1, s.Generation)
	require.Equal(t, cut, s.Partition(0, 0).Cut, "the gap stays on record")
	require.Equal(t, cut+3, s.Partition(1, 0).Start)
	require.Equal(t, s.Partition(0, 1).Cut, s.Partition(1, 1).Start, "a partition that lost nothing goes on")
	b.goesOn(127)
}

// goesOn checks that landing goes on without anybody's decision.
func (b *bench) goesOn(rows int) {
	b.t.Helper()
	require.NoError(b.t, b.land(lander.Options{}))
	require.Len(b.t, b.rows(schema.Transitions), rows)
	b.produce(8, 1)
	require.NoError(b.t, b.land(lander.Options{}))
	require.Len(b.t, b.rows(schema.Transitions), rows+8)
	require.EqualValues(b.t, rows+8, b.newest().Tables[schema.Transitions].Rows)
	require.EqualValues(b.t, rows+8, b.newest().Counts().Rows)
}

func TestATopicThatWasMadeAgainHalts(t *testing.T) {
	for name, grown := range map[string]int{"empty": 0, "shorter": 1, "grown past our offset": 20} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.produce(10, 5)
			require.NoError(t, b.land(lander.Options{}))
			b.recreate(0)
			if grown > 0 {
				b.produce(10, grown)
			}
			object := "partition 0: the lake has landed up to offset"
			if name == "grown past our offset" {
				object = "deleted and made again"
			}
			requireHalted(t, b.land(lander.Options{}), object, "--new-generation")
			require.Len(t, b.rows(schema.Transitions), 50)

			require.NoError(t, b.land(lander.Options{NewGeneration: true}))
			require.Len(t, b.rows(schema.Transitions), 50+10*grown)
			require.EqualValues(t, 1, b.newest().Generation)
			require.NoError(t, b.land(lander.Options{NewGeneration: true}))
			require.EqualValues(t, 1, b.newest().Generation, "the permission alone begins nothing")
			b.goesOn(50 + 10*grown)
		})
	}
}

func TestWhatIsProducedAgainInANewGenerationLandsOnce(t *testing.T) {
	b := newBench(t)
	send := func(sequence, step int) {
		p, err := b.log.NewProducer(eventlog.ProducerConfig{})
		require.NoError(t, err)
		headers, body, err := schema.Encode(transition("e", step))
		require.NoError(t, err)
		headers = append(headers, schema.Header{Key: schema.HeaderProducer, Value: []byte("the same")},
			schema.Header{Key: schema.HeaderSequence, Value: strconv.AppendInt(nil, int64(sequence), 10)})
		require.NoError(t, p.Produce(t.Context(), []byte("e"), body, headers, time.Now()))
		require.NoError(t, p.Close(t.Context()))
	}
	send(1, 0)
	send(2, 1)
	require.NoError(t, b.land(lander.Options{}))
	b.recreate(0)
	send(2, 1)
	send(3, 2)
	require.NoError(t, b.land(lander.Options{NewGeneration: true}))
	require.Len(t, b.rows(schema.Transitions), 3)
	require.EqualValues(t, 1, b.newest().Counts().Duplicates)
}

// TestTablesAheadOfAShorterLogHalt cuts a landing short between tables and
// snapshot; then the log loses what the tables already hold.
func TestTablesAheadOfAShorterLogHalt(t *testing.T) {
	b := newBench(t)
	b.produce(10, 5)
	b.store = faulty.New(memory.New(), faulty.Fault{On: faulty.Create, Name: "snapshots/*", Err: syscall.ENOSPC})
	require.ErrorIs(t, b.land(lander.Options{}), syscall.ENOSPC)
	require.Nil(t, b.newest(), "half a round is not seen")
	b.store.(*faulty.Store).Clear()
	b.recreate(0)
	b.produce(8, 1)
	requireHalted(t, b.land(lander.Options{}), "table transitions holds rows of partition 0 up to offset", "--new-generation")
	require.NoError(t, b.land(lander.Options{NewGeneration: true}))
	require.Len(t, b.rows(schema.Transitions), 8)
	b.goesOn(8)
}

func TestFollowingHaltsWhenTheTopicGoes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(b *bench)
		object string
	}{
		"deleted":    {(*bench).deleteTopic, "topic dreamlog.experience is gone"},
		"made again": {func(b *bench) { log := b.log; b.recreate(0); b.produce(10, 20); b.log = log }, "topic dreamlog.experience was deleted and made again"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.produce(10, 5)
			landed := make(chan struct{}, 100)
			done := make(chan error, 1)
			log := *b
			go func() {
				done <- log.land(lander.Options{Follow: true, Linger: time.Millisecond, Published: func(s *lake.Snapshot, _ map[string]int64) {
					if s.Counts().Rows == 50 {
						landed <- struct{}{}
					}
				}})
			}()
			<-landed
			c.change(b)
			err := <-done
			var halted *lander.HaltError
			require.ErrorAs(t, err, &halted)
			if name == "deleted" {
				require.Contains(t, halted.Reason, c.object)
			}
			require.Contains(t, halted.Remedy, "--new-generation")
			require.Len(t, b.rows(schema.Transitions), 50)
		})
	}
}

func TestATransactionalProducerHalts(t *testing.T) {
	b := newBench(t)
	b.produce(1, 1)
	client, err := kgo.NewClient(kgo.SeedBrokers(b.address), kgo.TransactionalID("tx"))
	require.NoError(t, err)
	defer client.Close()
	require.NoError(t, client.BeginTransaction())
	require.NoError(t, client.ProduceSync(t.Context(), &kgo.Record{Topic: b.log.Topic(), Value: []byte("x")}).FirstErr())
	require.NoError(t, client.EndTransaction(t.Context(), kgo.TryCommit))
	requireHalted(t, b.land(lander.Options{}), "transactional producer", "produce without transactions")
}

func TestAnUnreachableLogIsNoReasonForANewGeneration(t *testing.T) {
	b := newBench(t)
	b.produce(10, 5)
	require.NoError(t, b.land(lander.Options{}))
	ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	require.NoError(t, b.log.Close())
	l, err := lander.New(b.log, lake.Open(b.store, nil), lander.Options{Key: []byte("key"), NewGeneration: true})
	require.NoError(t, err)
	var halted *lander.HaltError
	err = l.Run(ctx)
	require.Error(t, err)
	require.NotErrorAs(t, err, &halted)
	require.EqualValues(t, 0, b.newest().Generation)
}
