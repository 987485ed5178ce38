"""Loads an export of format sft-experience as trainers do.

usage: load_experience.py FOLDER; exits with 77 where the libraries are missing.
"""

import json
import sys

try:
    from datasets import load_dataset
    from trl.data_utils import is_conversational
except ImportError as missing:
    print(missing)
    sys.exit(77)

folder = sys.argv[1]
manifest = json.load(open(folder + "/manifest.json"))
rows = load_dataset("json", data_files=folder + "/train.jsonl", split="train", cache_dir=folder + "/cache")
assert rows.num_rows == manifest["rows"], (rows.num_rows, manifest["rows"])
for row in rows:
    assert is_conversational(row), row["event_id"]
    assert [m["role"] for m in row["prompt"]] == ["system", "user"], row["event_id"]
    answer = json.loads(row["completion"][0]["content"])
    assert list(answer)[0] == "reasoning" and answer["next_state"], row["event_id"]
print(rows.num_rows)
