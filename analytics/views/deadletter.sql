-- Records of the log that could not be decoded or validated, a row each.
--
-- table deadletter
-- column key_text: Key of the record, where it is UTF-8.
-- column headers: Headers of the record in order; a value that is not UTF-8 is NULL.
-- column value_text: Body of the record, where it is UTF-8.
-- column value_base64: Body of the record, whatever it is, in base64.
-- column redriven: Whether it was sent again after a fix (deadletter redrive).
-- column event_hash: The Merkle leaf of the row, as 64 lower-case hex digits.
SELECT
    event_id, time, reason,
    try(decode(key)) AS key_text,
    list_transform(
        from_json(headers, '[["VARCHAR"]]'),
        lambda h: {'name': h[1], 'value': try(decode(from_base64(h[2])))}
    ) AS headers,
    try(decode(value)) AS value_text,
    base64(value) AS value_base64,
    event_id IN (SELECT target FROM lake.annotations WHERE kind = 'redriven' AND target_kind = 'event') AS redriven,
    source, subject, producer, sequence,
    log_generation, log_partition, log_offset, ingest_time, lower(hex(event_hash)) AS event_hash
FROM lake.deadletter
