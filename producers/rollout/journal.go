package rollout

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/schema"
)

// journal takes the events of a run to the log. It does so for a while after
// the run was interrupted, so that every episode that began gets its end: hence
// a context of its own.
type journal struct {
	log Log
	ctx context.Context
	// close ends the context; the journal must not be used afterwards.
	close func()
}

// newJournal returns a journal that writes until grace after the end of ctx.
func newJournal(ctx context.Context, log Log, grace time.Duration) *journal {
	lasting, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	expired := make(chan struct{})
	unhook := context.AfterFunc(ctx, func() {
		defer close(expired)
		select {
		case <-time.After(grace):
			cancel(fmt.Errorf("the log took nothing more within %s after the run was stopped", grace))
		case <-lasting.Done():
		}
	})
	return &journal{log: log, ctx: lasting, close: func() {
		cancel(nil)
		if !unhook() {
			<-expired
		}
	}}
}

// logError is a failure of the log itself, after which a run cannot go on.
type logError struct{ err error }

func (e *logError) Error() string { return e.err.Error() }
func (e *logError) Unwrap() error { return e.err }

// produce takes an event to the log. A *logError means that the log is broken,
// any other error that it refused this event for what is in it.
func (j *journal) produce(row schema.Row) error {
	err := j.log.Produce(j.ctx, row)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("record %s of %s: %w", row.Head().EventType, row.Head().Subject, err)
	if refused(err) {
		return err
	}
	return &logError{err}
}

// flush returns when the log has acknowledged everything produced so far; the
// error is a *logError.
func (j *journal) flush() error {
	if err := j.log.Flush(j.ctx); err != nil {
		return &logError{fmt.Errorf("wait until the log has the episodes: %w", err)}
	}
	return nil
}

// refused says whether an event was refused for what is in it.
func refused(err error) bool {
	return errors.As(err, new(*schema.FieldError)) || errors.As(err, new(*schema.SizeError)) ||
		errors.As(err, new(*eventlog.ErrTooLarge))
}

// broken says whether it was the log that failed.
func broken(err error) bool { return errors.As(err, new(*logError)) }
