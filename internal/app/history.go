package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/schema"
)

// history knows what earlier processes played of a run.
type history struct{ session *Session }

// runQuery finds the episodes of a run: the first end of each, and for those
// without an end what their transitions say.
const runQuery = `WITH ends AS (
	SELECT * FROM lake.episodes WHERE run_id = $1
	QUALIFY row_number() OVER (PARTITION BY episode_id ORDER BY log_generation, log_partition, log_offset) = 1),
running AS (
	SELECT episode_id, count(*) AS length, sum(reward) AS episode_return, arg_min(t, step) AS first
	FROM lake.transitions t WHERE run_id = $1 AND episode_id NOT IN (SELECT episode_id FROM ends)
	GROUP BY episode_id)
SELECT episode_id, environment, split, task_id, purpose, origin, status, length,
	environment_version, instruction, group_id, policy_id, reason, info::VARCHAR,
	attempt, policy_version, iteration, episode_return, success
FROM ends
UNION ALL
SELECT episode_id, first.environment, first.split, first.task_id, first.purpose, first.origin, '', length,
	first.environment_version, first.instruction, first.group_id, first.policy_id, NULL, NULL,
	first.attempt, first.policy_version, first.iteration, episode_return, NULL
FROM running
ORDER BY episode_id`

// Episodes implements rollout.History.
func (h *history) Episodes(ctx context.Context, runID string) (found []schema.Episode, err error) {
	if h.session.Snapshot() == 0 {
		return nil, nil
	}
	result, err := h.session.Trusted(ctx, runQuery, runID)
	if err != nil {
		return nil, fmt.Errorf("look up run %s: %w", runID, err)
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	for result.Next() {
		e := episodeOf(result.Row())
		e.RunID = &runID
		found = append(found, e)
	}
	return found, result.Err()
}

// episodeOf reads a row of runQuery.
func episodeOf(row []any) schema.Episode {
	text := func(i int) string { return row[i].(string) }
	return schema.Episode{
		EpisodeID: text(0), Environment: text(1), Split: text(2), TaskID: text(3), Purpose: text(4), Origin: text(5),
		Status: text(6), Length: row[7].(int64),
		EnvironmentVersion: cell[string](row[8]), Instruction: cell[string](row[9]), GroupID: cell[string](row[10]),
		PolicyID: cell[string](row[11]), Reason: cell[string](row[12]), Info: (*schema.JSON)(cell[string](row[13])),
		Attempt: cell[int64](row[14]), PolicyVersion: cell[int64](row[15]), Iteration: cell[int64](row[16]),
		EpisodeReturn: cell[float64](row[17]), Success: cell[bool](row[18]),
	}
}

// cell returns a value that may be NULL.
func cell[T any](v any) *T {
	value, ok := v.(T)
	if !ok {
		return nil
	}
	return &value
}
