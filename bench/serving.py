"""The office in production, `ebok serve`, against bare views on the same server."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.load import call
from bench.rounds import ROUNDS, goal, medians, rate
from cast import new_customer
from ebok import database, migrate
from ebok.accounts import passwords
from ebok.accounts.models import Account
from ebok.registration.models import Registration
from office import SECRET, WEB_PROCESSES, Office, free_port
from postgres import Postgres
from smtp import MailServer
from visitor import PASSWORD, Visitor

REQUESTS, LOGINS, WARM = 1_000, 60, 10_000
MEGABYTE, KILOBYTE = 1_000_000, 1_000
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def compare() -> Iterator[str]:
    """The table's rows for each database, and those of the first view."""
    with TemporaryDirectory() as home, Postgres() as server, MailServer() as post:
        for kind in ("SQLite", "Postgres"):
            url = server.create("serving") if kind == "Postgres" else f"sqlite:///{home}/e.sqlite3"
            database.connect(url)
            migrate.migrate()
            data = Path(home, kind)
            data.mkdir()
            office = Office(url, data, post)
            yield goal("start to first answer", kind, _start(office), 1.5, "s")
            with office, _bare(url) as port:
                yield from _rates(office, port, kind)
                yield goal(f"memory after {WARM} requests", kind, _memory(office), 140, "MB")
                if kind == "SQLite":
                    yield from _first_view(office.port)


def _start(office: Office) -> float:
    """Seconds from the command to the first page, the middle one of the rounds."""
    taken = []
    for _ in range(ROUNDS):
        command, began = [sys.executable, "-m", "ebok", "serve"], time.perf_counter()
        office.process = subprocess.Popen(command, env=office.settings(), **QUIET)
        _wait(office.port)
        taken.append(time.perf_counter() - began)
        # A web process that is told to stop while it starts is waited for in vain, for 8 seconds.
        time.sleep(1)
        office.stop()
    return median(taken)


def _wait(port: int) -> None:
    for _ in range(2_000):
        try:
            return call(port, 4, 200, "GET", "/", "", {})
        except (OSError, AssertionError):
            time.sleep(0.01)
    raise RuntimeError("the server does not answer")


@contextmanager
def _bare(url: str) -> Iterator[int]:
    """The bare views, as many processes and threads of them."""
    port = free_port()
    command = f"{sys.executable} -m granian --interface wsgi --port {port} --no-ws"
    command += f" --workers {WEB_PROCESSES} --blocking-threads 2 --log-level error bench.bare:app"
    environment = os.environ | {"BARE_DATABASE": url, "BARE_SECRET": SECRET}
    process = subprocess.Popen(command.split(), env=environment, cwd=Path(__file__).parents[1])
    try:
        for _ in range(400):
            try:
                HTTPConnection("127.0.0.1", port).connect()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def _rates(office: Office, port: int, kind: str) -> Iterator[str]:
    code = _with_account()
    with Visitor(office) as visitor:
        visitor.post("/api/session", 201, customer_code=code, password=PASSWORD)
        visitor.start(new_customer().code, "bench@poczta.example")
        office.mail_to("bench@poczta.example")
        _give_tries()
        asked = {
            "GET /api/session, signed in": (200, "GET", "/api/session", ""),
            "POST a wrong code": (422, "POST", "/api/registration/code", '{"code":"000000"}'),
        }
        for what, question in asked.items():
            taken = medians(
                ours=lambda q=question: call(office.port, REQUESTS, *q, _headers(visitor)),
                bare=lambda q=question: call(port, REQUESTS, *q, _headers(visitor)),
            )
            yield rate(what, kind, REQUESTS, taken["ours"], taken["bare"])
        login = json.dumps({"customer_code": code, "password": PASSWORD})
        question = (201, "POST", "/api/session", login)
        taken = medians(
            ours=lambda: call(office.port, LOGINS, *question, _headers(visitor)), bare=_verify
        )
        yield rate("logins (bare: argon2id alone)", kind, LOGINS, taken["ours"], taken["bare"])
        call(office.port, WARM, *asked["GET /api/session, signed in"], _headers(visitor))


def _with_account() -> str:
    """The code of a customer who has an account with the password of the tests."""
    with database.connection():
        code = new_customer().code
        Account.create(
            customer=code,
            email="anna@poczta.example",
            kind="person",
            language="pl",
            opened_at=database.now(),
            password_hash=passwords.hash_password(PASSWORD),
            must_change_password=False,
        )
    return code


def _give_tries() -> None:
    """A million tries for a code that was mailed: a wrong one must stay wrong, not void."""
    until = database.now() + timedelta(hours=1)
    with database.connection():
        Registration.update(code_attempts_left=1_000_000, code_expires_at=until).execute()


def _headers(visitor: Visitor) -> dict[str, str]:
    return {
        "Cookie": "; ".join(f"{name}={value}" for name, value in visitor.http.cookies.items()),
        "X-CSRFToken": visitor.token,
        "X-Forwarded-For": visitor.source,
        "Content-Type": "application/json",
    }


def _verify() -> None:
    """As many hashes as logins, on as many cores as the web processes have."""
    kept = passwords.hash_password(PASSWORD)
    with ThreadPoolExecutor(WEB_PROCESSES) as pool:
        assert all(pool.map(lambda _: passwords.HASHER.verify(kept, PASSWORD), range(LOGINS)))


def _memory(office: Office) -> float:
    """Megabytes of `ebok serve`, its web processes and its mail worker; shared pages shared out."""
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in _family(office.process.pid)]
    return sum(int(re.search(r"^Pss: +(\d+)", text, re.M)[1]) for text in rollups) * 1024 / MEGABYTE


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _first_view(port: int) -> Iterator[str]:
    """What a first visit of the first page carries, headers and all."""
    page, weight = _fetch(port, "/")
    names = set(re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="(/[^"]+)"', page.decode()))
    sizes = [weight, *(_fetch(port, name)[1] for name in names)]
    yield goal("first view, brotli", "–", sum(sizes) / KILOBYTE, 50, "kB")
    yield goal("first view, requests", "–", len(sizes), 6, "")


def _fetch(port: int, path: str) -> tuple[bytes, int]:
    import brotli

    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Accept-Encoding": "br"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    head = sum(len(name) + len(value) + 4 for name, value in response.getheaders())
    packed = response.getheader("Content-Encoding") == "br"
    return brotli.decompress(body) if packed else body, len(body) + head
