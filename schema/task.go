package schema

// Task is something that was said about a task: that it was proposed, or that
// the curriculum selected it.
type Task struct {
	// The task.
	TaskID string `json:"task_id" avro:"task_id" parquet:"task_id"`
	// Name of the environment; required when proposed.
	Environment *string `json:"environment" avro:"environment" parquet:"environment,optional"`
	// Part of the task set; required when proposed.
	Split *string `json:"split" avro:"split" parquet:"split,optional"`
	// The task in words; required when proposed.
	Instruction *string `json:"instruction" avro:"instruction" parquet:"instruction,optional"`
	// seed (given) or generated (from parents); required when proposed.
	Kind *string `json:"kind" avro:"kind" parquet:"kind,optional"`
	// Tasks it was generated from.
	Parents []string `json:"parents" avro:"parents" parquet:"parents,optional,list"`
	// Task value V of each parent when it was generated (Eq. 7).
	ParentValues []float64 `json:"parent_values" avro:"parent_values" parquet:"parent_values,optional,list"`
	// Who generated it.
	Generator *string `json:"generator" avro:"generator" parquet:"generator,optional"`
	// The run that selected it.
	RunID *string `json:"run_id" avro:"run_id" parquet:"run_id,optional"`
	// Training iteration it was selected for, from 0.
	Iteration *int64 `json:"iteration" avro:"iteration" parquet:"iteration,optional"`
	// n, the attempts that its value was estimated from.
	Attempts *int64 `json:"attempts" avro:"attempts" parquet:"attempts,optional"`
	// Mean return of those attempts.
	MeanReturn *float64 `json:"mean_return" avro:"mean_return" parquet:"mean_return,optional"`
	// Task value V (Eq. 7).
	Value *float64 `json:"value" avro:"value" parquet:"value,optional"`
	// Probability with which it was selected, in (0, 1].
	Probability *float64 `json:"probability" avro:"probability" parquet:"probability,optional"`
	// Upper bound on the share of generated tasks in the iteration, in [0, 1].
	Lambda *float64 `json:"lambda" avro:"lambda" parquet:"lambda,optional"`
	// Snapshot that the value was computed at.
	Snapshot *int64 `json:"snapshot" avro:"snapshot" parquet:"snapshot,optional"`
	// What the source knows beyond these columns: one JSON object as text.
	Info *JSON `json:"info" avro:"info" parquet:"info,optional"`
}

// TaskRow is a row of table tasks.
type TaskRow struct {
	Envelope
	Task
	Position
	Proof
}
