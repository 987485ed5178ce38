package schema

// Call is one request to an LLM and its answer, exact enough to rebuild the
// conversation. One row a call, so that retries keep their tokens.
type Call struct {
	// Who asked: agent, experience, generator, judge or teacher.
	Role string `json:"role" avro:"role" parquet:"role"`
	// The run that made it.
	RunID *string `json:"run_id" avro:"run_id" parquet:"run_id,optional"`
	// Name of the environment.
	Environment *string `json:"environment" avro:"environment" parquet:"environment,optional"`
	// The episode it served; NULL outside of one.
	EpisodeID *string `json:"episode_id" avro:"episode_id" parquet:"episode_id,optional"`
	// The step it served, from 0.
	Step *int64 `json:"step" avro:"step" parquet:"step,optional"`
	// Model that answered, as the server names it.
	Model *string `json:"model" avro:"model" parquet:"model,optional"`
	// Version of its weights.
	WeightsVersion *string `json:"weights_version" avro:"weights_version" parquet:"weights_version,optional"`
	// Messages added since the previous call of this role in the episode (all of
	// them in a new segment): a JSON array as text.
	Messages JSON `json:"messages" avro:"messages" parquet:"messages"`
	// Tool definitions, as sent: a JSON array as text.
	Tools *JSON `json:"tools" avro:"tools" parquet:"tools,optional"`
	// The raw answer: the message as JSON text where the source has one, else
	// its text.
	Response string `json:"response" avro:"response" parquet:"response"`
	// Ids of the tool calls in the answer.
	ToolCallIDs []string `json:"tool_call_ids" avro:"tool_call_ids" parquet:"tool_call_ids,optional,list"`
	// Why generation stopped: stop, length, tool_calls, …
	FinishReason *string `json:"finish_reason" avro:"finish_reason" parquet:"finish_reason,optional"`
	// Prompt tokens shared with the previous call of the segment.
	PromptPrefixLength *int64 `json:"prompt_prefix_length" avro:"prompt_prefix_length" parquet:"prompt_prefix_length,optional"`
	// Token ids of the prompt behind that prefix.
	PromptTokenIDs []int64 `json:"prompt_token_ids" avro:"prompt_token_ids" parquet:"prompt_token_ids,optional,list"`
	// Number of the segment, from 0; a new one begins when the prompt no longer
	// extends the previous one.
	Segment *int64 `json:"segment" avro:"segment" parquet:"segment,optional"`
	// Token ids of the answer, as sampled; never retokenized.
	ResponseTokenIDs []int64 `json:"response_token_ids" avro:"response_token_ids" parquet:"response_token_ids,optional,list"`
	// For each answer token, whether a loss may train on it.
	LossMask []bool `json:"loss_mask" avro:"loss_mask" parquet:"loss_mask,optional,list"`
	// Log-probability (natural) of each answer token when it was sampled.
	RolloutLogprobs []float64 `json:"rollout_logprobs" avro:"rollout_logprobs" parquet:"rollout_logprobs,optional,list"`
	// The same, recomputed by a trainer.
	TrainerLogprobs []float64 `json:"trainer_logprobs" avro:"trainer_logprobs" parquet:"trainer_logprobs,optional,list"`
	// Sampling parameters: one JSON object as text.
	Sampling *JSON `json:"sampling" avro:"sampling" parquet:"sampling,optional"`
	// Digest of the tokenizer.
	TokenizerDigest *string `json:"tokenizer_digest" avro:"tokenizer_digest" parquet:"tokenizer_digest,optional"`
	// Digest of the chat template.
	TemplateDigest *string `json:"template_digest" avro:"template_digest" parquet:"template_digest,optional"`
	// Number of prompt tokens.
	PromptTokens *int64 `json:"prompt_tokens" avro:"prompt_tokens" parquet:"prompt_tokens,optional"`
	// Number of answer tokens.
	CompletionTokens *int64 `json:"completion_tokens" avro:"completion_tokens" parquet:"completion_tokens,optional"`
	// Time from request to full answer, in seconds.
	LatencySeconds *float64 `json:"latency_seconds" avro:"latency_seconds" parquet:"latency_seconds,optional"`
	// Cost of the call in US dollars.
	Cost *float64 `json:"cost" avro:"cost" parquet:"cost,optional"`
	// What the source knows beyond these columns: one JSON object as text.
	Info *JSON `json:"info" avro:"info" parquet:"info,optional"`
}

// CallRow is a row of table calls.
type CallRow struct {
	Envelope
	Call
	Position
	Proof
}
