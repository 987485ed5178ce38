package schema

// Transition is one step of an episode, the unit of experience: in a state an
// action was taken; a reward and the next state came back.
type Transition struct {
	// The run that produced it: one import, one play, one training.
	RunID *string `json:"run_id" avro:"run_id" parquet:"run_id,optional"`
	// Why it was played: collect (offline data), train, evaluate, or probe (an
	// audit of a model). What learns reads only collect and train.
	Purpose string `json:"purpose" avro:"purpose" parquet:"purpose"`
	// Training iteration of the run, from 0.
	Iteration *int64 `json:"iteration" avro:"iteration" parquet:"iteration,optional"`
	// Name of the environment, such as alfworld.
	Environment string `json:"environment" avro:"environment" parquet:"environment"`
	// Version of the environment's rules; experience of different versions is
	// never mixed.
	EnvironmentVersion *string `json:"environment_version" avro:"environment_version" parquet:"environment_version,optional"`
	// Seed the environment was reset with.
	EnvSeed *int64 `json:"env_seed" avro:"env_seed" parquet:"env_seed,optional"`
	// Part of the task set: train, dev, test, valid_seen, valid_unseen, or the
	// source's own name. What learns reads only train.
	Split string `json:"split" avro:"split" parquet:"split"`
	// The task attempted: unique within its environment.
	TaskID string `json:"task_id" avro:"task_id" parquet:"task_id"`
	// The task in words, as the agent read it.
	Instruction *string `json:"instruction" avro:"instruction" parquet:"instruction,optional"`
	// The episode this step belongs to.
	EpisodeID string `json:"episode_id" avro:"episode_id" parquet:"episode_id"`
	// Episodes of one task by one policy version that are compared with each
	// other (GRPO).
	GroupID *string `json:"group_id" avro:"group_id" parquet:"group_id,optional"`
	// Number of the attempt at the task within the group, from 0.
	Attempt *int64 `json:"attempt" avro:"attempt" parquet:"attempt,optional"`
	// Index of the step within the episode, from 0 without gaps.
	Step int64 `json:"step" avro:"step" parquet:"step"`
	// Steps after which the episode is truncated.
	MaxSteps *int64 `json:"max_steps" avro:"max_steps" parquet:"max_steps,optional"`
	// Who answered: real (an environment) or synthetic (an experience model).
	Origin string `json:"origin" avro:"origin" parquet:"origin"`
	// The observation the action was taken in; never the accumulated history.
	State string `json:"state" avro:"state" parquet:"state"`
	// Actions that the environment allowed in the state; NULL when it does not
	// say.
	AdmissibleActions []string `json:"admissible_actions" avro:"admissible_actions" parquet:"admissible_actions,optional,list"`
	// The action taken, without the thought that led to it.
	Action string `json:"action" avro:"action" parquet:"action"`
	// Whether the environment understood the action; NULL when it does not say.
	ActionValid *bool `json:"action_valid" avro:"action_valid" parquet:"action_valid,optional"`
	// The observation that followed; the state of step + 1.
	NextState string `json:"next_state" avro:"next_state" parquet:"next_state"`
	// Actions allowed in the next state; NULL when the environment does not say.
	NextAdmissibleActions []string `json:"next_admissible_actions" avro:"next_admissible_actions" parquet:"next_admissible_actions,optional,list"`
	// Reward of this step, finite; NULL when the source did not grade it.
	Reward *float64 `json:"reward" avro:"reward" parquet:"reward,optional"`
	// The task itself ended here (Gymnasium): no value is bootstrapped.
	Terminated bool `json:"terminated" avro:"terminated" parquet:"terminated"`
	// The episode was cut off here from outside (Gymnasium), for example by a
	// step limit.
	Truncated bool `json:"truncated" avro:"truncated" parquet:"truncated"`
	// What the agent thought before it acted.
	Thought *string `json:"thought" avro:"thought" parquet:"thought,optional"`
	// Who acted.
	PolicyID *string `json:"policy_id" avro:"policy_id" parquet:"policy_id,optional"`
	// Version of the policy that acted.
	PolicyVersion *int64 `json:"policy_version" avro:"policy_version" parquet:"policy_version,optional"`
	// Log-probability (natural) of the action under the policy that acted, over
	// the admissible actions as recorded.
	ActionLogprob *float64 `json:"action_logprob" avro:"action_logprob" parquet:"action_logprob,optional"`
	// Sampling temperature of the policy.
	Temperature *float64 `json:"temperature" avro:"temperature" parquet:"temperature,optional"`
	// Experience model that answered; NULL for real transitions.
	ModelID *string `json:"model_id" avro:"model_id" parquet:"model_id,optional"`
	// Version of that model.
	ModelVersion *string `json:"model_version" avro:"model_version" parquet:"model_version,optional"`
	// Snapshot of the replay buffer that the demonstrations came from.
	BufferSnapshot *int64 `json:"buffer_snapshot" avro:"buffer_snapshot" parquet:"buffer_snapshot,optional"`
	// Why the experience model predicted this next state and reward.
	Reasoning *string `json:"reasoning" avro:"reasoning" parquet:"reasoning,optional"`
	// Stored transitions that grounded the prediction, most similar first.
	Demonstrations []Demonstration `json:"demonstrations" avro:"demonstrations" parquet:"demonstrations,optional,list"`
	// Hops over synthetic demonstrations to real experience; 0 when all are
	// real.
	DemoDepth *int64 `json:"demo_depth" avro:"demo_depth" parquet:"demo_depth,optional"`
	// Events of the LLM calls behind this step, in order.
	CallIDs []string `json:"call_ids" avro:"call_ids" parquet:"call_ids,optional,list"`
	// What the source knows beyond these columns: one JSON object as text.
	Info *JSON `json:"info" avro:"info" parquet:"info,optional"`
}

// Demonstration is a stored transition that grounded a prediction.
type Demonstration struct {
	// Id of the transition that was retrieved.
	EventID string `json:"event_id" avro:"event_id" parquet:"event_id"`
	// Cosine similarity of its embedding with that of the query, in [-1, 1].
	Similarity float64 `json:"similarity" avro:"similarity" parquet:"similarity"`
}

// TransitionRow is a row of table transitions.
type TransitionRow struct {
	Envelope
	Transition
	Position
	Proof
}
