package eventlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"github.com/dreamlog/dreamlog/eventlog/internal/recordbatch"
)

// lane is the queue of one partition and the one goroutine that empties it.
// The producer's mu guards its fields.
type lane struct {
	producer  *Producer
	partition int

	queue        []*pending // the last one may be open
	enqueued     int64      // records, since the start
	acknowledged int64
	nextOffset   int64
	wake         chan struct{} // capacity 1
}

// pending is a batch on its way.
type pending struct {
	builder recordbatch.Builder
	// events is what its records count in the producer's queue, in bytes.
	events int
	// due is when an open batch is sent even if it is not full.
	due    time.Time
	sealed bool
	// first and last are the producer's sequence when its first and last
	// record were enqueued.
	first, last int64
}

func newLane(p *Producer, partition int) *lane {
	return &lane{producer: p, partition: partition, wake: make(chan struct{}, 1)}
}

// enqueue adds a record to the open batch, or to a new one if it does not fit.
func (l *lane) enqueue(at time.Time, key, value []byte, headers []Header, sequence int64, size int) {
	config := &l.producer.config
	if open := l.open(); open != nil && open.builder.Size()+recordbatch.RecordBytes(key, value, headers) > config.BatchBytes {
		l.seal()
	}
	open := l.open()
	if open == nil {
		open = &pending{first: sequence, due: time.Now().Add(config.Linger)}
		l.queue = append(l.queue, open)
		l.signal()
	}
	open.builder.Append(at.UnixMilli(), key, value, headers)
	open.events += size
	open.last = sequence
	l.enqueued++
	if open.builder.Count() >= config.BatchRecords || open.builder.Size() >= config.BatchBytes {
		l.seal()
	}
}

// open returns the batch that still takes records, or nil.
func (l *lane) open() *pending {
	if n := len(l.queue); n > 0 && !l.queue[n-1].sealed {
		return l.queue[n-1]
	}
	return nil
}

// seal lets the open batch go.
func (l *lane) seal() {
	if open := l.open(); open != nil {
		open.sealed = true
		l.signal()
	}
}

func (l *lane) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run sends batch after batch until the producer ends or fails.
func (l *lane) run() {
	for {
		batch := l.next()
		if batch == nil {
			return
		}
		base, err := l.deliver(batch)
		if err != nil {
			l.fail(batch, err)
			return
		}
		l.settle(batch, base)
	}
}

// next waits for a batch that is due; nil when the producer has ended.
func (l *lane) next() *pending {
	for {
		batch, wait := l.take()
		if batch != nil {
			return batch
		}
		timer := time.NewTimer(wait)
		select {
		case <-l.wake:
		case <-timer.C:
		case <-l.producer.ctx.Done():
			timer.Stop()
			return nil
		}
		timer.Stop()
	}
}

// idle is how long a lane without batches sleeps if nothing wakes it.
const idle = time.Hour

// take removes the first batch if it is sealed or due, and otherwise says how
// long to wait for one.
func (l *lane) take() (*pending, time.Duration) {
	p := l.producer
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(l.queue) == 0 || p.failure != nil {
		return nil, idle
	}
	first := l.queue[0]
	if wait := time.Until(first.due); !first.sealed && wait > 0 {
		return nil, wait
	}
	first.sealed = true
	l.queue[0] = nil
	l.queue = l.queue[1:]
	return first, 0
}

// deliver repeats the batch until it is acknowledged, and returns the offset
// of its first record.
func (l *lane) deliver(batch *pending) (int64, error) {
	p := l.producer
	data, err := batch.builder.Finish(p.config.Compression)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(p.ctx, p.config.DeliveryTimeout)
	defer cancel()
	var base int64
	err = retry(ctx, func() error {
		base, err = l.send(ctx, data)
		return err
	})
	return base, err
}

// send makes one attempt.
func (l *lane) send(ctx context.Context, batch []byte) (int64, error) {
	log := l.producer.log
	ctx, cancel := context.WithTimeout(ctx, log.config.RequestTimeout)
	defer cancel()
	response, err := log.client.RawProduce(ctx, &kafka.RawProduceRequest{
		Topic:        log.config.Topic,
		Partition:    l.partition,
		RequiredAcks: kafka.RequireAll,
		RawRecords:   protocol.RawRecordSet{Reader: bytes.NewReader(batch)},
	})
	if err != nil {
		return 0, log.explain(ctx, err)
	}
	if response.Error != nil {
		for i, reason := range response.RecordErrors {
			return 0, fmt.Errorf("record %d of the batch: %w: %w", i, reason, response.Error)
		}
		return 0, log.explain(ctx, response.Error)
	}
	return response.BaseOffset, nil
}

// settle counts a batch as acknowledged.
func (l *lane) settle(batch *pending, base int64) {
	p := l.producer
	p.mu.Lock()
	defer p.mu.Unlock()
	count := batch.builder.Count()
	l.acknowledged += int64(count)
	l.nextOffset = max(l.nextOffset, base+int64(count))
	p.bytes -= batch.events
	p.records -= count
	p.notify()
}

// fail stops the producer with the error of this batch. The first failure
// counts; the batches of other partitions are not sent any more.
func (l *lane) fail(batch *pending, cause error) {
	p := l.producer
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failure == nil && !errors.Is(context.Cause(p.ctx), ErrClosed) {
		p.failure = &ErrUndelivered{
			Topic: p.log.config.Topic, Partition: l.partition, Producer: p.config.ID,
			FirstSequence: batch.first, LastSequence: batch.last, Records: batch.builder.Count(), Unacknowledged: p.records, Err: cause,
		}
	}
	p.cancel(p.failure)
	p.notify()
}
