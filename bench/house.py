"""The office in production, `ebok serve`, over each database, and what its processes take."""

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
    """An office over an empty, migrated database of each kind. It is not started."""
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
    """The port and the process of a WSGI application by granian, once all its processes answer.

    It has as many processes and threads as the office.
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
        # Each process opens its port when it is ready, so a few questions reach all of them.
        for _ in range(WEB_PROCESSES * 4):
            wait_for(port, first)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def processor(pid: int) -> float:
    """Seconds of the processor that this process and its children have had, the ended ones too."""
    return sum(map(_ticks, family(pid))) / TICKS


def _ticks(pid: int) -> int:
    # proc(5): the command's name, which may hold anything, is in brackets; utime, stime, cutime and
    # cstime are the fields 14 to 17.
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        # It has ended since it was listed, and its parent counts it.
        return 0
    return sum(map(int, fields[11:15]))


def memory(pid: int) -> float:
    """Megabytes of this process and its children; shared pages are shared out (PSS)."""
    rollups = [Path(f"/proc/{member}/smaps_rollup").read_text() for member in family(pid)]
    return sum(int(re.search(r"^Pss: +(\d+)", text, re.M)[1]) for text in rollups) * 1024 / MEGABYTE


def family(pid: int) -> list[int]:
    """This process, its children, and theirs."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [n for thread in threads for n in (thread / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid, *(member for child in children for member in family(int(child)))]
