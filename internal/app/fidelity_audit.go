package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/producers"
)

// auditQuery reads what environments answered of a split that no learner sees.
// Of what was produced twice the first counts.
const auditQuery = `SELECT t.task_id, t.episode_id, coalesce(t.instruction, ''), e.success,
	t.event_id, t.step, t.state, t.admissible_actions, t.action, t.action_valid, t.next_state, t.next_admissible_actions,
	t.reward, t.terminated, t.truncated
FROM transitions t LEFT JOIN episodes e ON e.task_id = t.task_id AND e.episode_id = t.episode_id
WHERE t.origin = 'real' AND t.environment = $1 AND coalesce(t.environment_version, '') = $2 AND t.split = $3
ORDER BY t.task_id, t.episode_id, t.step, t.log_generation, t.log_offset, t.event_id`

// auditRecordings reads the real episodes of a split of an environment, to
// measure by. Nothing that learns may be given them.
func auditRecordings(ctx context.Context, session *Session, at producers.Task, split string) (all []*producers.Recording, err error) {
	result, err := session.Trusted(ctx, auditQuery, at.Environment, at.EnvironmentVersion, split)
	if err != nil {
		return nil, fmt.Errorf("read split %s of environment %s: %w", split, at.Environment, err)
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	var last *producers.Recording
	for result.Next() {
		row := result.Row()
		if task, episode := row[0].(string), row[1].(string); last == nil || last.EpisodeID != episode || last.Task.ID != task {
			last = &producers.Recording{EpisodeID: episode, Origin: "real", Success: cell[bool](row[3]), Task: producers.Task{
				ID: task, Environment: at.Environment, EnvironmentVersion: at.EnvironmentVersion, Split: split, Instruction: row[2].(string),
			}}
			all = append(all, last)
		}
		if n := len(last.Steps); n > 0 && last.Steps[n-1].Step == row[5].(int64) {
			continue
		}
		last.Steps = append(last.Steps, auditStep(row))
	}
	if err := result.Err(); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("as of snapshot %d there are no real transitions of environment %s version %q in split %q: `dreamlog sql \"SELECT environment, environment_version, split, count(*) FROM transitions WHERE origin = 'real' GROUP BY ALL\"` says which there are",
			session.Snapshot(), at.Environment, at.EnvironmentVersion, split)
	}
	return all, nil
}

func auditStep(row []any) producers.RecordedStep {
	return producers.RecordedStep{
		EventID: row[4].(string), Step: row[5].(int64),
		State: producers.Observation{Text: row[6].(string), Admissible: texts(row[7])}, Action: row[8].(string), Valid: cell[bool](row[9]),
		Next: producers.Observation{Text: row[10].(string), Admissible: texts(row[11])}, Reward: cell[float64](row[12]),
		Terminated: row[13].(bool), Truncated: row[14].(bool),
	}
}

// texts reads a list column; nil stays nil.
func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	all := make([]string, len(list))
	for i, x := range list {
		all[i], _ = x.(string)
	}
	return all
}
