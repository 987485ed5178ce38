package wire

import (
	"fmt"
	"io"

	"github.com/segmentio/kafka-go/protocol"
)

const (
	// FetchByID is the first version of Fetch that names a topic by its id.
	FetchByID = 13
	// fetchByName is the newest version that this package speaks with a name.
	fetchByName = 11
	fetchOldest = 4
)

// FetchRequest asks for the record sets of one partition.
type FetchRequest struct {
	ClientID    string
	Correlation int32
	Topic       string
	// TopicID, if not zero, makes the broker refuse another incarnation of
	// the topic. The broker must know version FetchByID.
	TopicID   TopicID
	Partition int32
	Offset    int64
	// MinBytes is what the broker waits for, at most MaxWaitMillis.
	MinBytes, MaxBytes, MaxWaitMillis int32
	// MaxResponse is the size in bytes above which a response is refused.
	MaxResponse int

	version int16
}

// FetchResponse is the broker's answer. The codes are those of Kafka's
// protocol; 0 is success.
type FetchResponse struct {
	ErrorCode          int16
	PartitionErrorCode int16
	// HighWatermark and LogStart are -1 where the broker did not say.
	HighWatermark, LogStart int64
	// Records are batches as they lie on the log, the last perhaps cut off.
	Records []byte
}

// ApiKey makes FetchRequest a message of kafka-go.
func (*FetchRequest) ApiKey() protocol.ApiKey { return protocol.Fetch }

// ApiKey makes FetchResponse a message of kafka-go.
func (*FetchResponse) ApiKey() protocol.ApiKey { return protocol.Fetch }

// Broker routes the request to the partition's leader.
func (r *FetchRequest) Broker(cluster protocol.Cluster) (protocol.Broker, error) {
	return leader(cluster, r.Topic, r.Partition)
}

// Required tells kafka-go that this message writes and reads itself.
func (r *FetchRequest) Required(versions map[protocol.ApiKey]int16) bool {
	r.version = min(versions[protocol.Fetch], fetchByName)
	if r.TopicID != (TopicID{}) {
		r.version = FetchByID
	}
	return true
}

// RawExchange sends the request and reads the response.
func (r *FetchRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	if r.version < fetchOldest {
		return nil, fmt.Errorf("fetch %s/%d: the broker speaks version %d of Fetch, %d is needed: use Kafka 3.0 or newer", r.Topic, r.Partition, r.version, fetchOldest)
	}
	d, err := exchange(rw, r.encode(), r.Correlation, r.MaxResponse)
	if err != nil {
		return nil, fmt.Errorf("fetch %s/%d: %w", r.Topic, r.Partition, err)
	}
	response := decodeFetch(d, r.version)
	if err := d.err(); err != nil {
		return nil, fmt.Errorf("fetch %s/%d: %w", r.Topic, r.Partition, err)
	}
	return response, nil
}

func (r *FetchRequest) encode() *encoder {
	byID := r.version >= FetchByID
	e := newEncoder(protocol.Fetch, r.version, byID, r.Correlation, r.ClientID)
	e.int32(-1) // replica: a client
	e.int32(r.MaxWaitMillis)
	e.int32(r.MinBytes)
	e.int32(r.MaxBytes)
	e.int8(0) // isolation: everything up to the high watermark
	if r.version >= 7 {
		e.int32(0)  // session: none
		e.int32(-1) // session epoch: a full fetch
	}
	e.count(1)
	if byID {
		e.topicID(r.TopicID)
	} else {
		e.string(r.Topic)
	}
	e.count(1)
	r.encodePartition(e)
	e.tags() // of the topic
	if r.version >= 7 {
		e.count(0) // forgotten topics
	}
	if r.version >= 11 {
		e.string("") // rack
	}
	e.tags()
	return e
}

func (r *FetchRequest) encodePartition(e *encoder) {
	e.int32(r.Partition)
	if r.version >= 9 {
		e.int32(-1) // leader epoch: unknown
	}
	e.int64(r.Offset)
	if r.version >= 12 {
		e.int32(-1) // epoch of the last record: unknown
	}
	if r.version >= 5 {
		e.int64(-1) // log start: a follower's field
	}
	e.int32(r.MaxBytes)
	e.tags()
}

func decodeFetch(d *decoder, version int16) *FetchResponse {
	response := &FetchResponse{HighWatermark: -1, LogStart: -1}
	d.int32() // throttle time
	if version >= 7 {
		response.ErrorCode = d.int16()
		d.int32() // session
	}
	for range d.count() {
		if version >= FetchByID {
			d.topicID()
		} else {
			d.string()
		}
		for range d.count() {
			response.decodePartition(d, version)
		}
		d.tags()
	}
	d.tags()
	return response
}

// decodePartition reads the one partition that was asked for.
func (f *FetchResponse) decodePartition(d *decoder, version int16) {
	d.int32() // partition
	f.PartitionErrorCode = d.int16()
	f.HighWatermark = d.int64()
	d.int64() // last stable offset
	if version >= 5 {
		f.LogStart = d.int64()
	}
	for range d.count() { // aborted transactions
		d.int64()
		d.int64()
		d.tags()
	}
	if version >= 11 {
		d.int32() // preferred replica
	}
	f.Records = d.bytes()
	d.tags()
}
