package eventlog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/dreamlog/dreamlog/schema"
)

// ErrClosed is returned by a Producer after Close.
var ErrClosed = errors.New("the producer is closed")

// Producer appends records to the log from a bounded queue of its own. It
// serves any number of goroutines.
//
// Each partition has one goroutine that sends its batches one after the other,
// at most one request in flight, and repeats a batch in place until it is
// acknowledged by all replicas in sync. So the order of a partition is the
// order of Produce, except for what a repeated request may have doubled, which
// bears the same producer and sequence.
//
// When a batch fails for good or is given up, the producer stops as a whole:
// every later call returns that error, and nothing more is sent, so that no
// record can overtake a lost one.
type Producer struct {
	log    *Log
	config ProducerConfig
	lanes  []*lane

	ctx     context.Context
	cancel  context.CancelCauseFunc
	running sync.WaitGroup

	mu       sync.Mutex // guards what follows, and the queues of the lanes
	sequence int64
	bytes    int // enqueued and not acknowledged
	records  int
	failure  error
	closed   bool
	changed  chan struct{} // closed and replaced when something above changes
	scratch  []Header

	closing  sync.Once
	closeErr error
}

// NewProducer starts a producer. Close ends it.
func (l *Log) NewProducer(config ProducerConfig) (*Producer, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("make producer: %w", err)
	}
	config, err := config.withDefaults().withID()
	if err != nil {
		return nil, err
	}
	p := &Producer{log: l, config: config, changed: make(chan struct{})}
	p.ctx, p.cancel = context.WithCancelCause(context.Background())
	for partition := range l.partitions {
		p.lanes = append(p.lanes, newLane(p, partition))
	}
	for _, lane := range p.lanes {
		p.running.Go(lane.run)
	}
	return p, nil
}

// ID is the value of ce_producer.
func (p *Producer) ID() string { return p.config.ID }

// Produce enqueues a record. It copies everything, so that the caller may use
// the slices again. While the queue is full it waits; ctx ends the wait with
// nothing enqueued.
//
// The partition follows from the key; records of one key keep their order. A
// zero time is now. ce_producer and ce_sequence are added, unless the headers
// hold both already, as those of a record that is sent again do. A record of
// more than schema.MaxEventBytes is refused with an *ErrTooLarge.
//
// A nil error says that the record is in the queue, and no more: Flush or
// Close say whether it reached the log.
func (p *Producer) Produce(ctx context.Context, key, value []byte, headers []Header, at time.Time) error {
	if at.IsZero() {
		at = p.config.Now()
	}
	size := eventBytes(key, value, headers) + p.stampBytes()
	if size > schema.MaxEventBytes {
		return fmt.Errorf("produce with key %q: %w", key, &ErrTooLarge{Bytes: size, Limit: schema.MaxEventBytes})
	}
	lane := p.lanes[PartitionFor(key, len(p.lanes))]
	for {
		changed, err := p.tryEnqueue(lane, key, value, headers, at, size)
		if changed == nil {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("produce with key %q: wait for room in the queue: %w", key, context.Cause(ctx))
		}
	}
}

// tryEnqueue either decides, or returns the channel to wait on for room.
func (p *Producer) tryEnqueue(lane *lane, key, value []byte, headers []Header, at time.Time, size int) (<-chan struct{}, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.failure != nil:
		return nil, p.failure
	case p.closed:
		return nil, ErrClosed
	case p.records > 0 && (p.records >= p.config.QueueRecords || p.bytes+size > p.config.QueueBytes):
		return p.changed, nil
	}
	headers = p.stamp(headers)
	lane.enqueue(at, key, value, headers, p.sequence, size)
	p.bytes += size
	p.records++
	return nil, nil
}

// stamp adds producer and sequence to headers that do not hold both.
func (p *Producer) stamp(headers []Header) []Header {
	var producer, sequence bool
	for i := range headers {
		producer = producer || headers[i].Key == schema.HeaderProducer
		sequence = sequence || headers[i].Key == schema.HeaderSequence
	}
	if producer && sequence {
		return headers
	}
	p.sequence++
	p.scratch = p.scratch[:0]
	for _, h := range headers {
		if h.Key != schema.HeaderProducer && h.Key != schema.HeaderSequence {
			p.scratch = append(p.scratch, h)
		}
	}
	p.scratch = append(p.scratch,
		Header{Key: schema.HeaderProducer, Value: []byte(p.config.ID)},
		Header{Key: schema.HeaderSequence, Value: strconv.AppendInt(nil, p.sequence, 10)})
	return p.scratch
}

// stampBytes is what the stamp adds to a record at most.
func (p *Producer) stampBytes() int {
	const digits = 19 // of the largest int64
	return len(schema.HeaderProducer) + len(p.config.ID) + len(schema.HeaderSequence) + digits
}

func eventBytes(key, value []byte, headers []Header) int {
	size := len(key) + len(value)
	for _, h := range headers {
		size += len(h.Key) + len(h.Value)
	}
	return size
}

// Flush returns when everything that was enqueued before the call is
// acknowledged, or with the error that stopped the producer.
func (p *Producer) Flush(ctx context.Context) error {
	p.mu.Lock()
	targets := make([]int64, len(p.lanes))
	for i, lane := range p.lanes {
		lane.seal()
		targets[i] = lane.enqueued
	}
	for {
		failure, changed, done := p.failure, p.changed, p.reached(targets)
		p.mu.Unlock()
		if done {
			return nil
		}
		if failure != nil {
			return failure
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("flush producer %s: %w", p.config.ID, context.Cause(ctx))
		}
		p.mu.Lock()
	}
}

func (p *Producer) reached(targets []int64) bool {
	for i, lane := range p.lanes {
		if lane.acknowledged < targets[i] {
			return false
		}
	}
	return true
}

// Acked says, for each partition in which a record was acknowledged, the
// offset after the last of them. A lake whose cut has reached these holds
// everything that was acknowledged.
func (p *Producer) Acked() map[int]int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := make(map[int]int64)
	for _, lane := range p.lanes {
		if lane.acknowledged > 0 {
			next[lane.partition] = lane.nextOffset
		}
	}
	return next
}

// Close flushes and ends the producer. When ctx ends first, what is not
// acknowledged is given up, and the error says how much. Calling it again
// returns the same.
func (p *Producer) Close(ctx context.Context) error {
	p.closing.Do(func() {
		p.mu.Lock()
		p.closed = true
		p.notify()
		p.mu.Unlock()
		err := p.Flush(ctx)
		p.mu.Lock()
		if err != nil && p.failure == nil && p.records > 0 {
			p.failure = fmt.Errorf("close producer %s: %d records were not acknowledged and may be missing from the log: %w", p.config.ID, p.records, err)
			err = p.failure
			p.notify()
		}
		p.mu.Unlock()
		p.cancel(ErrClosed)
		p.running.Wait()
		p.closeErr = err
	})
	return p.closeErr
}

// notify wakes everyone who waits for a change. The caller holds mu.
func (p *Producer) notify() {
	close(p.changed)
	p.changed = make(chan struct{})
}
