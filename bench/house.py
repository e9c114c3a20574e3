"""Installations as in production (`ebok serve`) on each database, and resources they use."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.load import Question, wait_for
from ebok import database
from ebok.database import migrate
from office import WEB_PROCESSES, WEB_THREADS, Office, free_port
from postgres import Postgres
from smtp import MailServer

KINDS = ("SQLite", "Postgres")
MEGABYTE = 1_000_000
TICKS = os.sysconf("SC_CLK_TCK")


def offices(kinds: tuple[str, ...] = KINDS) -> Iterator[tuple[str, Office]]:
    """An installation, not started, on an empty migrated database of each kind."""
    with TemporaryDirectory() as home, Postgres(in_memory=False) as server, MailServer() as post:
        for kind in kinds:
            url = server.create("office") if kind == "Postgres" else f"sqlite:///{home}/e.sqlite3"
            database.connect(url)
            migrate.migrate()
            data = Path(home, kind)
            data.mkdir()
            yield kind, Office(url, data, post)
            database.database.close_all()


@contextmanager
def served(
    app: str, environment: dict[str, str], first: Question, *options: str
) -> Iterator[tuple[int, int]]:
    """Serve a WSGI application by granian; yields port and process once all its processes answer.

    It has as many processes and threads as the installation.
    """
    port = free_port()
    command = f"{sys.executable} -m granian --interface wsgi --port {port} --no-ws"
    command += f" --workers {WEB_PROCESSES} --blocking-threads {WEB_THREADS} --log-level error"
    process = subprocess.Popen(
        [*command.split(), *options, app],
        env=os.environ | environment,
        cwd=Path(__file__).parents[1],
    )
    try:
        # Processes listen once they are ready, so some requests reach each of them.
        for _ in range(WEB_PROCESSES * 4):
            wait_for(port, first)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def processor(pid: int) -> float:
    """Processor seconds of this process and its children, including ended ones."""
    return sum(map(_ticks, family(pid))) / TICKS


def _ticks(pid: int) -> int:
    # proc(5): the command's name is in brackets and may contain anything; utime, stime, cutime
    # and cstime are fields 14 to 17.
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        # It ended after it was listed; its parent's times include it.
        return 0
    return sum(map(int, fields[11:15]))


def memory(pid: int) -> float:
    """Megabytes (PSS) of this process and its children."""
    return sum(map(_pss, family(pid))) * 1024 / MEGABYTE


def _pss(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    # A process that is ending has no memory to tell of.
    return sum(int(share) for share in re.findall(r"^Pss: +(\d+)", rollup, re.M))


def family(pid: int) -> list[int]:
    """Ids of this process and all its descendants."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [n for thread in threads for n in (thread / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid, *(member for child in children for member in family(int(child)))]
