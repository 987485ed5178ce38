-- Which tasks teach most: V is the variance of the returns over the attempts of
-- one policy. It is 0 where the policy always wins or always loses, and highest
-- where it sometimes wins.
SELECT
    environment, task_id, policy_id || coalesce(' v' || policy_version, '') AS policy, attempts,
    round(mean_return, 2) AS mean_return, round(value, 3) AS v,
    round(value_low, 2) || ' to ' || round(value_high, 2) AS interval_95
FROM task_values
WHERE origin = 'real'
QUALIFY row_number() OVER (PARTITION BY environment ORDER BY value DESC, task_id, policy) <= 3
ORDER BY environment, value DESC, task_id, policy
