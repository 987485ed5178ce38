-- What training steps consumed: batches, put together from their parts, a row
-- each.
--
-- table training
-- column batch_id: The batch.
-- column time: When its first part was drawn.
-- column items: What was drawn, in order, with the probability of each draw, in (0, 1].
-- column complete: Whether every part of the batch has landed.
-- column log_generation: Incarnation of the topic, of its first part.
-- column log_partition: Partition of the topic, of its first part.
-- column log_offset: Offset of its first part.
WITH parts AS (
    SELECT *
    FROM lake.training
    WHERE event_type = 'batch.drawn'
    QUALIFY row_number() OVER (PARTITION BY batch_id, part ORDER BY log_generation, log_partition, log_offset) = 1
)
SELECT
    batch_id, min(time) AS time, min(run_id) AS run_id, min(iteration) AS iteration, min("use") AS "use",
    flatten(list(items ORDER BY part) FILTER (items IS NOT NULL)) AS items,
    min(seed) AS seed, min(snapshot) AS snapshot, min(spec) AS spec, min(digest) AS digest,
    coalesce(max(parts), 1) AS parts, count(*) >= coalesce(max(parts), 1) AS complete,
    min(log_generation) AS log_generation, arg_min(log_partition, log_offset) AS log_partition, min(log_offset) AS log_offset
FROM parts
GROUP BY batch_id
