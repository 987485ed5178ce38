-- Tasks, a row each, as they were first proposed, less what was retracted.
--
-- table tasks
-- column environment: Name of the environment.
-- column split: Part of the task set.
-- column instruction: The task in words.
-- column kind: seed (given) or generated (from parents).
-- column first_time: When the task was first proposed.
SELECT
    task_id, environment, split, instruction, kind, parents, generator, time AS first_time, info,
    parent_values, event_id, source, log_generation, log_partition, log_offset, ingest_time
FROM lake.tasks
WHERE event_type = 'task.proposed' AND NOT retracted_row(event_id, NULL, source)
QUALIFY row_number() OVER (PARTITION BY environment, task_id ORDER BY log_generation, log_partition, log_offset) = 1
