-- How far experience models are from their environments: running estimates of
-- the errors in reward and transition, a row for each model, environment, number
-- of demonstrations, setting and policy. They are taken from probes: predictions
-- of single steps that were recorded beside the real answers that they are of
-- (`dreamlog fidelity --record`). Of several probes of one step the last counts.
--
-- The paper bounds what a policy trained in the model loses in the environment
-- by eps_R / (1 - gamma) + 2 gamma R_max eps_P / (1 - gamma)^2 with the largest
-- errors over all states and actions, eps_P in total variation. Nobody can
-- measure those. Here stand means over the states and actions that the policy
-- of the probed episodes met, so that the bound with these means put in bounds
-- nothing: it is an aid to reading, which model and which error weigh more. A
-- deterministic prediction that is right with probability p is in total
-- variation 1 - p from the environment if that is deterministic, and closer than
-- the estimate if it is not.
--
-- table transitions
-- column environment: Name of the environment that the model stands for.
-- column environment_version: Version of the environment's rules.
-- column setting: known: other episodes of the tasks were seen; unseen: nothing of them was.
-- column k: Number of demonstrations that were asked for, for each prediction.
-- column policy_id: Who acted in the probed episodes; NULL where nobody knows.
-- column policy_version: Version of that policy.
-- column n: Number of probed steps.
-- column tasks: Number of tasks that they are in.
-- column rewarded: Number of probed steps with a real reward, the n of eps_reward.
-- column eps_reward: Mean of |r - r^|, in units of reward; a prediction without a reward is taken for 0.
-- column eps_reward_low: Lower end of the 95 % interval of eps_reward (normal approximation over steps; steps of a task are alike, so that it is rather too narrow).
-- column eps_reward_high: Upper end of that interval.
-- column eps_transition: Share of probed steps whose predicted next state differs from the real one in any letter, from 0 to 1.
-- column eps_transition_low: Lower end of the 95 % interval of eps_transition (Wilson over steps; rather too narrow, as above).
-- column eps_transition_high: Upper end of that interval.
-- column r_max: Largest |r| among the real rewards of the probed steps.
-- column gamma: Discount that the bound is computed with.
-- column horizon: Effective horizon 1 / (1 - gamma), in steps.
-- column bound: eps_reward / (1 - gamma) + 2 gamma r_max eps_transition / (1 - gamma)^2, in units of return: a reading aid, no guarantee.
-- column first_time: When the first of the probes was made.
-- column last_time: When the last of the probes was made.
WITH probes AS (
    SELECT
        model_id, model_version, environment, environment_version, time,
        next_state, reward, info ->> '$.probe_of' AS probe_of, info ->> '$.setting' AS setting,
        TRY_CAST(info ->> '$.k' AS BIGINT) AS k
    FROM transitions
    WHERE purpose = 'probe' AND origin = 'synthetic' AND (info ->> '$.probe_of') IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY model_id, model_version, probe_of, setting, k ORDER BY log_generation DESC, time DESC, log_offset DESC
    ) = 1
),
answers AS (
    SELECT event_id, policy_id, policy_version, task_id, next_state, reward
    FROM transitions
    WHERE origin = 'real' AND event_id IN (SELECT probe_of FROM probes)
    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY log_generation, log_partition, log_offset) = 1
),
errors AS (
    SELECT
        p.model_id, p.model_version, p.environment, p.environment_version, p.setting, p.k, a.policy_id, a.policy_version,
        count(*) AS n, count(DISTINCT a.task_id) AS tasks, count(a.reward) AS rewarded,
        avg(abs(a.reward - coalesce(p.reward, 0))) AS eps_reward,
        1.959963984540054 * stddev_samp(abs(a.reward - coalesce(p.reward, 0))) / sqrt(count(a.reward)) AS reach,
        avg((p.next_state <> a.next_state)::INT) AS eps_transition,
        max(abs(a.reward)) AS r_max,
        min(p.time) AS first_time, max(p.time) AS last_time
    FROM probes p JOIN answers a ON a.event_id = p.probe_of
    GROUP BY ALL
),
intervals AS (
    SELECT
        *, 0.99 AS g, 1.959963984540054 AS z,
        (eps_transition + z * z / (2 * n)) / (1 + z * z / n) AS center,
        z / (1 + z * z / n) * sqrt(eps_transition * (1 - eps_transition) / n + z * z / (4 * n * n)) AS width
    FROM errors
)
SELECT
    model_id, model_version, environment, environment_version, setting, k, policy_id, policy_version,
    n, tasks, rewarded,
    eps_reward, greatest(eps_reward - reach, 0) AS eps_reward_low, eps_reward + reach AS eps_reward_high,
    eps_transition, greatest(center - width, 0) AS eps_transition_low, least(center + width, 1) AS eps_transition_high,
    r_max, CAST(g AS DOUBLE) AS gamma, CAST(round(1 / (1 - g), 6) AS DOUBLE) AS horizon,
    CAST(eps_reward / (1 - g) + 2 * g * r_max * eps_transition / ((1 - g) * (1 - g)) AS DOUBLE) AS bound,
    first_time, last_time
FROM intervals
