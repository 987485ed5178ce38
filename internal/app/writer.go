package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/schema"
)

// Writer produces events and sees to it that they land.
type Writer struct {
	app      *App
	log      *logConn
	producer *eventlog.Producer
	landing  *landing // ours; nil: another process lands, or nobody
	noLand   bool
	told     bool // what stopped the landing was returned to the caller
}

// WriterOptions say how to write.
type WriterOptions struct {
	// NoLand leaves landing to `dreamlog land`.
	NoLand bool
	// Progress hears of each landed round; nil: nobody does.
	Progress func(Landed)
}

// Writer opens the event log for producing. While it is open, and unless
// NoLand says otherwise, what it produces is landed. Close it.
func (a *App) Writer(ctx context.Context, options WriterOptions) (*Writer, error) {
	log, err := a.openLog(ctx)
	if err != nil {
		return nil, err
	}
	w := &Writer{app: a, log: log, noLand: options.NoLand}
	if w.producer, err = log.NewProducer(eventlog.ProducerConfig{Now: a.config.Now}); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	if !options.NoLand && !log.followed {
		if w.landing, err = a.startLanding(ctx, log, options.Progress); err != nil {
			return nil, errors.Join(err, w.Close(ctx))
		}
	}
	return w, nil
}

// Produce validates an event and takes it to the log; it may return before the
// log has it. It refuses with a *schema.FieldError or *schema.SizeError.
func (w *Writer) Produce(ctx context.Context, row schema.Row) error {
	headers, body, err := schema.Encode(row)
	if err != nil {
		return err
	}
	return w.ProduceRaw(ctx, []byte(row.Head().Subject), body, headers)
}

// ProduceRaw takes a record to the log as it is.
func (w *Writer) ProduceRaw(ctx context.Context, key, body []byte, headers []schema.Header) error {
	return w.producer.Produce(ctx, key, body, headers, w.app.config.Now())
}

// Flush returns when the log has every event produced so far.
func (w *Writer) Flush(ctx context.Context) error { return w.producer.Flush(ctx) }

// Acked returns the offset behind the last event acknowledged, by partition.
func (w *Writer) Acked() map[int]int64 { return w.producer.Acked() }

// CatchUp returns when everything that is on the log now is in the lake; so
// that what is asked of the lake next takes all of it into account.
func (w *Writer) CatchUp(ctx context.Context) error {
	if _, err := w.app.compareLog(ctx, w.log); err != nil {
		w.told = true // what halts the landing as well
		return err
	}
	ends, err := w.log.ends(ctx)
	if err != nil {
		return err
	}
	if w.noLand && !w.log.followed {
		return w.landOnce(ctx, ends)
	}
	if err := w.app.awaitLanded(ctx, nil, ends, w.landing); err != nil {
		w.told = true
		return fmt.Errorf("land what was on the log before: %w", err)
	}
	return nil
}

// landOnce lands up to the offsets.
func (w *Writer) landOnce(ctx context.Context, ends map[int]int64) error {
	before, err := w.app.lake.Newest(ctx)
	if err != nil || Covers(before, ends) {
		return err
	}
	options := w.app.landerOptions(w.log, newTally(before), nil)
	options.Until = ends
	l, err := w.app.lander(w.log, options)
	if err != nil {
		return err
	}
	return w.app.explainFull(l.Run(ctx))
}

// Finish returns when everything produced is on the log and, unless NoLand
// was asked for, visible in the lake; else with a *NotLandedError. When ctx
// ends, and even if it has ended before, it still does so, for as long as
// landing comes forward.
func (w *Writer) Finish(ctx context.Context) (Landed, error) {
	hurry := ctx.Done()
	ctx = context.WithoutCancel(ctx)
	if err := w.producer.Flush(ctx); err != nil {
		return Landed{}, err
	}
	if w.noLand {
		return Landed{}, nil
	}
	if err := w.app.awaitLanded(ctx, hurry, w.producer.Acked(), w.landing); err != nil {
		w.told = true
		return Landed{}, &NotLandedError{err}
	}
	if w.landing != nil {
		return w.landing.tally.sum(), nil
	}
	newest, err := w.app.lake.Newest(ctx)
	if newest == nil {
		return Landed{}, err
	}
	return Landed{Snapshot: newest.Number}, err
}

// NotLandedError says that what was produced is on the log, and not yet in the
// lake.
type NotLandedError struct{ Err error }

func (e *NotLandedError) Error() string {
	return "the events are safe in the log, but not all of them are in the lake: " + e.Err.Error()
}

// Unwrap returns what kept them out.
func (e *NotLandedError) Unwrap() error { return e.Err }

// joined joins errors, less those that one before them says already: what
// stops a producer comes back from every call to it.
func joined(errs ...error) (all error) {
	for _, err := range errs {
		switch {
		case err == nil, errors.Is(all, err):
		case all == nil:
			all = err
		default:
			all = errors.Join(all, err)
		}
	}
	return all
}

// undelivered says whether the log refused events, so that nobody knows how
// many of them it has.
func undelivered(err error) bool {
	var refused *eventlog.ErrUndelivered
	return errors.As(err, &refused)
}

// Close ends producing and landing. What was not flushed is flushed, within
// ctx.
func (w *Writer) Close(ctx context.Context) error {
	errs := []error{w.producer.Close(ctx)}
	if w.landing != nil {
		if err := w.landing.end(); !w.told {
			errs = append(errs, err)
		}
		w.app.tidy(ctx)
	}
	return joined(append(errs, w.log.Close())...)
}
