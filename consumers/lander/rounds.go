package lander

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// landRounds lands round after round: readers of all partitions run ahead within
// the budget, and what they deliver is gathered and published here, in one
// goroutine.
func (l *Lander) landRounds(ctx context.Context, p *progress) error {
	readCtx, stop := context.WithCancel(ctx)
	readers, readCtx := errgroup.WithContext(readCtx)
	chunks := make(chan *chunk, 16)
	budget := semaphore.NewWeighted(budgetBytes)
	for i := range p.partitions {
		r, err := l.newReader(p, i, budget, chunks)
		if err != nil {
			stop()
			return errors.Join(err, readers.Wait())
		}
		readers.Go(func() error { return r.run(readCtx) })
	}
	done := make(chan error, 1)
	go func() {
		done <- readers.Wait()
		close(chunks)
	}()
	err := l.gather(ctx, p, chunks, budget)
	stop()
	for range chunks { // let readers that are about to deliver see the end
	}
	readErr := <-done
	if err == nil || errors.Is(err, context.Canceled) {
		err = errors.Join(err, notCanceled(readErr))
	}
	return err
}

func notCanceled(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (l *Lander) newReader(p *progress, i int, budget *semaphore.Weighted, out chan<- *chunk) (*reader, error) {
	m, err := newMachine(p.partitions[i], l.Key)
	if err != nil {
		return nil, err
	}
	r := &reader{log: l.log, machine: m, until: -1, budget: budget, out: out, logger: l.Logger}
	if p.until != nil {
		r.until = p.until[i]
	}
	return r, nil
}

// round is what is published together.
type round struct {
	chunks []*chunk
	cost   int64 // bytes of memory, as the budget counts them
	began  time.Time
}

func (r *round) add(c *chunk, now time.Time) {
	if len(r.chunks) == 0 {
		r.began = now
	}
	r.chunks = append(r.chunks, c)
	r.cost += c.cost
}

// gather collects chunks into rounds: a round is written when it is large
// enough, has waited long enough, or when the readers have come to their end.
// While its files are written and synced the next one is gathered and begun;
// they are published one by one, in order.
func (l *Lander) gather(ctx context.Context, p *progress, chunks <-chan *chunk, budget *semaphore.Weighted) (err error) {
	q := &queue{lander: l, progress: p, budget: budget}
	defer func() { err = errors.Join(err, q.abandon(unhurried(ctx))) }()
	var r round
	launch := func() error {
		full := r
		r = round{}
		return q.launch(unhurried(ctx), &full)
	}
	for {
		var late <-chan time.Time
		if len(r.chunks) > 0 {
			late = time.After(l.Linger - l.Now().Sub(r.began))
		}
		select {
		case c, open := <-chunks:
			if open {
				r.add(c, l.Now())
				if r.cost < l.RoundBytes {
					continue
				}
			}
			if len(r.chunks) > 0 && ctx.Err() == nil {
				if err := launch(); err != nil {
					return err
				}
			}
			if !open {
				return errors.Join(q.settleAll(unhurried(ctx)), ctx.Err())
			}
		case <-late:
			if err := launch(); err != nil {
				return err
			}
		case <-q.written():
			if err := q.settle(unhurried(ctx)); err != nil {
				return err
			}
		case <-ctx.Done():
			return errors.Join(q.settleAll(unhurried(ctx)), ctx.Err())
		}
	}
}
