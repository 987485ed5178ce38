package schema

// Training is something that a learner did or used: a batch drawn, a policy
// updated or evaluated, a model fitted, a dataset brought in or out.
type Training struct {
	// The run.
	RunID *string `json:"run_id" avro:"run_id" parquet:"run_id,optional"`
	// Training iteration, from 0.
	Iteration *int64 `json:"iteration" avro:"iteration" parquet:"iteration,optional"`
	// Id of the batch; its parts share it.
	BatchID *string `json:"batch_id" avro:"batch_id" parquet:"batch_id,optional"`
	// Number of this part of the batch, from 0.
	Part *int64 `json:"part" avro:"part" parquet:"part,optional"`
	// Number of parts of the batch.
	Parts *int64 `json:"parts" avro:"parts" parquet:"parts,optional"`
	// What the batch was drawn for: demonstrations or rollouts.
	Use *string `json:"use" avro:"use" parquet:"use,optional"`
	// What was drawn, in order.
	Items []BatchItem `json:"items" avro:"items" parquet:"items,optional,list"`
	// Seed of the draw.
	Seed *int64 `json:"seed" avro:"seed" parquet:"seed,optional"`
	// Snapshot that was read.
	Snapshot *int64 `json:"snapshot" avro:"snapshot" parquet:"snapshot,optional"`
	// Specification of the draw: one JSON object as text.
	Spec *JSON `json:"spec" avro:"spec" parquet:"spec,optional"`
	// SHA-256 (hex) over the items in order.
	Digest *string `json:"digest" avro:"digest" parquet:"digest,optional"`
	// The policy.
	PolicyID *string `json:"policy_id" avro:"policy_id" parquet:"policy_id,optional"`
	// Version of the policy.
	PolicyVersion *int64 `json:"policy_version" avro:"policy_version" parquet:"policy_version,optional"`
	// Versions or models it came from.
	Parents []string `json:"parents" avro:"parents" parquet:"parents,optional,list"`
	// Algorithm of the update.
	Algorithm *string `json:"algorithm" avro:"algorithm" parquet:"algorithm,optional"`
	// Where the artefact lies: a checkpoint, a model, a dataset.
	URI *string `json:"uri" avro:"uri" parquet:"uri,optional"`
	// SHA-256 (hex) of the artefact.
	SHA256 *string `json:"sha256" avro:"sha256" parquet:"sha256,optional"`
	// One JSON object as text.
	Hyperparameters *JSON `json:"hyperparameters" avro:"hyperparameters" parquet:"hyperparameters,optional"`
	// One JSON object as text.
	Metrics *JSON `json:"metrics" avro:"metrics" parquet:"metrics,optional"`
	// Batches the update consumed.
	BatchIDs []string `json:"batch_ids" avro:"batch_ids" parquet:"batch_ids,optional,list"`
	// Name of the environment.
	Environment *string `json:"environment" avro:"environment" parquet:"environment,optional"`
	// Part of the task set that was evaluated on.
	Split *string `json:"split" avro:"split" parquet:"split,optional"`
	// greedy or sampled.
	Decoding *string `json:"decoding" avro:"decoding" parquet:"decoding,optional"`
	// Number of episodes.
	Episodes *int64 `json:"episodes" avro:"episodes" parquet:"episodes,optional"`
	// Share of successes, in [0, 1].
	SuccessRate *float64 `json:"success_rate" avro:"success_rate" parquet:"success_rate,optional"`
	// Lower end of its 95 % confidence interval.
	Low *float64 `json:"low" avro:"low" parquet:"low,optional"`
	// Upper end of its 95 % confidence interval.
	High *float64 `json:"high" avro:"high" parquet:"high,optional"`
	// Seeds of the evaluation.
	Seeds []int64 `json:"seeds" avro:"seeds" parquet:"seeds,optional,list"`
	// The experience model.
	ModelID *string `json:"model_id" avro:"model_id" parquet:"model_id,optional"`
	// Version of the experience model.
	ModelVersion *string `json:"model_version" avro:"model_version" parquet:"model_version,optional"`
	// Format of the dataset.
	Format *string `json:"format" avro:"format" parquet:"format,optional"`
	// SQL that chose the rows of the dataset.
	Query *string `json:"query" avro:"query" parquet:"query,optional"`
	// Number of files.
	Files *int64 `json:"files" avro:"files" parquet:"files,optional"`
	// Number of rows.
	Rows *int64 `json:"rows" avro:"rows" parquet:"rows,optional"`
	// Number of transitions.
	Transitions *int64 `json:"transitions" avro:"transitions" parquet:"transitions,optional"`
	// Number of tasks.
	Tasks *int64 `json:"tasks" avro:"tasks" parquet:"tasks,optional"`
	// Number of records refused.
	Rejected *int64 `json:"rejected" avro:"rejected" parquet:"rejected,optional"`
	// Number of events already known.
	Duplicates *int64 `json:"duplicates" avro:"duplicates" parquet:"duplicates,optional"`
}

// BatchItem is one item that a training step consumed.
type BatchItem struct {
	// Id of the item: a group, an episode or a transition, as the draw unit
	// says.
	ID string `json:"id" avro:"id" parquet:"id"`
	// Probability with which the draw chose it, in (0, 1].
	Probability float64 `json:"probability" avro:"probability" parquet:"probability"`
}

// TrainingRow is a row of table training.
type TrainingRow struct {
	Envelope
	Training
	Position
	Proof
}
