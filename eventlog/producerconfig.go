package eventlog

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/segmentio/kafka-go/compress"

	"github.com/dreamlog/dreamlog/schema"
)

// Defaults of ProducerConfig.
const (
	DefaultQueueBytes      = 32 << 20
	DefaultQueueRecords    = 50_000
	DefaultBatchBytes      = 1 << 20
	DefaultBatchRecords    = 5_000
	DefaultLinger          = 5 * time.Millisecond
	DefaultDeliveryTimeout = 2 * time.Minute
)

// Compression is a codec for the batches of a producer.
type Compression = compress.Compression

// Codecs of Compression.
const (
	NoCompression = compress.None
	Zstd          = compress.Zstd
)

// ProducerConfig bounds a Producer.
type ProducerConfig struct {
	// ID is the value of ce_producer: one incarnation of one process. It
	// must never be used twice. Default: a new UUIDv7.
	ID string
	// QueueBytes and QueueRecords bound what is enqueued and not yet
	// acknowledged; Produce waits above. Defaults DefaultQueueBytes and
	// DefaultQueueRecords. QueueBytes holds at least one event of full size.
	QueueBytes, QueueRecords int
	// BatchBytes and BatchRecords end a batch. A larger record travels
	// alone. Defaults DefaultBatchBytes and DefaultBatchRecords.
	BatchBytes, BatchRecords int
	// Linger is how long a batch waits to be filled. Default DefaultLinger;
	// negative: not at all.
	Linger time.Duration
	// DeliveryTimeout is how long a batch is tried before the producer gives
	// up for good. Default DefaultDeliveryTimeout.
	DeliveryTimeout time.Duration
	// Compression of batches. Default NoCompression.
	Compression Compression
	// Now is the clock for records that are produced without a time.
	// Default time.Now.
	Now func() time.Time
}

// Validate explains what is wrong with the configuration, all of it at once.
func (c ProducerConfig) Validate() error {
	c = c.withDefaults()
	var problems []error
	add := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if c.QueueBytes < schema.MaxEventBytes {
		add("queue of %d bytes: an event may measure %d", c.QueueBytes, schema.MaxEventBytes)
	}
	if c.QueueRecords < 1 || c.BatchRecords < 1 {
		add("queue of %d and batches of %d records: give 1 or more, or 0 for the default", c.QueueRecords, c.BatchRecords)
	}
	if c.BatchBytes < 1 || c.BatchBytes > schema.MaxEventBytes {
		add("batches of %d bytes: give 1 to %d, or 0 for the default", c.BatchBytes, schema.MaxEventBytes)
	}
	if c.DeliveryTimeout < 0 {
		add("delivery timeout of %s: give a duration, or 0 for the default", c.DeliveryTimeout)
	}
	if c.Compression != NoCompression && c.Compression.Codec() == nil {
		add("compression codec %d is unknown", c.Compression)
	}
	return errors.Join(problems...)
}

func (c ProducerConfig) withDefaults() ProducerConfig {
	if c.QueueBytes == 0 {
		c.QueueBytes = DefaultQueueBytes
	}
	if c.QueueRecords == 0 {
		c.QueueRecords = DefaultQueueRecords
	}
	if c.BatchBytes == 0 {
		c.BatchBytes = DefaultBatchBytes
	}
	if c.BatchRecords == 0 {
		c.BatchRecords = DefaultBatchRecords
	}
	if c.Linger == 0 {
		c.Linger = DefaultLinger
	}
	if c.DeliveryTimeout == 0 {
		c.DeliveryTimeout = DefaultDeliveryTimeout
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// withID gives a producer without an id its own.
func (c ProducerConfig) withID() (ProducerConfig, error) {
	if c.ID != "" {
		return c, nil
	}
	id, err := uuid.NewV7()
	if err != nil {
		return c, fmt.Errorf("make the producer's id: %w", err)
	}
	c.ID = id.String()
	return c, nil
}
