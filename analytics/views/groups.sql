-- Groups: the finished episodes of one task by one policy that are compared with
-- each other (GRPO), a row each.
--
-- table episodes
-- column group_id: The group.
-- column first_version: Lowest version of the policy among the episodes.
-- column last_version: Highest version of the policy among the episodes.
-- column attempts: Number of finished episodes.
-- column mean_return: Mean return of the graded episodes; NULL when none is.
-- column std_return: Standard deviation of the returns, of the population (divided by n); NULL for fewer than two graded.
-- column value: Task value V = 1/n sum (r_i - mean r)^2 over the graded episodes (Eq. 7); NULL for fewer than two.
-- column graded: Number of episodes with a return, the n of the statistics.
SELECT
    group_id, task_id, environment, policy_id,
    min(policy_version) AS first_version, max(policy_version) AS last_version, origin,
    count(*) AS attempts,
    avg(episode_return) AS mean_return,
    CASE WHEN count(episode_return) >= 2 THEN stddev_pop(episode_return) END AS std_return,
    CASE WHEN count(episode_return) >= 2 THEN var_pop(episode_return) END AS value,
    count(episode_return) AS graded
FROM episodes
WHERE group_id IS NOT NULL AND finished
GROUP BY group_id, task_id, environment, policy_id, origin
