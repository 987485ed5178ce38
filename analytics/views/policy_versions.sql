-- Policies in every version that was trained or has played, a row each.
--
-- table training
-- column policy_id: Who acts.
-- column policy_version: Version of the policy; NULL when its episodes do not say.
-- column update_time: When this version was trained; NULL when it only played.
-- column run_id: The run that trained it.
-- column iteration: Training iteration that made it, from 0.
-- column uri: Where its checkpoint lies.
-- column sha256: SHA-256 (hex) of the checkpoint.
-- column parents: Versions it was trained from.
-- column first_time: When its first episode ended.
-- column last_time: When its last episode ended.
-- column episodes: Number of its episodes.
-- column graded: Number of its episodes that say whether the task was solved.
-- column success_rate: Share of successes among the graded, in [0, 1]; NULL when none is.
-- column mean_return: Mean return of the episodes that have one.
WITH updates AS (
    SELECT
        policy_id, policy_version, time AS update_time, run_id, iteration, algorithm, uri, sha256, parents,
        hyperparameters, metrics, batch_ids
    FROM lake.training
    WHERE event_type = 'policy.updated'
    QUALIFY row_number() OVER (PARTITION BY policy_id, policy_version ORDER BY log_generation, log_partition, log_offset) = 1
),
played AS (
    SELECT
        policy_id, policy_version, min(time) AS first_time, max(time) AS last_time,
        count(*) AS episodes, count(success) AS graded,
        avg(success::INTEGER) AS success_rate, avg(episode_return) AS mean_return
    FROM episodes
    WHERE policy_id IS NOT NULL
    GROUP BY policy_id, policy_version
)
SELECT
    coalesce(u.policy_id, p.policy_id) AS policy_id, coalesce(u.policy_version, p.policy_version) AS policy_version,
    update_time, run_id, iteration, algorithm, uri, sha256, parents, hyperparameters, metrics, batch_ids,
    first_time, last_time, coalesce(episodes, 0) AS episodes, coalesce(graded, 0) AS graded, success_rate, mean_return
FROM updates AS u
FULL JOIN played AS p ON u.policy_id IS NOT DISTINCT FROM p.policy_id AND u.policy_version IS NOT DISTINCT FROM p.policy_version
