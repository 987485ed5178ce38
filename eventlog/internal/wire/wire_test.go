package wire

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"github.com/segmentio/kafka-go/protocol"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// exchanger is what kafka-go asks of a message that writes and reads itself.
type exchanger interface {
	protocol.RawExchanger
	protocol.Message
}

// broker answers one request with what kmsg, an independent implementation of
// the protocol, makes of the response, after it has read the request.
type broker struct {
	t        *testing.T
	asked    kmsg.Request
	answer   kmsg.Response
	response bytes.Reader
}

func (b *broker) Write(raw []byte) (int, error) {
	body := raw[4:]
	require.Len(b.t, body, int(binary.BigEndian.Uint32(raw)))
	key, version := int16(binary.BigEndian.Uint16(body)), int16(binary.BigEndian.Uint16(body[2:]))
	require.Equal(b.t, b.asked.Key(), key)
	b.asked.SetVersion(version)
	b.answer.SetVersion(version)
	correlation, name := body[4:8], int(binary.BigEndian.Uint16(body[8:]))
	body = body[10+name:]
	head := append(make([]byte, 4), correlation...)
	if b.asked.IsFlexible() {
		require.Zero(b.t, body[0], "tags of the header")
		body, head = body[1:], append(head, 0)
	}
	require.NoError(b.t, b.asked.ReadFrom(body))
	require.Equal(b.t, b.asked.AppendTo(nil), body, "nothing is left over")
	whole := b.answer.AppendTo(head)
	binary.BigEndian.PutUint32(whole, uint32(len(whole)-4))
	b.response.Reset(whole)
	return len(raw), nil
}

func (b *broker) Read(p []byte) (int, error) { return b.response.Read(p) }

func ask(t *testing.T, request exchanger, versions map[protocol.ApiKey]int16, asked kmsg.Request, answer kmsg.Response) protocol.Message {
	t.Helper()
	require.True(t, request.Required(versions))
	got, err := request.RawExchange(&broker{t: t, asked: asked, answer: answer})
	require.NoError(t, err)
	return got
}

func TestFetchAgreesWithAnotherImplementation(t *testing.T) {
	id := TopicID{1, 2, 3}
	for version := int16(fetchOldest); version <= FetchByID; version++ {
		if version == fetchByName+1 {
			continue // neither by name in the plain form, nor by id
		}
		request := &FetchRequest{
			ClientID: "me", Correlation: 7, Topic: "dreamlog", Partition: 3, Offset: 42,
			MinBytes: 1, MaxBytes: 1000, MaxWaitMillis: 500, MaxResponse: 1 << 20,
		}
		versions := map[protocol.ApiKey]int16{protocol.Fetch: version}
		if version == FetchByID {
			request.TopicID = id
			versions[protocol.Fetch] = fetchByName // what kafka-go negotiates
		}
		asked := kmsg.NewPtrFetchRequest()
		answer := kmsg.NewPtrFetchResponse()
		partition := kmsg.NewFetchResponseTopicPartition()
		partition.Partition, partition.HighWatermark, partition.LogStartOffset = 3, 99, 7
		partition.AbortedTransactions = []kmsg.FetchResponseTopicPartitionAbortedTransaction{{ProducerID: 5, FirstOffset: 6}}
		partition.RecordBatches = []byte("batches")
		partition.ErrorCode = 1
		topic := kmsg.NewFetchResponseTopic()
		topic.Topic, topic.TopicID = "dreamlog", id
		topic.Partitions = append(topic.Partitions, partition)
		answer.Topics = append(answer.Topics, topic)

		got := ask(t, request, versions, asked, answer)

		want := &FetchResponse{PartitionErrorCode: 1, HighWatermark: 99, LogStart: 7, Records: []byte("batches")}
		if version < 5 {
			want.LogStart = -1
		}
		require.Equal(t, want, got, "version %d", version)
		require.Equal(t, version, asked.Version)
		require.Equal(t, int64(42), asked.Topics[0].Partitions[0].FetchOffset)
		require.Equal(t, int32(3), asked.Topics[0].Partitions[0].Partition)
		require.Equal(t, int32(1000), asked.Topics[0].Partitions[0].PartitionMaxBytes)
		require.Equal(t, []int32{500, 1, 1000}, []int32{asked.MaxWaitMillis, asked.MinBytes, asked.MaxBytes})
		if version >= FetchByID {
			require.Equal(t, [16]byte(id), asked.Topics[0].TopicID)
		} else {
			require.Equal(t, "dreamlog", asked.Topics[0].Topic)
		}
	}
}

func TestMetadataAgreesWithAnotherImplementation(t *testing.T) {
	answer := kmsg.NewPtrMetadataResponse()
	answer.Brokers = []kmsg.MetadataResponseBroker{{NodeID: 1, Host: "a", Port: 9092}, {NodeID: 2, Host: "b", Port: 9092}}
	topic := kmsg.NewMetadataResponseTopic()
	topic.Topic, topic.TopicID = kmsg.StringPtr("dreamlog"), [16]byte{9}
	topic.Partitions = []kmsg.MetadataResponseTopicPartition{
		{Partition: 0, Leader: 1, Replicas: []int32{1, 2, 3}, ISR: []int32{1}, OfflineReplicas: []int32{2, 3}},
		{Partition: 1, Leader: -1, ErrorCode: 5, Replicas: []int32{1}},
	}
	answer.Topics = append(answer.Topics, topic)
	asked := kmsg.NewPtrMetadataRequest()

	got := ask(t, &MetadataRequest{ClientID: "me", Correlation: 1, Topic: "dreamlog"}, nil, asked, answer)

	require.Equal(t, &MetadataResponse{Brokers: 2, TopicID: TopicID{9}, Partitions: []PartitionMetadata{
		{Index: 0, Leader: 1, Replicas: 3}, {Index: 1, Leader: -1, ErrorCode: 5, Replicas: 1},
	}}, got)
	require.Equal(t, "dreamlog", *asked.Topics[0].Topic)
	require.False(t, asked.AllowAutoTopicCreation)
}

