"""Bare views that ask the statements which ours asked, and give its answer."""

import json
import os
from pathlib import Path

from flask import Flask, request

from bench.bare import execute

CALLS = json.loads(Path(os.environ["BARE_REPLAY"]).read_text())

app = Flask("replay")
# As ours: the same answer, byte for byte.
app.json.ensure_ascii = False
app.json.sort_keys = False


@app.get("/api/<path:_path>")
def answer(_path: str):
    """Every row of every statement, and then the answer as JSON."""
    found = CALLS[request.full_path.rstrip("?")]
    for sql, values in found["asked"]:
        execute(sql, *values).fetchall()
    return found["answer"]
