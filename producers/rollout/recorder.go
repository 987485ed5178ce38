package rollout

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// recorder writes the events of one episode, and keeps what its end will say.
type recorder struct {
	*series
	attempt attempt
	journal *journal

	shared schema.Transition // what all steps say
	length int64             // transitions written
	calls  int               // calls written
	// behind are the calls that imagined the first state, until they are written:
	// with those of the first step, or where there is none at the end.
	behind []schema.Call
	// sum of the rewards, if graded: if there was any.
	sum    float64
	graded bool
	last   producers.Outcome // of the last transition written
}

func newRecorder(s *series, a attempt, j *journal) *recorder {
	return &recorder{series: s, attempt: a, journal: j, shared: s.transition(a, schema.NewID())}
}

// told takes the instruction as the environment words it at the start.
func (r *recorder) told(instruction string) {
	if instruction != "" {
		r.shared.Instruction = &instruction
	}
}

// takeBehind returns the calls that imagined the first state, once.
func (r *recorder) takeBehind() (behind []schema.Call) {
	for _, call := range r.behind {
		if call.Role == "" {
			call.Role = "experience"
		}
		behind = append(behind, call)
	}
	r.behind = nil
	return behind
}

// called writes the calls behind a step, and returns the ids of their events.
func (r *recorder) called(calls []schema.Call) (ids []string, err error) {
	for _, call := range calls {
		id := callEvent(r.shared.EpisodeID, r.calls)
		row := &schema.CallRow{Envelope: r.envelope(schema.TypeLLMCalled, id, r.shared.EpisodeID, r.attempt.source), Call: call}
		row.RunID, row.Environment, row.EpisodeID = r.shared.RunID, &r.shared.Environment, &r.shared.EpisodeID
		row.Step = new(r.length)
		if row.Role == "" {
			row.Role = "agent"
		}
		if err := r.journal.produce(row); err != nil {
			return ids, err
		}
		r.calls++
		ids = append(ids, id)
	}
	return ids, nil
}

// stepped writes a transition. One that is refused leaves no gap: it ends the
// episode before it.
func (r *recorder) stepped(o producers.Observation, d *producers.Decision, calls []string, came producers.Outcome) error {
	if err := r.summable(came.Reward); err != nil {
		return err
	}
	row := &schema.TransitionRow{
		Envelope:   r.envelope(schema.TypeTransition, transitionEvent(r.shared.EpisodeID, r.length), r.shared.EpisodeID, r.attempt.source),
		Transition: r.shared,
	}
	row.Step, row.State, row.AdmissibleActions = r.length, o.Text, o.Admissible
	row.Action, row.ActionValid, row.Thought = d.Action, came.Valid, optional(d.Thought)
	row.NextState, row.NextAdmissibleActions = came.Text, came.Admissible
	row.Reward, row.Terminated, row.Truncated = came.Reward, came.Terminated, came.Truncated
	row.ActionLogprob, row.CallIDs, row.Info = d.Logprob, calls, withMalformed(came.Info, d.Malformed)
	if d.Malformed != "" {
		row.ActionValid = new(false)
	}
	dreamt(&row.Transition, came.Dreamed)
	if err := r.journal.produce(row); err != nil {
		return err
	}
	r.count(came)
	return nil
}

// summable refuses a reward after which the return would not be a number.
func (r *recorder) summable(reward *float64) error {
	if reward == nil {
		return nil
	}
	if sum := r.sum + *reward; math.IsNaN(sum) || math.IsInf(sum, 0) {
		return fmt.Errorf("the environment gave the reward %v, with which the return is %v: rewards must be finite", *reward, sum)
	}
	return nil
}

func (r *recorder) count(came producers.Outcome) {
	r.length++
	r.last = came
	if came.Reward != nil {
		r.graded = true
		r.sum += *came.Reward
	}
}

// never records that the episode could not begin, because of err. Once ctx has
// ended that is no matter of the episode, and where no calls were made nothing
// is to be recorded.
func (r *recorder) never(ctx context.Context, err error) (*schema.EpisodeRow, error) {
	if ctx.Err() != nil && len(r.behind) == 0 && !broken(err) {
		return nil, nil
	}
	return r.broke(ctx, failed, err)
}

// over records the end of an episode that began; err is what broke it, if
// anything.
func (r *recorder) over(ctx context.Context, err error) (*schema.EpisodeRow, error) {
	if err == nil {
		return r.close(r.finished())
	}
	return r.broke(ctx, aborted, err)
}

// broke records the end of an episode that err broke, after the calls that no
// step took along. Once ctx has ended that is taken for the reason.
func (r *recorder) broke(ctx context.Context, status string, err error) (*schema.EpisodeRow, error) {
	if broken(err) {
		return nil, err
	}
	_, refusal := r.called(r.takeBehind())
	switch {
	case broken(refusal):
		return nil, refusal
	case ctx.Err() != nil:
		return r.close(r.interrupted())
	}
	return r.close(r.ended(status, errors.Join(err, refusal)))
}

// ended returns the end of the episode, with what was written so far. It has
// no verdict: what broke off says nothing about the policy.
func (r *recorder) ended(status string, reason error) *schema.EpisodeRow {
	row := r.end(r.attempt.source, &r.shared)
	row.Status, row.Length = status, r.length
	if r.graded {
		row.EpisodeReturn = new(r.sum)
	}
	if reason != nil {
		row.Reason = optional(sentence(reason.Error()))
	}
	row.Info = r.notes().column()
	return row
}

// notes are those of an end that the process itself writes.
func (r *recorder) notes() notes { return notes{AgentSeed: &r.attempt.seeds.agent, K: r.answerer.k} }

// finished returns the end of an episode that was played to its end. One that
// was cut off without a verdict is lost, if the environment grades at all.
func (r *recorder) finished() *schema.EpisodeRow {
	row := r.ended(completed, nil)
	row.Success, row.Reason = r.last.Success, optional(sentence(r.last.Reason))
	if !r.last.Terminated {
		row.Status = truncated
		if row.Success == nil && r.graded {
			row.Success = new(false)
		}
	}
	return row
}

// interrupted returns the end of an episode that an interrupt cut off.
func (r *recorder) interrupted() *schema.EpisodeRow {
	row := r.ended(truncated, nil)
	row.Reason = new("interrupted")
	n := r.notes()
	n.Interrupted = true
	row.Info = n.column()
	return row
}

// close writes the end of the episode, and returns it. Where the instruction is
// what the log refuses, the end goes without.
func (r *recorder) close(row *schema.EpisodeRow) (*schema.EpisodeRow, error) {
	err := r.journal.produce(row)
	if err != nil && !broken(err) {
		row.Instruction = nil
		err = r.journal.produce(row)
	}
	if err != nil {
		return nil, &logError{err}
	}
	return row, nil
}
