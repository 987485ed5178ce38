-- Success by kind of task: an agent that acts at random, and one that looks for
-- what its task names but takes seven steps of ten at random.
SELECT
    regexp_extract(task_id, '^[a-z_]+') AS task,
    policy_id AS policy,
    count(*) AS attempts,
    count_if(success) AS won,
    round(100 * avg(success::INT))::INTEGER || ' %' AS success,
    round(avg(length) FILTER (success), 1) AS steps_to_win
FROM episodes
WHERE environment = 'textworld' AND origin = 'real'
GROUP BY ALL
ORDER BY task, policy;
