"""The most frequent calls, compared with a bare view with our statements, and a Django rival.

The bare view replays our recorded statements and serialises our answer; the difference is the cost
of Flask and our code. The rival is Django with allauth (`bench/rival`).
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from unittest.mock import patch

import httpx

from bench.filling import fill
from bench.house import offices, processor, served
from bench.load import Question, call
from bench.rounds import Contestant, medians, rows
from bench.serving import headers_of, with_account
from ebok import database, settings
from ebok.app import create_app
from office import SECRET, Office
from visitor import PASSWORD, Visitor

TOWN = int(os.environ.get("READERS", "5000"))
"""Number of other customers."""
REQUESTS, CALLERS = int(os.environ.get("BENCH_REQUESTS", "800")), 16
TARGETS = {"list of 20 invoices": 0.7, "one invoice": 0.6, "start": 0.6, "session": 0.8}
AHEAD = 3.0
"""The goal: how many times as fast as the rival."""


def compare() -> Iterator[str]:
    """The table's rows for each database."""
    for kind, office in offices():
        with database.connection():
            code = with_account()
            fill(code, TOWN)
        with office, Visitor(office) as visitor:
            visitor.log_in(code, PASSWORD)
            paths = paths_of(visitor)
            with _replayed(office, code, paths) as bare, _rival(office, code) as rival:
                _require_equal(office.port, bare[0], headers_of(visitor), paths)
                yield from _rates(kind, office, headers_of(visitor), paths, bare, rival)


def _rates(kind: str, office: Office, headers: dict, paths: dict, bare, rival) -> Iterator[str]:
    port, pid, cookie = rival
    ours = partial(_asked, office.port, office.process.pid, headers)
    for what, path in paths.items():
        taken = medians(ours(path), _asked(*bare, {}, path))
        yield rows(f"{what}: of a bare view", kind, taken, TARGETS[what], REQUESTS)
        taken = medians(ours(path), _asked(port, pid, {"Cookie": cookie}, path))
        yield rows(f"{what}: of Django", kind, taken, AHEAD, REQUESTS)


def _require_equal(ours: int, bare: int, headers: dict, paths: dict) -> None:
    """Raise unless both answers have the same length; CSRF tokens differ each time."""
    for path in paths.values():
        lengths = [
            len(httpx.get(f"http://127.0.0.1:{port}{path}", headers=headers).content)
            for port in (ours, bare)
        ]
        assert abs(lengths[0] - lengths[1]) <= 4, (path, lengths)


def _asked(port: int, pid: int, headers: dict, path: str) -> Contestant:
    question = Question(200, "GET", path, "", headers)
    return Contestant(lambda: call(port, REQUESTS, question, CALLERS), partial(processor, pid))


def paths_of(visitor: Visitor) -> dict[str, str]:
    newest = visitor.get("/api/invoices?limit=20")["invoices"]["items"][0]["id"]
    return {
        "list of 20 invoices": "/api/invoices?limit=20",
        "one invoice": f"/api/invoices/{newest}",
        "start": "/api/account",
        "session": "/api/session",
    }


@contextmanager
def _replayed(office: Office, code: str, paths: dict) -> Iterator[tuple[int, int]]:
    """Serve the bare views; yields port and process."""
    with NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(_recorded(office, code, paths), file)
        file.flush()
        environment = {"BARE_DATABASE": office.database_url, "BARE_REPLAY": file.name}
        first = Question(200, "GET", next(iter(paths.values())))
        with served("bench.replay:app", environment, first) as bare:
            yield bare


def _recorded(office: Office, code: str, paths: dict) -> dict:
    """Path -> recorded statements with values, and the answer."""
    app = create_app(settings.load(office.settings()))
    client, found = app.test_client(), {}
    base = {"base_url": office.base_url}
    token = client.get("/api/session", **base).json["session"]["csrf_token"]
    told = {"customer_code": code, "password": PASSWORD}
    client.post("/api/session", json=told, headers={"X-CSRFToken": token}, **base)
    for path in paths.values():
        # Warm up, so that one-time statements are not recorded.
        client.get(path, **base)
        asked = []
        execute = database.database.execute_sql

        def keep(sql, values=None, asked=asked, execute=execute):
            asked.append((sql, [_plain(value) for value in values or ()]))
            return execute(sql, values)

        with patch.object(database.database.obj, "execute_sql", keep):
            answer = client.get(path, **base).json
        found[path] = {"asked": asked, "answer": answer}
    database.database.close_all()
    return found


def _plain(value):
    return value if isinstance(value, (int, str, float, type(None))) else str(value)


@contextmanager
def _rival(office: Office, code: str) -> Iterator[tuple[int, int, str]]:
    """Serve the rival; yields port, process and the cookie of a session."""
    environment = {"RIVAL_DATABASE": office.database_url, "RIVAL_SECRET": SECRET}
    make = [sys.executable, "-m", "bench.rival", code, PASSWORD]
    root = Path(__file__).parents[1]
    subprocess.run(make, env=os.environ | environment, cwd=root, check=True)
    first = Question(200, "GET", "/api/session")
    with served("bench.rival.wsgi:application", environment, first) as (port, pid):
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            token = client.get("/api/session").json()["session"]["csrf_token"]
            told = {"username": code, "password": PASSWORD}
            answer = client.post(
                "/_allauth/browser/v1/auth/login", json=told, headers={"X-CSRFToken": token}
            )
            assert answer.status_code == 200, answer.text[:300]
            cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        yield port, pid, cookie
