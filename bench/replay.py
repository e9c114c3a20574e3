"""Bare views that replay recorded statements and return the recorded answer."""

import json
import os
from pathlib import Path

from flask import Flask, request

from bench.bare import execute

CALLS = json.loads(Path(os.environ["BARE_REPLAY"]).read_text())

app = Flask("replay")
# As in our application, for identical bytes.
app.json.ensure_ascii = False
app.json.sort_keys = False


@app.get("/api/<path:_path>")
def answer(_path: str):
    """Fetch every row of every statement, then answer as JSON."""
    found = CALLS[request.full_path.rstrip("?")]
    for sql, values in found["asked"]:
        execute(sql, *values).fetchall()
    return found["answer"]
