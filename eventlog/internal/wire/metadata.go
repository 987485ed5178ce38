package wire

import (
	"fmt"
	"io"

	"github.com/segmentio/kafka-go/protocol"
)

// metadataVersion is the first that tells a topic's id; Kafka 2.8 has it.
const metadataVersion = 10

// maxMetadataBytes bounds the response: one topic in a large cluster.
const maxMetadataBytes = 16 << 20

// MetadataRequest asks any broker what it knows of one topic. It never makes
// the topic.
type MetadataRequest struct {
	ClientID    string
	Correlation int32
	Topic       string
}

// MetadataResponse is the broker's answer.
type MetadataResponse struct {
	Brokers int
	// ErrorCode is Kafka's code for the topic; 0 is success.
	ErrorCode  int16
	TopicID    TopicID
	Partitions []PartitionMetadata
}

// PartitionMetadata describes one partition.
type PartitionMetadata struct {
	ErrorCode int16
	Index     int32
	// Leader is the id of a broker, -1 for none.
	Leader   int32
	Replicas int
}

// ApiKey makes MetadataRequest a message of kafka-go.
func (*MetadataRequest) ApiKey() protocol.ApiKey { return protocol.Metadata }

// ApiKey makes MetadataResponse a message of kafka-go.
func (*MetadataResponse) ApiKey() protocol.ApiKey { return protocol.Metadata }

// Required tells kafka-go that this message writes and reads itself.
func (*MetadataRequest) Required(map[protocol.ApiKey]int16) bool { return true }

// RawExchange sends the request and reads the response.
func (r *MetadataRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	d, err := exchange(rw, r.encode(), r.Correlation, maxMetadataBytes)
	if err != nil {
		return nil, fmt.Errorf("metadata of topic %s: %w", r.Topic, err)
	}
	response := decodeMetadata(d)
	if err := d.err(); err != nil {
		return nil, fmt.Errorf("metadata of topic %s: %w", r.Topic, err)
	}
	return response, nil
}

func (r *MetadataRequest) encode() *encoder {
	e := newEncoder(protocol.Metadata, metadataVersion, true, r.Correlation, r.ClientID)
	e.count(1)
	e.topicID(TopicID{}) // asked by name
	e.string(r.Topic)
	e.tags()
	e.int8(0) // do not make the topic
	e.int8(0) // no cluster operations
	e.int8(0) // no topic operations
	e.tags()
	return e
}

func decodeMetadata(d *decoder) *MetadataResponse {
	response := new(MetadataResponse)
	d.int32() // throttle time
	response.Brokers = d.count()
	for range response.Brokers {
		d.int32()  // id
		d.string() // host
		d.int32()  // port
		d.string() // rack
		d.tags()
	}
	d.string() // cluster id
	d.int32()  // controller
	for range d.count() {
		response.ErrorCode = d.int16()
		d.string() // name
		response.TopicID = d.topicID()
		d.int8() // internal
		for range d.count() {
			response.Partitions = append(response.Partitions, decodePartitionMetadata(d))
			if d.failed {
				return response
			}
		}
		d.int32() // operations
		d.tags()
	}
	d.int32() // operations
	d.tags()
	return response
}

func decodePartitionMetadata(d *decoder) PartitionMetadata {
	p := PartitionMetadata{ErrorCode: d.int16(), Index: d.int32(), Leader: d.int32()}
	d.int32() // leader epoch
	p.Replicas = d.count()
	d.take(4 * p.Replicas)
	d.take(4 * d.count()) // in sync
	d.take(4 * d.count()) // offline
	d.tags()
	return p
}
