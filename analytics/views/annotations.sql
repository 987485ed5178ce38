-- Later facts about events, episodes or sources, a row each: corrections,
-- scores, tags, retractions.
--
-- table annotations
-- column latest: Whether no later annotation of this kind has the same target; of corrections and retractions only this one
--   counts.
-- column event_hash: The Merkle leaf of the row, as 64 lower-case hex digits.
SELECT
    event_id, time, target_kind, target, target_offset, kind, value, author, rubric,
    row_number() OVER (
        PARTITION BY target_kind, target, kind ORDER BY log_generation DESC, log_offset DESC, log_partition DESC
    ) = 1 AS latest,
    subject, source, producer, sequence, schema_version,
    log_generation, log_partition, log_offset, ingest_time, lower(hex(event_hash)) AS event_hash
FROM lake.annotations
