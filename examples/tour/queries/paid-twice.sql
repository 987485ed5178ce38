-- Where the grader was wrong: conversations that count as solved although the
-- money went out twice, because the first refund timed out and had been made.
SELECT e.episode_id, e.policy_id AS policy, e.task_id, count(*) AS refunds, e.episode_return
FROM transitions t
JOIN episodes e USING (episode_id)
WHERE t.environment = 'support-desk' AND t.action LIKE '{"name":"refund"%' AND e.success
GROUP BY ALL
HAVING count(*) > 1
ORDER BY e.policy_id, e.task_id, e.episode_id
