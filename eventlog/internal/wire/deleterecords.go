package wire

import (
	"fmt"
	"io"

	"github.com/segmentio/kafka-go/protocol"
)

// maxDeleteRecordsBytes bounds the response for one partition.
const maxDeleteRecordsBytes = 1 << 16

// DeleteRecordsRequest asks the partition's leader to drop the records below
// an offset.
type DeleteRecordsRequest struct {
	ClientID      string
	Correlation   int32
	Topic         string
	Partition     int32
	Before        int64
	TimeoutMillis int32
}

// DeleteRecordsResponse is the broker's answer.
type DeleteRecordsResponse struct {
	// LowWatermark is the first offset that is left.
	LowWatermark int64
	// ErrorCode is Kafka's; 0 is success.
	ErrorCode int16
}

// ApiKey makes DeleteRecordsRequest a message of kafka-go.
func (*DeleteRecordsRequest) ApiKey() protocol.ApiKey { return protocol.DeleteRecords }

// ApiKey makes DeleteRecordsResponse a message of kafka-go.
func (*DeleteRecordsResponse) ApiKey() protocol.ApiKey { return protocol.DeleteRecords }

// Broker routes the request to the partition's leader.
func (r *DeleteRecordsRequest) Broker(cluster protocol.Cluster) (protocol.Broker, error) {
	return leader(cluster, r.Topic, r.Partition)
}

// Required tells kafka-go that this message writes and reads itself.
func (*DeleteRecordsRequest) Required(map[protocol.ApiKey]int16) bool { return true }

// RawExchange sends the request in version 1 and reads the response.
func (r *DeleteRecordsRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	e := newEncoder(protocol.DeleteRecords, 1, false, r.Correlation, r.ClientID)
	e.count(1)
	e.string(r.Topic)
	e.count(1)
	e.int32(r.Partition)
	e.int64(r.Before)
	e.int32(r.TimeoutMillis)
	d, err := exchange(rw, e, r.Correlation, maxDeleteRecordsBytes)
	if err != nil {
		return nil, fmt.Errorf("delete records of %s/%d: %w", r.Topic, r.Partition, err)
	}
	response := decodeDeleteRecords(d)
	if err := d.err(); err != nil {
		return nil, fmt.Errorf("delete records of %s/%d: %w", r.Topic, r.Partition, err)
	}
	return response, nil
}

func decodeDeleteRecords(d *decoder) *DeleteRecordsResponse {
	response := new(DeleteRecordsResponse)
	d.int32() // throttle time
	for range d.count() {
		d.string() // topic
		for range d.count() {
			d.int32() // partition
			response.LowWatermark = d.int64()
			response.ErrorCode = d.int16()
		}
	}
	return response
}