func TestDeleteRecordsAgreesWithAnotherImplementation(t *testing.T) {
	answer := kmsg.NewPtrDeleteRecordsResponse()
	topic := kmsg.NewDeleteRecordsResponseTopic()
	topic.Topic = "dreamlog"
	topic.Partitions = []kmsg.DeleteRecordsResponseTopicPartition{{Partition: 2, LowWatermark: 40, ErrorCode: 6}}
	answer.Topics = append(answer.Topics, topic)
	asked := kmsg.NewPtrDeleteRecordsRequest()

	got := ask(t, &DeleteRecordsRequest{ClientID: "me", Correlation: 1, Topic: "dreamlog", Partition: 2, Before: 40, TimeoutMillis: 5}, nil, asked, answer)

	require.Equal(t, &DeleteRecordsResponse{LowWatermark: 40, ErrorCode: 6}, got)
	require.Equal(t, int64(40), asked.Topics[0].Partitions[0].Offset)
	require.Equal(t, int32(5), asked.TimeoutMillis)
}

// fixed answers with the same bytes whatever is asked.
type fixed struct{ io.Reader }

func (fixed) Write(p []byte) (int, error) { return len(p), nil }

func TestResponsesThatMustNotBeTrusted(t *testing.T) {
	request := func() *FetchRequest {
		return &FetchRequest{Correlation: 7, MaxResponse: 100, version: 4}
	}
	tests := map[string]struct {
		response []byte
		says     string
	}{
		"another request's":   {[]byte{0, 0, 0, 8, 0, 0, 0, 6, 0, 0, 0, 0}, "response 6 to request 7"},
		"larger than allowed": {[]byte{0, 0, 1, 0, 0, 0, 0, 7}, "at most 100"},
		"negative size":       {[]byte{0xff, 0, 0, 0, 0, 0, 0, 7}, "at most 100"},
		"cut off":             {[]byte{0, 0, 0, 50, 0, 0, 0, 7, 1}, "unexpected EOF"},
		"a count too large":   {[]byte{0, 0, 0, 12, 0, 0, 0, 7, 0, 0, 0, 0, 0x7f, 0, 0, 0}, "malformed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := request().RawExchange(fixed{bytes.NewReader(test.response)})
			require.ErrorContains(t, err, test.says)
		})
	}
	_, err := (&FetchRequest{version: 3}).RawExchange(fixed{})
	require.ErrorContains(t, err, "use Kafka 3.0 or newer")
}

func TestRoutingNamesWhatIsMissing(t *testing.T) {
	cluster := protocol.Cluster{
		Brokers: map[int32]protocol.Broker{1: {ID: 1, Host: "a"}},
		Topics:  map[string]protocol.Topic{"t": {Partitions: map[int32]protocol.Partition{0: {Leader: 1}, 1: {Leader: -1}}}},
	}
	found, err := (&FetchRequest{Topic: "t"}).Broker(cluster)
	require.NoError(t, err)
	require.Equal(t, int32(1), found.ID)
	_, err = (&FetchRequest{Topic: "t", Partition: 1}).Broker(cluster)
	require.ErrorIs(t, err, protocol.ErrNoLeader)
	_, err = (&FetchRequest{Topic: "t", Partition: 2}).Broker(cluster)
	require.ErrorIs(t, err, protocol.ErrNoPartition)
	_, err = (&DeleteRecordsRequest{Topic: "u"}).Broker(cluster)
	require.ErrorIs(t, err, protocol.ErrNoTopic)
}

func FuzzResponses(f *testing.F) {
	fetch := kmsg.NewPtrFetchResponse()
	fetch.Topics = []kmsg.FetchResponseTopic{{Topic: "t", Partitions: []kmsg.FetchResponseTopicPartition{{RecordBatches: []byte("x")}}}}
	metadata := kmsg.NewPtrMetadataResponse()
	metadata.Topics = []kmsg.MetadataResponseTopic{{Topic: kmsg.StringPtr("t"), Partitions: []kmsg.MetadataResponseTopicPartition{{Replicas: []int32{1}}}}}
	for _, version := range []int16{4, 11, 13} {
		fetch.SetVersion(version)
		f.Add(fetch.AppendTo(nil))
	}
	metadata.SetVersion(metadataVersion)
	f.Add(metadata.AppendTo(nil))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, version := range []int16{4, 11, 13} {
			d := &decoder{data: data, flexible: version >= FetchByID}
			if got := decodeFetch(d, version); len(got.Records) > len(data) {
				t.Fatalf("%d bytes of records in %d", len(got.Records), len(data))
			}
		}
		if got := decodeMetadata(&decoder{data: data, flexible: true}); len(got.Partitions) > len(data) {
			t.Fatalf("%d partitions in %d bytes", len(got.Partitions), len(data))
		}
		decodeDeleteRecords(&decoder{data: data})
	})
}
