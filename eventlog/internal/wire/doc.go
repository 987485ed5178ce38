// Package wire holds the three requests of Kafka's protocol that kafka-go does
// not offer in the form that the event log needs:
//
//   - Fetch, read as raw record sets in one buffer, and by topic id (version
//     13) where the broker can, so that a topic that was deleted and made again
//     is noticed and never read as if it were the old one;
//   - Metadata, straight from a broker instead of from kafka-go's cache, with
//     the topic's id;
//   - DeleteRecords, which kafka-go has no call for.
//
// The requests travel through kafka-go's Transport, which routes, connects,
// encrypts and authenticates. This package never opens a connection, never
// retries and never judges an error code. Only package eventlog calls it.
package wire

import (
	"fmt"
	"io"

	"github.com/segmentio/kafka-go/protocol"
)

// TopicID identifies one incarnation of a topic. The zero TopicID is none.
type TopicID [16]byte

// exchange sends a request and reads the whole response into one buffer, which
// it returns after the correlation id.
func exchange(rw io.ReadWriter, request *encoder, correlation int32, maxResponse int) (*decoder, error) {
	if _, err := rw.Write(request.finish()); err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	var head [8]byte
	if _, err := io.ReadFull(rw, head[:]); err != nil {
		return nil, fmt.Errorf("receive: %w", err)
	}
	d := decoder{data: head[:], flexible: request.flexible}
	size, got := int(d.int32()), d.int32()
	if got != correlation {
		return nil, fmt.Errorf("receive: response %d to request %d", got, correlation)
	}
	if size < 4 || size > maxResponse {
		return nil, fmt.Errorf("receive: response of %d bytes, at most %d are accepted", size, maxResponse)
	}
	d.data = make([]byte, size-4)
	if _, err := io.ReadFull(rw, d.data); err != nil {
		return nil, fmt.Errorf("receive: %w", err)
	}
	d.tags()
	return &d, nil
}

// leader finds the broker that leads a partition.
func leader(cluster protocol.Cluster, topic string, partition int32) (protocol.Broker, error) {
	none := protocol.Broker{ID: -1}
	t, ok := cluster.Topics[topic]
	if !ok {
		return none, protocol.NewErrNoTopic(topic)
	}
	p, ok := t.Partitions[partition]
	if !ok {
		return none, protocol.NewErrNoPartition(topic, partition)
	}
	broker, ok := cluster.Brokers[p.Leader]
	if !ok {
		return none, protocol.NewErrNoLeader(topic, partition)
	}
	return broker, nil
}
