-- Experience models that were fitted, a row each time.
--
-- table training
-- column fitted_time: When it was fitted.
-- column kind: The kind of model, such as lifted.
-- column environment_version: Version of the environment's rules that it learned; empty when experience names none.
-- column snapshot: Snapshot that it was fitted to.
-- column uri: Where the model lies, from the root of the lake.
-- column sha256: SHA-256 (hex) of that file.
-- column transitions: Number of transitions that it was fitted to.
-- column tasks: Number of tasks that they belong to.
-- column seed: Seed of the fit.
-- column visibility: What the fit was allowed to see: one JSON object as text.
SELECT
    model_id, model_version, time AS fitted_time, hyperparameters ->> '$.kind' AS kind,
    environment, hyperparameters ->> '$.visibility.environment_version' AS environment_version,
    snapshot, transitions, CAST(metrics ->> '$.tasks' AS BIGINT) AS tasks, uri, sha256,
    CAST(hyperparameters ->> '$.seed' AS BIGINT) AS seed, hyperparameters ->> '$.visibility' AS visibility,
    hyperparameters, metrics, run_id, event_id, log_generation, log_partition, log_offset, ingest_time
FROM lake.training
WHERE event_type = 'model.fitted'
