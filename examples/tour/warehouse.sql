-- How the log of the robots becomes experience: a row a step. The view source
-- is the file; the names on the right are the columns of Dreamlog.
SELECT
    run AS episode_id,
    turn AS step,
    'warehouse' AS environment,
    hall AS task_id,
    'reach the place P of ' || hall AS instruction,
    robot AS policy_id,
    version AS policy_version,
    try AS attempt,
    'train' AS split,
    cell || '; ' || seen AS state,
    string_split(seen[7:], ' ') AS admissible_actions,
    move AS action,
    bumped = 0 AS action_valid,
    points AS reward,
    coalesce(outcome = 'arrived', false) AS terminated,
    coalesce(outcome = 'out of power', false) AS truncated,
    coalesce(bool_or(outcome = 'arrived') OVER (PARTITION BY run), false) AS success
FROM source
