package lander

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/semaphore"

	"github.com/dreamlog/dreamlog/eventlog"
)

// reader is step 2 for one partition: it fetches what lies behind the cut,
// hands it through the machine, and delivers the chunks in order. The budget
// bounds how many bytes all readers are ahead of the publication.
type reader struct {
	log     *eventlog.Log
	machine *machine
	// until is the offset to stop at; negative: never.
	until  int64
	budget *semaphore.Weighted
	out    chan<- *chunk
	fetch  eventlog.FetchOptions
	logger *slog.Logger
}

// run reads until the end is reached, ctx ends, or data is gone.
func (r *reader) run(ctx context.Context) error {
	for r.until < 0 || r.machine.next < r.until {
		batch, err := r.fetchPatiently(ctx)
		if err != nil {
			return explainLoss(err)
		}
		if batch.Next == r.machine.next {
			continue // nothing came in time
		}
		if err := r.deliver(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// deliver waits for room in the budget, applies the batch and sends the chunk.
// The publication gives back chunk.cost when the rows are in the lake.
func (r *reader) deliver(ctx context.Context, batch eventlog.Batch) error {
	cost := min(batchBytes(batch), budgetBytes)
	if err := r.budget.Acquire(ctx, cost); err != nil {
		return err
	}
	c, err := r.machine.apply(batch)
	if err != nil {
		return err
	}
	c.cost = cost
	select {
	case r.out <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fetchPatiently repeats a fetch for as long as its error is one that passes.
func (r *reader) fetchPatiently(ctx context.Context) (eventlog.Batch, error) {
	logger := r.logger.With("partition", r.machine.partition, "offset", r.machine.next)
	return patiently(ctx, logger, func() (eventlog.Batch, error) {
		return r.log.Fetch(ctx, r.machine.partition, r.machine.next, r.fetch)
	})
}

// patiently repeats a question to the log for as long as its error is one that
// passes.
func patiently[T any](ctx context.Context, logger *slog.Logger, ask func() (T, error)) (T, error) {
	once := func() (T, error) {
		answer, err := ask()
		if err != nil && (eventlog.Classify(err) == eventlog.Fatal || ctx.Err() != nil) {
			return answer, backoff.Permanent(err)
		}
		return answer, err
	}
	notify := func(err error, wait time.Duration) {
		logger.Warn("cannot read the log, trying again", "in", wait, "error", err)
	}
	answer, err := backoff.Retry(ctx, once, backoff.WithBackOff(restartBackOff()), backoff.WithNotify(notify), backoff.WithMaxElapsedTime(logPatience))
	if ctx.Err() != nil {
		return answer, ctx.Err()
	}
	return answer, err
}

// logPatience is how long the lander waits for a log that does not answer
// before it gives up: longer than a cluster takes to elect a leader.
const logPatience = 2 * time.Minute

// batchBytes is about what a batch and the rows made of it take in memory.
func batchBytes(b eventlog.Batch) (n int64) {
	for i := range b.Records {
		n += int64(len(b.Records[i].Value) + len(b.Records[i].Key) + rowOverhead)
	}
	return n
}

// rowOverhead is about what a decoded row takes beside its texts, in bytes.
const rowOverhead = 1024

// explainLoss turns the errors that tell of lost data into a halt.
func explainLoss(err error) error {
	var trimmed *eventlog.ErrTrimmed
	var beyond *eventlog.ErrBeyondEnd
	var gone *eventlog.ErrNoTopic
	var again *eventlog.ErrRecreated
	var transactional *eventlog.ErrTransactional
	switch {
	case errors.As(err, &trimmed):
		return halt(fmt.Sprintf("restore the topic from a backup that still has offset %d; if the records are lost for good, `dreamlog land --new-generation` goes on with what is there, and the gap stays on record", trimmed.Asked),
			"partition %d: records from offset %d to %d were deleted from the log before they were landed", trimmed.Partition, trimmed.Asked, trimmed.Start-1)
	case errors.As(err, &beyond):
		return halt(newGenerationRemedy, "partition %d: the lake has landed up to offset %d, but the log ends at %d: the topic lost records, or is another one of the same name", beyond.Partition, beyond.Asked, beyond.End)
	case errors.As(err, &gone):
		return halt(newGenerationRemedy, "topic %s is gone", gone.Topic)
	case errors.As(err, &again):
		return halt(newGenerationRemedy, "topic %s was deleted and made again", again.Topic)
	case errors.As(err, &transactional):
		return halt("produce without transactions", "%v", err)
	}
	return err
}

const newGenerationRemedy = "check --brokers and --topic; if the topic was made anew on purpose, `dreamlog land --new-generation` lands it behind what the lake already holds"
