package app_test

import (
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/segmentio/kafka-go"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/internal/app"
)

// fullBroker is a Kafka broker that takes so many more requests to produce, and
// refuses those behind as the embedded one does when its disk is full.
type fullBroker struct {
	address string
	takes   atomic.Int64
}

const noRoom = "make room on it"

func newFullBroker(t *testing.T) *fullBroker {
	t.Helper()
	b := &fullBroker{}
	b.takes.Store(1 << 40)
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.DefaultNumPartitions(4), kfake.BrokerConfigs(map[string]string{"message.max.bytes": "16777216"}))
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	b.address = cluster.ListenAddrs()[0]
	cluster.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		if b.takes.Add(-1) >= 0 {
			return nil, nil, false
		}
		return refused(request.(*kmsg.ProduceRequest)), nil, true
	})
	return b
}

func refused(request *kmsg.ProduceRequest) kmsg.Response {
	reason := noRoom
	response := request.ResponseKind().(*kmsg.ProduceResponse)
	for _, asked := range request.Topics {
		topic := kmsg.NewProduceResponseTopic()
		topic.Topic, topic.TopicID = asked.Topic, asked.TopicID
		for _, p := range asked.Partitions {
			partition := kmsg.NewProduceResponseTopicPartition()
			partition.Partition, partition.ErrorCode, partition.ErrorMessage = p.Partition, int16(kafka.PolicyViolation), &reason
			topic.Partitions = append(topic.Partitions, partition)
		}
		response.Topics = append(response.Topics, topic)
	}
	return response
}

func TestALogThatIsFullIsToldOnceAndNothingIsLostOrDoubled(t *testing.T) {
	h, broker := newHome(t), newFullBroker(t)
	a, err := app.Create(t.Context(), app.Config{Data: h.path, Brokers: []string{broker.address}, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close()) }()
	var games []string
	for _, name := range strings.Fields("cup pen fork book lamp soap vase key mug pan plate bowl") {
		games = append(games, game(name))
	}
	file := h.write("games.jsonl", games...)

	broker.takes.Store(2) // some partitions get theirs
	imported, err := a.Import(t.Context(), transcripts(t, file))
	requireToldOnce(t, err)
	require.Zero(t, imported, "nobody knows how much of it is in")

	broker.takes.Store(1 << 40)
	_, err = a.Import(t.Context(), transcripts(t, file))
	require.NoError(t, err)
	require.EqualValues(t, len(games), h.value("SELECT count(*) FROM lake.episodes"))
	require.EqualValues(t, 2*len(games), h.value("SELECT count(*) FROM lake.transitions"))
	h.requireOnce()

	broker.takes.Store(0)
	produced, err := a.Produce(t.Context(), strings.NewReader(event(t, "e1", nil)), app.ProduceOptions{})
	requireToldOnce(t, err)
	require.Zero(t, produced)
	_, err = a.Annotate(t.Context(), app.Note{Target: h.value("SELECT min(episode_id) FROM lake.episodes").(string), Kind: "tag", Value: "x"})
	requireToldOnce(t, err)
}

func requireToldOnce(t *testing.T, err error) {
	t.Helper()
	var undelivered *eventlog.ErrUndelivered
	require.ErrorAs(t, err, &undelivered)
	require.Equal(t, 1, strings.Count(err.Error(), noRoom), err.Error())
}
