package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Broker is a running broker. Close ends it.
type Broker struct {
	cluster  *kfake.Cluster
	listener *listener
	logger   *logger
	capacity *capacity
	addr     string

	closing  sync.Once
	closeErr error
}

// Start opens the log in a directory and serves it on a free loopback port.
// The caller makes sure that no other process has the directory open. A torn
// write at the end of the log, left by a kill, is cut off: it was not
// acknowledged.
func Start(ctx context.Context, options Options) (*Broker, error) {
	if err := options.Validate(); err != nil {
		return nil, fmt.Errorf("start embedded broker: %w", err)
	}
	options = options.withDefaults()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("start embedded broker: %w", err)
	}
	if err := os.MkdirAll(options.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("start embedded broker: %w", err)
	}
	b := &Broker{listener: new(listener), logger: &logger{to: options.Logger.With("component", "broker")}}
	b.capacity = newCapacity(options.Dir, options.MaxBytes, freeBytes)
	cluster, err := kfake.NewCluster(b.configure(options)...)
	if err != nil {
		b.listener.close()
		return nil, fmt.Errorf("start embedded broker: open the log in %s: %w; if it was written by a newer version use that one, otherwise move the directory aside (events that had not landed are in it)", options.Dir, err)
	}
	b.cluster, b.addr = cluster, cluster.ListenAddrs()[0]
	cluster.ControlKey(int16(kmsg.Produce), b.admit)
	return b, nil
}

func (b *Broker) configure(options Options) []kfake.Opt {
	opts := []kfake.Opt{
		kfake.NumBrokers(1),
		kfake.ClusterID("dreamlog"),
		kfake.DataDir(options.Dir),
		kfake.DefaultNumPartitions(options.Partitions),
		kfake.ListenFn(b.listener.listen),
		kfake.WithLogger(b.logger),
		kfake.BrokerConfigs(map[string]string{
			"log.segment.bytes": strconv.FormatInt(options.segmentBytes(), 10),
			"message.max.bytes": strconv.Itoa(largestMessageBytes),
		}),
	}
	if !options.NoSync {
		opts = append(opts, kfake.SyncWrites())
	}
	return opts
}

// Addr is the broker's address, as host:port.
func (b *Broker) Addr() string { return b.addr }

// Close saves the state that makes the next start fast, ends the connections,
// and returns when nothing of the broker runs any more. Calling it again
// returns the same.
func (b *Broker) Close() error {
	b.closing.Do(func() {
		b.cluster.Close()
		b.listener.close()
		if failed := b.logger.failures(); len(failed) > 0 {
			b.closeErr = fmt.Errorf("close embedded broker: the log is whole, but the next start will read it all: %w", errors.Join(failed...))
		}
	})
	return b.closeErr
}

// admit is asked by the broker about every request to produce, one at a time.
//
// It installs itself anew each time: the broker remembers with a control
// function the last request of every connection there ever was, with its
// records, and forgets them only with the function.
func (b *Broker) admit(request kmsg.Request) (kmsg.Response, error, bool) {
	b.cluster.DropControl()
	b.cluster.ControlKey(int16(kmsg.Produce), b.admit)
	produce, ok := request.(*kmsg.ProduceRequest)
	if !ok {
		return nil, nil, false
	}
	refusal := b.capacity.admit(recordBytes(produce))
	if refusal == nil {
		return nil, nil, false // the broker does its work
	}
	return refuse(produce, refusal), nil, true
}

func recordBytes(produce *kmsg.ProduceRequest) int64 {
	var size int64
	for i := range produce.Topics {
		for j := range produce.Topics[i].Partitions {
			size += int64(len(produce.Topics[i].Partitions[j].Records))
		}
	}
	return size
}

// refuse answers every partition of the request with the refusal.
func refuse(produce *kmsg.ProduceRequest, refusal *refusal) kmsg.Response {
	response := produce.ResponseKind().(*kmsg.ProduceResponse)
	for i := range produce.Topics {
		topic := kmsg.NewProduceResponseTopic()
		topic.Topic, topic.TopicID = produce.Topics[i].Topic, produce.Topics[i].TopicID
		for j := range produce.Topics[i].Partitions {
			partition := kmsg.NewProduceResponseTopicPartition()
			partition.Partition = produce.Topics[i].Partitions[j].Partition
			partition.ErrorCode = refusal.code
			partition.ErrorMessage = &refusal.reason
			topic.Partitions = append(topic.Partitions, partition)
		}
		response.Topics = append(response.Topics, topic)
	}
	return response
}
