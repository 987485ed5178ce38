-- Evaluations of policies in their environment, a row each.
--
-- table training
-- column checkpoint: Where the checkpoint lies that was evaluated.
SELECT
    policy_id, policy_version, split, decoding, episodes, success_rate, low, high, seeds, uri AS checkpoint,
    environment, run_id, iteration, metrics, time, event_id, log_generation, log_partition, log_offset, ingest_time
FROM lake.training
WHERE event_type = 'policy.evaluated'
