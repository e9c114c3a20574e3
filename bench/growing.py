"""Cost of a call in towns of different sizes; it should be constant, by index look-ups.

`TOWNS="5000 50000"` sets the sizes. Postgres' own processor time is included.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.filling import fill
from bench.house import KINDS, processor
from bench.load import Question, call
from bench.reading import paths_of
from bench.rounds import ROUNDS, Contestant, goal
from bench.serving import headers_of, with_account
from ebok import database
from ebok.database import migrate
from office import Office
from postgres import Postgres
from smtp import MailServer
from visitor import PASSWORD, Visitor

TOWNS = tuple(map(int, os.environ.get("TOWNS", "5000 50000 500000").split()))
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "400"))
MOST = 1.2

Town = dict[str, Contestant]
"""Call -> contestant, for one town."""


def compare() -> Iterator[str]:
    """The table's rows for each database."""
    for kind in KINDS:
        with ExitStack() as open_ones:
            home = Path(open_ones.enter_context(TemporaryDirectory()))
            server = open_ones.enter_context(Postgres(in_memory=False))
            post = open_ones.enter_context(MailServer())
            towns = {}
            for size in TOWNS:
                url = f"sqlite:///{home}/{size}.sqlite3"
                if kind == "Postgres":
                    url = server.create(f"town{size}")
                data = home / str(size)
                data.mkdir()
                beside = partial(processor, server.process.pid)
                town = _town(Office(url, data, post), size, beside)
                towns[size] = open_ones.enter_context(town)
            yield from _rows(kind, towns)


@contextmanager
def _town(office: Office, size: int, beside: Callable[[], float]) -> Iterator[Town]:
    """Start an installation with a town of this size; yields one customer's calls."""
    database.connect(office.database_url)
    migrate.migrate()
    with database.connection():
        code = with_account()
        fill(code, size)
        database.database.execute_sql("ANALYZE")
    database.database.close_all()
    with office, Visitor(office) as visitor:
        visitor.log_in(code, PASSWORD)
        headers, pid = headers_of(visitor), office.process.pid
        yield {
            what: Contestant(
                partial(call, office.port, REQUESTS, Question(200, "GET", path, "", headers)),
                lambda: processor(pid) + beside(),
            )
            for what, path in paths_of(visitor).items()
        }


def _rows(kind: str, towns: dict[int, Town]) -> Iterator[str]:
    for what in towns[TOWNS[0]]:
        # Warm up caches.
        for town in towns.values():
            town[what].run()
        rounds = [
            {size: town[what].timed().processor for size, town in towns.items()}
            for _ in range(ROUNDS)
        ]
        for size in TOWNS[1:]:
            times = median(each[size] / each[TOWNS[0]] for each in rounds)
            told = f"{what}: {size:,} customers, of {TOWNS[0]:,}: processor"
            yield goal(told, kind, times, MOST, "×")
