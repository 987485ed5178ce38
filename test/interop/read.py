"""Reads tables of a lake by delta-rs and by polars, and says what it saw.

stdin:  {"lake": DIR, "cases": [{"table", "version", "ours": ARROW_FILE}], "transactions": [{"table", "application"}]}
stdout: {"cases": [{"ours", "delta", "polars": each {"rows", "digests": {COLUMN: DIGEST}}, "files"}],
         "transactions": [VERSION or null], "schemas": {TABLE: SCHEMA}, "newest": {TABLE: VERSION}}

A digest is over every value of the column, in the order of the log.
"""

import hashlib
import json
import os
import sys

import polars
import pyarrow
import pyarrow.compute
from deltalake import DeltaTable

ORDER = ["log_generation", "log_partition", "log_offset"]


def seen(table):
    """What a table of Arrow holds."""
    columns = {}
    for name in sorted(table.column_names):
        column = table.column(name)
        if pyarrow.types.is_timestamp(column.type):
            assert column.type.unit == "us" and column.type.tz is not None, (name, column.type)
            column = pyarrow.compute.cast(column, pyarrow.int64())
        columns[name] = column.to_pylist()
    order = sorted(range(table.num_rows), key=lambda i: [columns[name][i] for name in ORDER])
    digests = {name: digest([values[i] for i in order]) for name, values in columns.items()}
    return {"rows": table.num_rows, "digests": digests}


def digest(values):
    return hashlib.sha256(repr(values).encode()).hexdigest()


def read_case(lake, case):
    path = os.path.join(lake, case["table"])
    delta = DeltaTable(path, version=case["version"])
    with pyarrow.ipc.open_stream(case["ours"]) as ours:
        return {
            "ours": seen(ours.read_all()),
            "delta": seen(delta.to_pyarrow_table()),
            "polars": seen(polars.read_delta(path, version=case["version"]).to_arrow()),
            "files": delta.file_uris(),
        }


def main():
    asked = json.load(sys.stdin)
    lake = asked["lake"]
    newest = {table: DeltaTable(os.path.join(lake, table)) for table in {c["table"] for c in asked["cases"]}}
    json.dump({
        "cases": [read_case(lake, case) for case in asked["cases"]],
        "transactions": [newest[t["table"]].transaction_version(t["application"]) for t in asked["transactions"]],
        "schemas": {name: json.loads(table.schema().to_json()) for name, table in newest.items()},
        "newest": {name: table.version() for name, table in newest.items()},
    }, sys.stdout)


main()
