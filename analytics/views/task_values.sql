-- How much a task teaches a policy: the variance of its returns, a row for each
-- task, policy version and origin. It is high where the policy sometimes wins.
--
-- The interval of V, at 95 %: where every return is 0 or 1, V is p (1 - p) of
-- the share p of successes; Wilson's score interval of p is carried over, so
-- that a task won twice of two tries is not taken for a certain one. Otherwise
-- it is the delta method, V -+ 1.96 sqrt((m4 - V^2) / n) with the fourth
-- central moment m4, cut off at 0; it is rough for small n, and of no width
-- when all returns are equal.
--
-- table episodes
-- column scope: What the attempts have in common: task (one task); cluster (tasks alike) is not computed yet.
-- column attempts: Number of finished episodes.
-- column mean_return: Mean return of the graded episodes; NULL when none is.
-- column value: Task value V = 1/n sum (r_i - mean r)^2 over the graded episodes (Eq. 7), in squared units of return;
--   NULL for fewer than two.
-- column value_low: Lower end of the 95 % interval of V; NULL where V is.
-- column value_high: Upper end of the 95 % interval of V; NULL where V is.
-- column graded: Number of episodes with a return, the n of the statistics.
WITH moments AS (
    SELECT
        task_id, environment, policy_id, policy_version, origin,
        count(*) AS attempts, count(r) AS n, avg(r) AS mean, var_pop(r) AS v,
        bool_and(r IN (0, 1)) AS graded_01,
        avg(r ** 4) - 4 * avg(r) * avg(r ** 3) + 6 * avg(r) ** 2 * avg(r ** 2) - 3 * avg(r) ** 4 AS m4
    FROM (SELECT *, episode_return AS r FROM episodes WHERE finished)
    GROUP BY task_id, environment, policy_id, policy_version, origin
),
intervals AS (
    SELECT
        *,
        1.959963984540054 AS z,
        (mean + z * z / (2 * n)) / (1 + z * z / n) AS center,
        z / (1 + z * z / n) * sqrt(greatest(mean * (1 - mean), 0) / n + z * z / (4 * n * n)) AS reach,
        greatest(center - reach, 0) AS low,
        least(center + reach, 1) AS high,
        z * sqrt(greatest(m4 - v * v, 0) / n) AS delta
    FROM moments
)
SELECT
    task_id, environment, policy_id, policy_version, origin,
    'task' AS scope,
    attempts,
    mean AS mean_return,
    CASE WHEN n >= 2 THEN v END AS value,
    CASE
        WHEN n < 2 THEN NULL
        WHEN NOT graded_01 THEN greatest(v - delta, 0)
        ELSE least(low * (1 - low), high * (1 - high))
    END AS value_low,
    CASE
        WHEN n < 2 THEN NULL
        WHEN NOT graded_01 THEN v + delta
        WHEN low <= 0.5 AND high >= 0.5 THEN 0.25
        ELSE greatest(low * (1 - low), high * (1 - high))
    END AS value_high,
    n AS graded
FROM intervals
