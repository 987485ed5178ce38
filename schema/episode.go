package schema

// Episode is the end of an attempt at a task. Of several ends of one episode
// the first in the log counts.
type Episode struct {
	// The run that produced it.
	RunID *string `json:"run_id" avro:"run_id" parquet:"run_id,optional"`
	// Why it was played: collect, train, evaluate or probe.
	Purpose string `json:"purpose" avro:"purpose" parquet:"purpose"`
	// Training iteration of the run, from 0.
	Iteration *int64 `json:"iteration" avro:"iteration" parquet:"iteration,optional"`
	// Name of the environment.
	Environment string `json:"environment" avro:"environment" parquet:"environment"`
	// Version of the environment's rules.
	EnvironmentVersion *string `json:"environment_version" avro:"environment_version" parquet:"environment_version,optional"`
	// Part of the task set.
	Split string `json:"split" avro:"split" parquet:"split"`
	// The task attempted.
	TaskID string `json:"task_id" avro:"task_id" parquet:"task_id"`
	// The task in words.
	Instruction *string `json:"instruction" avro:"instruction" parquet:"instruction,optional"`
	// The episode that ended.
	EpisodeID string `json:"episode_id" avro:"episode_id" parquet:"episode_id"`
	// Episodes of one task by one policy version that are compared with each
	// other.
	GroupID *string `json:"group_id" avro:"group_id" parquet:"group_id,optional"`
	// Number of the attempt within the group, from 0.
	Attempt *int64 `json:"attempt" avro:"attempt" parquet:"attempt,optional"`
	// Who answered: real or synthetic.
	Origin string `json:"origin" avro:"origin" parquet:"origin"`
	// Who acted.
	PolicyID *string `json:"policy_id" avro:"policy_id" parquet:"policy_id,optional"`
	// Version of the policy that acted.
	PolicyVersion *int64 `json:"policy_version" avro:"policy_version" parquet:"policy_version,optional"`
	// How it ended: completed (the task ended it), truncated (cut off), aborted
	// (something broke) or failed (could not be played at all).
	Status string `json:"status" avro:"status" parquet:"status"`
	// Whether the task was solved; NULL when ungraded.
	Success *bool `json:"success" avro:"success" parquet:"success,optional"`
	// Undiscounted sum of the rewards; NULL when ungraded.
	EpisodeReturn *float64 `json:"episode_return" avro:"episode_return" parquet:"episode_return,optional"`
	// Number of transitions.
	Length int64 `json:"length" avro:"length" parquet:"length"`
	// Why it ended, in words.
	Reason *string `json:"reason" avro:"reason" parquet:"reason,optional"`
	// What the source knows beyond these columns: one JSON object as text.
	Info *JSON `json:"info" avro:"info" parquet:"info,optional"`
}

// EpisodeRow is a row of table episodes.
type EpisodeRow struct {
	Envelope
	Episode
	Position
	Proof
}
