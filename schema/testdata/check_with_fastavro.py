"""Decodes events and canonical rows with fastavro and the published schemas.

Reads one JSON object a line from stdin, {"schema", "single_object" or "canonical"}
(a file below avro/, and hex), and writes the decoded record as JSON. Bytes are
written as base64. A canonical row is encoded again: the same bytes must come out.
"""

import base64
import datetime
import io
import json
import sys

import fastavro
import fastavro.schema


def plain(value):
    """What JSON has no word for: bytes, and times as microseconds since 1970."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
        return (value - epoch) // datetime.timedelta(microseconds=1)
    raise TypeError(type(value))


def body(data, schema):
    """The datum behind the header of the single-object encoding, checked."""
    if data[:2] != b"\xc3\x01":
        sys.exit("the body does not begin with the mark C3 01")
    canonical = fastavro.schema.to_parsing_canonical_form(schema)
    fingerprint = fastavro.schema.fingerprint(canonical, "CRC-64-AVRO")
    if data[2:10].hex() != fingerprint:
        sys.exit(f"the body has fingerprint {data[2:10].hex()}, fastavro says {fingerprint}")
    return data[10:]


for line in sys.stdin:
    task = json.loads(line)
    with open(task["schema"]) as f:
        raw = json.load(f)
    schema = fastavro.parse_schema(raw)
    if "single_object" in task:
        data = body(bytes.fromhex(task["single_object"]), raw)
    else:
        data = bytes.fromhex(task["canonical"])
    stream = io.BytesIO(data)
    record = fastavro.schemaless_reader(stream, schema)
    if stream.tell() != len(data):
        sys.exit(f"{len(data) - stream.tell()} bytes are left")
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, record)
    if out.getvalue() != data:
        sys.exit(f"fastavro encodes {task['schema']} to other bytes")
    print(json.dumps(record, default=plain))
