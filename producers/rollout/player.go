package rollout

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// player plays one episode after another, each in the same session for as long
// as that works. It serves one goroutine.
type player struct {
	series  *series
	env     producers.Environment
	agent   producers.Agent
	journal *journal
	steps   *atomic.Int64 // counts transitions, for all players

	session producers.Session // nil: none is open
}

// close frees the session. What it answers does not matter: nothing of an
// episode hangs on it any more.
func (p *player) close() {
	if p.session != nil {
		_ = p.session.Close()
		p.session = nil
	}
}

// play plays an attempt as a new episode and writes its events to the end,
// which it returns; nil when the run was interrupted before the episode began.
// Whatever the environment or the agent does is a matter of the episode; an
// error is of the log, and the episode has no end then.
func (p *player) play(ctx context.Context, a attempt) (*schema.EpisodeRow, error) {
	r := newRecorder(p.series, a, p.journal)
	actor, seen, err := p.begin(ctx, r)
	if err != nil {
		return r.never(ctx, err)
	}
	return r.over(ctx, p.course(ctx, r, actor, seen))
}

// begin brings environment and agent to the start of an episode.
func (p *player) begin(ctx context.Context, r *recorder) (producers.Actor, producers.Observation, error) {
	none := producers.Observation{}
	start, err := p.reset(ctx, r.attempt)
	r.behind = start.Calls
	if err != nil {
		return nil, none, err
	}
	r.told(start.Instruction)
	told := producers.Episode{Task: r.attempt.Task, Seed: r.attempt.seeds.agent, MaxSteps: int(r.maxSteps), Walkthrough: start.Walkthrough}
	if r.shared.Instruction != nil {
		told.Task.Instruction = *r.shared.Instruction
	}
	actor, err := p.agent.Begin(ctx, told)
	if err != nil {
		return nil, none, fmt.Errorf("begin as the agent: %w", err)
	}
	return actor, start.Observation, p.series.propose(p.journal, r.attempt.task, r.shared.Instruction)
}

// reset begins an episode in the session, and opens that where none is open.
func (p *player) reset(ctx context.Context, a attempt) (start producers.Start, err error) {
	if p.session == nil {
		if p.session, err = p.env.Open(ctx); err != nil {
			p.session = nil
			return start, fmt.Errorf("open the environment: %w", err)
		}
	}
	if start, err = p.session.Reset(ctx, a.Task, a.seeds.environment); err != nil {
		p.close() // it is broken
		return producers.Start{Calls: start.Calls}, fmt.Errorf("reset the environment: %w", err)
	}
	return start, nil
}

// course takes step after step until the episode is over; an error says why it
// cannot go on.
func (p *player) course(ctx context.Context, r *recorder, actor producers.Actor, seen producers.Observation) error {
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		outcome, err := p.step(ctx, r, actor, seen)
		if err != nil {
			return err
		}
		if outcome.Over() {
			return nil
		}
		seen = outcome.Observation
	}
}

// step lets the agent decide and the environment answer, and records both. The
// calls behind decision and answer go to the log next to the transition, or
// without it where there is none: so that hardly ever an episode is known by
// calls alone.
func (p *player) step(ctx context.Context, r *recorder, actor producers.Actor, seen producers.Observation) (producers.Outcome, error) {
	decision, outcome, err := p.move(ctx, r, actor, seen)
	calls, refusal := r.called(append(r.takeBehind(), callsBehind(&decision, &outcome)...))
	if err := errors.Join(err, refusal); err != nil {
		return outcome, fmt.Errorf("step %d: %w", r.length, err)
	}
	if limit := r.maxSteps; r.length+1 >= limit && !outcome.Over() {
		outcome.Truncated = true
		outcome.Reason = fmt.Sprintf("the limit of %d steps was reached", limit)
	}
	if err := r.stepped(seen, &decision, calls, outcome); err != nil {
		return outcome, fmt.Errorf("step %d: %w", r.length, err)
	}
	p.steps.Add(1)
	return outcome, nil
}

// move asks the agent for an action and gives it to the environment.
func (p *player) move(ctx context.Context, r *recorder, actor producers.Actor, seen producers.Observation) (d producers.Decision, o producers.Outcome, err error) {
	if d, err = actor.Act(ctx, seen); err != nil {
		return d, o, fmt.Errorf("ask the agent for an action: %w", err)
	}
	if o, err = p.session.Step(ctx, d.Action); err != nil {
		p.close() // it is broken
		return d, o, fmt.Errorf("take action %q: %w", sentence(d.Action), err)
	}
	return d, o, nil
}
