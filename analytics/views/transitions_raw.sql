-- Steps of episodes, a row each, exactly as their events have them: neither
-- corrected nor retracted.
--
-- table transitions
-- column event_hash: The Merkle leaf of the row, as 64 lower-case hex digits.
SELECT
    event_id, time, run_id, purpose, iteration, environment, environment_version, env_seed, split, task_id, instruction,
    episode_id, group_id, attempt, step, max_steps, origin, state, admissible_actions, action, action_valid,
    next_state, next_admissible_actions, reward, terminated, truncated, thought, policy_id, policy_version,
    action_logprob, temperature, model_id, model_version, buffer_snapshot, reasoning, demonstrations, demo_depth,
    call_ids, source, info,
    log_generation, log_partition, log_offset, ingest_time, lower(hex(event_hash)) AS event_hash,
    subject, producer, sequence, schema_version
FROM lake.transitions
