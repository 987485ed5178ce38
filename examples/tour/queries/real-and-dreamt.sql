-- The same tasks, seeds and agents, in the real games and in the dream: success,
-- and how fast it went.
WITH speed AS (
    SELECT run_id, count(*) / greatest(epoch(max(time) - min(time)), 0.001) AS steps_per_second
    FROM transitions
    GROUP BY run_id
),
runs AS (
    SELECT policy_id, origin, run_id, count(*) AS attempts, avg(success::INT) AS success
    FROM episodes
    WHERE environment = 'textworld'
    GROUP BY ALL
)
SELECT
    policy_id AS policy,
    sum(attempts) FILTER (origin = 'real') AS attempts,
    round(100 * any_value(success) FILTER (origin = 'real'))::INTEGER || ' %' AS real,
    round(100 * any_value(success) FILTER (origin = 'synthetic'))::INTEGER || ' %' AS dreamt,
    round(any_value(steps_per_second) FILTER (origin = 'real'))::INTEGER AS real_steps_per_second,
    round(any_value(steps_per_second) FILTER (origin = 'synthetic'))::INTEGER AS dreamt_steps_per_second
FROM runs JOIN speed USING (run_id)
GROUP BY policy_id
ORDER BY policy_id;
