-- Tasks that the curriculum selected for training, a row a task and iteration.
--
-- table tasks
-- column lambda: Upper bound on the share of generated tasks in the iteration, in [0, 1]. SQL wants its name quoted: "lambda".
SELECT
    iteration, task_id, attempts, mean_return, value, probability, "lambda", snapshot,
    run_id, time, event_id, info, log_generation, log_partition, log_offset, ingest_time
FROM lake.tasks
WHERE event_type = 'task.selected'
