package rollout

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/schema"
)

// resume looks at what earlier processes played of the run, and returns the
// attempts that are finished. What was aborted, failed or interrupted is played
// again, as a new episode.
func (r *run) resume(past []schema.Episode) (finished map[place]struct{}, err error) {
	finished = map[place]struct{}{}
	for i := range past {
		e := &past[i]
		if err := r.continues(e); err != nil {
			return nil, fmt.Errorf("continue run %s: %w", r.options.RunID, err)
		}
		if isFinished(e) && e.Attempt != nil {
			finished[place{e.TaskID, *e.Attempt}] = struct{}{}
		}
	}
	return finished, nil
}

// past returns the episodes of the part of the run that is continued: a
// training plays many, told apart by purpose and iteration.
func (r *run) past(ctx context.Context) (part []schema.Episode, err error) {
	if r.options.History == nil {
		return nil, nil
	}
	all, err := r.options.History.Episodes(ctx, r.options.RunID)
	if err != nil {
		return nil, fmt.Errorf("ask what was played of run %s: %w", r.options.RunID, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("continue run %s: nothing of it is recorded: see that the id is right, or begin a new run", r.options.RunID)
	}
	for _, e := range all {
		if e.Purpose == r.series.purpose && same(e.Iteration, r.series.iteration) {
			part = append(part, e)
		}
	}
	return part, nil
}

// isFinished says whether an attempt need not be repeated.
func isFinished(e *schema.Episode) bool {
	return e.Status == completed || e.Status == truncated && !notesOf(e.Info).Interrupted
}

// continues refuses to continue what was played otherwise: its groups would
// hold episodes that cannot be compared.
func (r *run) continues(e *schema.Episode) error {
	var problems []error
	differs := func(what, was, is string) {
		if was != is {
			problems = append(problems, fmt.Errorf("it was played with %s %q, not %q", what, was, is))
		}
	}
	policy := r.series.policy
	differs("policy", policyName(value(e.PolicyID), e.PolicyVersion), policyName(policy.ID, policy.Version))
	differs("answers that are", e.Origin, r.series.answerer.origin())
	t := r.tasks[e.TaskID]
	if t == nil { // of a longer plan
		differs("environment", e.Environment, r.order[0].Environment)
		return errors.Join(problems...)
	}
	differs("environment", e.Environment, t.Environment)
	differs("environment version", value(e.EnvironmentVersion), t.EnvironmentVersion)
	if e.GroupID != nil && *e.GroupID != t.groupID && len(problems) == 0 && e.Origin == originSynthetic {
		problems = append(problems, fmt.Errorf("it was dreamt by another model, or with demonstrations of another snapshot, than %s", r.series.answerer))
	}
	n, k := notesOf(e.Info), r.series.answerer.k
	if n.K != nil && k != nil && *n.K != *k {
		problems = append(problems, fmt.Errorf("it was dreamt with %d demonstrations for an answer, not %d", *n.K, *k))
	}
	if n.AgentSeed != nil && e.Attempt != nil {
		if is := seedsOf(r.options.Seed, t.Environment, t.ID, *e.Attempt); is.agent != *n.AgentSeed {
			problems = append(problems, fmt.Errorf("it was played with another seed than %d", r.options.Seed))
		}
	}
	return errors.Join(problems...)
}

// repair writes what earlier processes did not live to write, or what did not
// last: the ends of episodes without one, and the proposals of tasks, which lie
// in other partitions of the log than their episodes.
func (r *run) repair(j *journal, past []schema.Episode) error {
	if len(past) == 0 {
		return nil
	}
	for i := range past {
		e := &past[i]
		if t := r.tasks[e.TaskID]; t != nil {
			// One that is refused fails again when its attempts are played.
			if err := r.series.propose(j, t, e.Instruction); broken(err) {
				return err
			}
		}
		if e.Status != "" {
			continue
		}
		if err := j.produce(r.series.orphan(*e)); err != nil {
			return fmt.Errorf("end the episodes that have no end: %w", err)
		}
		r.result.Closed++
	}
	return j.flush()
}

// orphan returns the end of an episode whose process did not live to write it.
// It has the id that the process would have given it.
func (s *series) orphan(e schema.Episode) *schema.EpisodeRow {
	e.RunID, e.Status, e.Success = &s.runID, aborted, nil
	e.Reason = new("the process that played it ended before the episode did")
	return &schema.EpisodeRow{
		Envelope: s.envelope(schema.TypeEpisodeEnded, endEvent(e.EpisodeID), e.EpisodeID, s.source(e.Environment)),
		Episode:  e,
	}
}

func same(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
