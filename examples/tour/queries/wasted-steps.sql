-- Where steps go: actions that the environment refused, and states that the
-- agent had acted in before, in the same way.
SELECT
    environment, policy_id || coalesce(' v' || policy_version, '') AS policy, count(*) AS steps,
    round(100 * avg((NOT coalesce(action_valid, true))::INTEGER), 1) || ' %' AS invalid,
    round(100 * avg(again::INTEGER), 1) || ' %' AS repeated,
    arg_max(action, times) FILTER (NOT action_valid) AS most_refused
FROM (
    SELECT
        *,
        row_number() OVER (PARTITION BY episode_id, state, action ORDER BY step) > 1 AS again,
        count(*) OVER (PARTITION BY environment, policy_id, policy_version, action, action_valid) AS times
    FROM transitions
    WHERE origin = 'real'
)
GROUP BY environment, policy_id, policy_version
ORDER BY environment, policy
