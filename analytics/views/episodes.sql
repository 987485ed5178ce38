-- Attempts at tasks that have ended, a row each. Of several ends of one
-- episode the first in the log counts, less what was retracted.
--
-- table episodes
-- column success: Whether the task was solved, as the last correction has it, else as the event has it; NULL when ungraded.
-- column episode_return: Undiscounted sum of the rewards: the last correction of the episode's reward, else the sum of its
--   rewards where one of them was corrected, else as the event has it; NULL when ungraded.
-- column event_hash: The Merkle leaf of the row, as 64 lower-case hex digits.
-- column recorded_success: Success as the event has it, before corrections.
-- column recorded_return: Return as the event has it, before corrections.
-- column finished: Whether the attempt ran to an end of its own: completed, or cut off by a limit. Not what broke off or was
--   interrupted, which groups and task values leave out.
WITH ends AS (
    SELECT *
    FROM lake.episodes
    WHERE NOT retracted_row(event_id, episode_id, source)
    QUALIFY row_number() OVER (PARTITION BY episode_id ORDER BY log_generation, log_partition, log_offset) = 1
)
SELECT
    event_id, time, run_id, environment, split, task_id, instruction, episode_id, group_id, attempt, origin, policy_id,
    policy_version, status,
    coalesce(corrected.outcome, ends.success) AS success,
    coalesce(corrected.reward, resummed.episode_return, ends.episode_return) AS episode_return,
    length, reason, info,
    log_generation, log_partition, log_offset, ingest_time, lower(hex(event_hash)) AS event_hash,
    ends.success AS recorded_success, ends.episode_return AS recorded_return,
    status = 'completed' OR (status = 'truncated' AND NOT contains(coalesce(info, ''), '"interrupted":true')) AS finished,
    purpose, iteration, environment_version, source, producer, sequence, schema_version
FROM ends
LEFT JOIN session.corrected_episodes AS corrected USING (episode_id)
LEFT JOIN session.resummed_returns AS resummed USING (episode_id)
