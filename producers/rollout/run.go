package rollout

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// Run plays every attempt of the plan: groups of attempts at each task, in
// order, by as many workers as asked for. An episode that breaks is recorded as
// aborted or failed, and the others go on. The result holds in any case; nil
// seen means that no task is known.
//
// When ctx ends, running episodes are cut off as truncated and interrupted,
// their ends are written, and the error is that of ctx. When the log fails the
// run ends at once with that error, and the episodes that were running may lack
// an end: continue the run to give them one.
func Run(ctx context.Context, env producers.Environment, agent producers.Agent, log Log, seen Seen, options Options) (Result, error) {
	r, err := newRun(env, agent, options)
	if err != nil {
		return Result{}, err
	}
	ctx, r.cancel = context.WithCancelCause(ctx)
	defer r.cancel(nil)
	journal := newJournal(ctx, log, r.options.Grace)
	defer journal.close()
	if err := r.prepare(ctx, env, journal, seen); err != nil {
		return r.result, err
	}
	r.play(ctx, env, agent, journal)
	return r.result, r.verdict(ctx)
}

// run is one call of Run.
type run struct {
	options Options
	series  *series
	order   []*task
	tasks   map[string]*task // by id
	// finished are the attempts that earlier processes played, pending is how
	// many of the plan are left.
	finished map[place]struct{}
	pending  int64
	next     atomic.Int64 // place in the plan
	streak   streak
	result   Result

	cancel  context.CancelCauseFunc
	failing sync.Once
	failure error // of the log
}

func newRun(env producers.Environment, agent producers.Agent, options Options) (*run, error) {
	options = options.withDefaults()
	if err := options.validate(); err != nil {
		return nil, fmt.Errorf("play: %w", err)
	}
	if options.RunID == "" {
		options.RunID = schema.NewID()
	}
	return &run{
		options: options,
		series: &series{runID: options.RunID, purpose: options.Purpose, iteration: options.Iteration,
			policy: agent.Policy(), answerer: answererOf(env), maxSteps: int64(options.MaxSteps), now: options.Now},
		tasks:  map[string]*task{},
		streak: streak{limit: options.GiveUpAfter},
		result: Result{RunID: options.RunID},
	}, nil
}

// prepare finds out what there is to play, and what was played before.
func (r *run) prepare(ctx context.Context, env producers.Environment, j *journal, seen Seen) error {
	if err := r.plan(ctx, env); err != nil {
		return err
	}
	past, err := r.past(ctx)
	if err != nil {
		return err
	}
	finished, err := r.resume(past)
	if err != nil {
		return err
	}
	r.skip(finished)
	if err := r.recognise(ctx, seen); err != nil {
		return err
	}
	return r.repair(j, past)
}

// play sends the workers through the plan, and returns when all are done and
// everything is counted.
func (r *run) play(ctx context.Context, env producers.Environment, agent producers.Agent, j *journal) {
	workers := int(min(int64(r.options.Workers), r.pending))
	t := &tally{journal: j, now: r.options.Now, progress: r.options.Progress, fail: r.fail,
		ended: make(chan *schema.EpisodeRow, max(workers, endedAhead)),
		total: r.pending, start: r.options.Now(), result: &r.result}
	var counting, playing sync.WaitGroup
	counting.Go(t.run)
	for range workers {
		playing.Go(func() {
			p := &player{series: r.series, env: env, agent: agent, journal: j, steps: &t.steps}
			defer p.close()
			r.work(ctx, p, t.ended)
		})
	}
	playing.Wait()
	close(t.ended)
	counting.Wait()
	r.result.StepsPerSecond = rate(r.result.Transitions, r.options.Now().Sub(t.start))
}

// work plays attempts until none is left or the run is stopped.
func (r *run) work(ctx context.Context, p *player, ended chan<- *schema.EpisodeRow) {
	for ctx.Err() == nil && r.streak.broken() == nil {
		next, more := r.attempt()
		if !more {
			return
		}
		end, err := p.play(ctx, next)
		if err != nil {
			r.fail(err)
			return
		}
		if end == nil {
			return // interrupted
		}
		r.streak.note(&end.Episode)
		ended <- end
	}
}

// fail ends the run because the log failed. The first failure counts: others
// follow from it.
func (r *run) fail(err error) {
	r.failing.Do(func() {
		r.failure = err
		r.cancel(err)
	})
}

// verdict says what ended the run, if it was not the end of the plan.
func (r *run) verdict(ctx context.Context) error {
	if r.failure != nil {
		return fmt.Errorf("run %s ended early: %w", r.options.RunID, r.failure)
	}
	played := r.result.Episodes - r.result.Interrupted
	if ctx.Err() != nil && played < r.pending {
		return fmt.Errorf("run %s was interrupted: %w", r.options.RunID, ctx.Err())
	}
	return errors.Join(r.streak.broken())
}
