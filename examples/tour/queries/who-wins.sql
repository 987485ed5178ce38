-- Who wins where: the share of attempts that solved their task, with Wilson's
-- score interval at 95 %. Where two intervals overlap, these attempts alone do
-- not tell the two apart.
WITH played AS (
    SELECT environment, policy_id, policy_version, count(*) AS n, count_if(success) AS won, avg(length) AS steps
    FROM episodes
    WHERE success IS NOT NULL AND origin = 'real'
    GROUP BY ALL
),
wilson AS (
    SELECT
        *, won / n AS p, 1.96 ** 2 / n AS a,
        (p + a / 2) / (1 + a) AS center,
        1.96 / (1 + a) * sqrt(p * (1 - p) / n + a / (4 * n)) AS reach
    FROM played
)
SELECT
    environment, policy_id || coalesce(' v' || policy_version, '') AS policy, n AS attempts, won,
    round(100 * p)::INTEGER || ' %' AS success,
    round(100 * (center - reach))::INTEGER || ' to ' || round(100 * (center + reach))::INTEGER || ' %' AS interval_95,
    round(steps, 1) AS steps
FROM wilson
ORDER BY environment, p DESC
