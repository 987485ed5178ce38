package eventlog

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"github.com/dreamlog/dreamlog/eventlog/internal/recordbatch"
	"github.com/dreamlog/dreamlog/eventlog/internal/wire"
)

// Defaults of FetchOptions.
const (
	DefaultFetchBytes = 4 << 20
	DefaultMaxWait    = 500 * time.Millisecond
)

// maxUnfolded bounds what one compressed batch may unfold to.
const maxUnfolded = 256 << 20

// maxResponse bounds a response: a broker returns the first batch whole, even
// when it is larger than what was asked for.
const maxResponse = 256 << 20

// FetchOptions bound one Fetch.
type FetchOptions struct {
	// MaxBytes is how much to return, in bytes on the wire; a larger first
	// batch is returned whole. Default DefaultFetchBytes.
	MaxBytes int
	// MinBytes is how much to wait for. Default 1.
	MinBytes int
	// MaxWait is how long to wait for MinBytes. Default DefaultMaxWait;
	// negative: do not wait.
	MaxWait time.Duration
}

func (o FetchOptions) withDefaults() FetchOptions {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultFetchBytes
	}
	if o.MinBytes <= 0 {
		o.MinBytes = 1
	}
	if o.MaxWait == 0 {
		o.MaxWait = DefaultMaxWait
	}
	o.MaxBytes = min(o.MaxBytes, math.MaxInt32)
	o.MinBytes = min(o.MinBytes, o.MaxBytes)
	o.MaxWait = max(o.MaxWait, 0)
	return o
}

// Fetch reads records of a partition from offset on. It makes one attempt;
// Classify tells whether another is worth it. Data that is gone is never
// passed over: *ErrTrimmed, *ErrBeyondEnd, *ErrNoTopic, *ErrRecreated and
// *ErrTransactional are Fatal.
//
// A Fetch of several records may return fewer than the broker has, and an
// empty Batch when nothing came in time. It returns promptly when ctx ends.
func (l *Log) Fetch(ctx context.Context, partition int, offset int64, options FetchOptions) (Batch, error) {
	batch, err := l.fetch(ctx, partition, offset, options.withDefaults())
	if err != nil {
		return Batch{}, fmt.Errorf("fetch topic %s partition %d offset %d: %w", l.config.Topic, partition, offset, err)
	}
	return batch, nil
}

func (l *Log) fetch(ctx context.Context, partition int, offset int64, options FetchOptions) (Batch, error) {
	response, err := roundTrip[*wire.FetchResponse](ctx, l, &wire.FetchRequest{
		ClientID:      l.config.ClientID,
		Correlation:   l.correlation.Add(1),
		Topic:         l.config.Topic,
		TopicID:       l.topicID,
		Partition:     int32(partition),
		Offset:        offset,
		MinBytes:      int32(options.MinBytes),
		MaxBytes:      int32(options.MaxBytes),
		MaxWaitMillis: int32(options.MaxWait.Milliseconds()),
		MaxResponse:   maxResponse,
	}, options.MaxWait)
	if err != nil {
		return Batch{}, l.explain(ctx, err)
	}
	code := kafka.Error(response.ErrorCode)
	if code == 0 {
		code = kafka.Error(response.PartitionErrorCode)
	}
	if code == kafka.OffsetOutOfRange {
		return Batch{}, l.explainRange(ctx, partition, offset)
	}
	if code != 0 {
		return Batch{}, l.explain(ctx, code)
	}
	r := reader{topic: l.config.Topic, partition: partition, decoder: recordbatch.Decoder{MaxDecompressed: maxUnfolded}}
	r.batch = Batch{Next: offset, Start: response.LogStart, End: response.HighWatermark}
	return r.read(response.Records)
}

// explain finds out whether an error that may come from an outdated layout
// really means that the topic is gone or is another one.
func (l *Log) explain(ctx context.Context, cause error) error {
	if !errors.Is(cause, kafka.UnknownTopicOrPartition) && !errors.Is(cause, kafka.UnknownTopicID) && !errors.Is(cause, kafka.InconsistentTopicID) &&
		!errors.Is(cause, protocol.ErrNoTopic) && !errors.Is(cause, protocol.ErrNoPartition) {
		return cause
	}
	described, err := l.metadata(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("%w; ask for the topic: %w", cause, err)
	case kafka.Error(described.ErrorCode) == kafka.UnknownTopicOrPartition:
		return &ErrNoTopic{Topic: l.config.Topic}
	case l.topicID != (wire.TopicID{}) && described.TopicID != l.topicID:
		return &ErrRecreated{Topic: l.config.Topic}
	default:
		return fmt.Errorf("%w: the broker did not know the topic for a moment", kafka.UnknownTopicOrPartition)
	}
}

// explainRange says on which side of the log an offset lies.
func (l *Log) explainRange(ctx context.Context, partition int, offset int64) error {
	bounds, err := l.bounds(ctx, partition)
	switch {
	case err != nil:
		return fmt.Errorf("out of range; and asking for the range: %w", err)
	case offset < bounds.Start:
		return &ErrTrimmed{Topic: l.config.Topic, Partition: partition, Asked: offset, Start: bounds.Start}
	case offset > bounds.End:
		return &ErrBeyondEnd{Topic: l.config.Topic, Partition: partition, Asked: offset, End: bounds.End}
	default: // it came into range between the two requests
		return fmt.Errorf("out of range for a moment: %w", kafka.OffsetNotAvailable)
	}
}
