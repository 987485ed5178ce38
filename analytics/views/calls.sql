-- Requests to an LLM with their answers, a row each; several for one step where
-- a request was repeated. What was retracted is left out.
--
-- table calls
-- column event_hash: The Merkle leaf of the row, as 64 lower-case hex digits.
SELECT
    event_id, time, role, episode_id, step, model, weights_version, messages, tools, response, tool_call_ids,
    finish_reason, prompt_prefix_length, prompt_token_ids, segment, response_token_ids, loss_mask, rollout_logprobs,
    trainer_logprobs, sampling, tokenizer_digest, template_digest, prompt_tokens, completion_tokens, latency_seconds,
    cost,
    log_generation, log_partition, log_offset, ingest_time, lower(hex(event_hash)) AS event_hash,
    run_id, environment, source, info, producer, sequence, schema_version
FROM lake.calls
WHERE NOT retracted_row(event_id, episode_id, source)
