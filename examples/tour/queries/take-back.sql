-- The finding of paid-twice.sql as events, a row each, for `dreamlog produce`:
-- the episode was no success, and its last step earned nothing. The ids say
-- what they correct, so that a second run adds nothing.
WITH paid_twice AS (
    SELECT t.episode_id
    FROM transitions t
    JOIN episodes e USING (episode_id)
    WHERE t.environment = 'support-desk' AND t.action LIKE '{"name":"refund"%' AND e.recorded_success
    GROUP BY ALL
    HAVING count(*) > 1
)
SELECT
    'paid-twice/outcome/' || episode_id AS id, 'annotation.added' AS type, episode_id AS subject, 'tour' AS source,
    {'target_kind': 'episode', 'target': episode_id, 'kind': 'outcome', 'value': false::JSON,
     'author': 'audit', 'rubric': 'money goes out once'} AS data
FROM paid_twice
UNION ALL
SELECT
    'paid-twice/reward/' || t.event_id, 'annotation.added', t.episode_id, 'tour',
    {'target_kind': 'event', 'target': t.event_id, 'kind': 'reward', 'value': 0::JSON,
     'author': 'audit', 'rubric': 'money goes out once'}
FROM transitions t
SEMI JOIN paid_twice USING (episode_id)
WHERE t.terminated
