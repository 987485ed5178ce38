package lander

import (
	"context"
	"errors"

	"golang.org/x/sync/semaphore"

	"github.com/dreamlog/dreamlog/lake"
)

// writing is a round whose files are being written.
type writing struct {
	*round
	done chan struct{} // closed when files and err are there
	// files by table; none of them is published yet.
	files map[string]lake.NewFile
	err   error
}

// queue holds the rounds whose files are being written, in the order in which
// they are to be published. Encoding a large round keeps one core busy and
// then waits for the disk: two at a time keep both at work.
type queue struct {
	lander   *Lander
	progress *progress
	budget   *semaphore.Weighted
	rounds   []*writing
}

// maxWriting is how many rounds are written at a time.
const maxWriting = 2

// launch starts to write a round, behind those that are being written.
func (q *queue) launch(ctx context.Context, r *round) error {
	if len(q.rounds) == maxWriting {
		if err := q.settle(ctx); err != nil {
			q.budget.Release(r.cost)
			return err
		}
	}
	q.rounds = append(q.rounds, q.lander.startWriting(ctx, q.progress, r))
	return nil
}

// startWriting is step 4, in the background.
func (l *Lander) startWriting(ctx context.Context, p *progress, r *round) *writing {
	l.Reached(StepApplied)
	w := &writing{round: r, done: make(chan struct{})}
	rows := l.uncovered(p, r)
	go func() {
		defer close(w.done)
		w.files, w.err = l.write(ctx, rows)
	}()
	return w
}

// written is closed when the first round is written; nil without rounds.
func (q *queue) written() <-chan struct{} {
	if len(q.rounds) == 0 {
		return nil
	}
	return q.rounds[0].done
}

// settle waits for the first round to be written, and publishes it.
func (q *queue) settle(ctx context.Context) error {
	w := q.rounds[0]
	q.rounds = q.rounds[1:]
	defer q.budget.Release(w.cost)
	return q.lander.publish(ctx, q.progress, w)
}

// settleAll publishes every round that is being written.
func (q *queue) settleAll(ctx context.Context) error {
	for len(q.rounds) > 0 {
		if err := q.settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// abandon drops the rounds that are still being written, behind one that could
// not be published.
func (q *queue) abandon(ctx context.Context) error {
	var errs []error
	for _, w := range q.rounds {
		<-w.done
		q.budget.Release(w.cost)
		errs = append(errs, q.lander.drop(ctx, w.files))
	}
	q.rounds = nil
	return errors.Join(errs...)
}
