-- Steps of episodes, a row each, with corrections applied and what was
-- retracted left out. What the events themselves say is in transitions_raw.
--
-- table transitions
-- column reward: Reward of this step, finite, as the last correction has it, else as the event has it; NULL when neither graded it.
-- column event_hash: The Merkle leaf of the row, as 64 lower-case hex digits.
-- column recorded_reward: Reward as the event has it, before corrections.
SELECT
    event_id, time, run_id, purpose, iteration, environment, environment_version, env_seed, split, task_id, instruction,
    episode_id, group_id, attempt, step, max_steps, origin, state, admissible_actions, action, action_valid,
    next_state, next_admissible_actions,
    corrected_reward(place_file, place_row, log_generation, log_partition, log_offset, reward) AS reward,
    terminated, truncated, thought, policy_id, policy_version, action_logprob, temperature, model_id, model_version,
    buffer_snapshot, reasoning, demonstrations, demo_depth, call_ids, source, info,
    log_generation, log_partition, log_offset, ingest_time, lower(hex(event_hash)) AS event_hash,
    reward AS recorded_reward, subject, producer, sequence, schema_version
FROM lake.transitions
WHERE NOT retracted_transition(
    place_file, place_row, log_generation, log_partition, log_offset, episode_id, source, model_id, model_version
)
