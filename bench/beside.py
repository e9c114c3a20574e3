"""Latency of *Start* while sixteen customers wait for PDFs, and while nobody does."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from statistics import median, quantiles

from bench.house import offices
from bench.rounds import goal
from cast import new_account, new_customer
from documents.papers import usual
from office import Office
from visitor import PASSWORD, Visitor

WAITING, PAPERS = 16, 2
ALONE = 60
SECONDS_BETWEEN = 0.1
"""Without pauses, requests for *Start* would take processor time from the renderers."""
MOST_SECONDS = 0.5
START = ("/start", "/api/account")
"""The requests of a browser with cached static files."""


class Reader:
    """A logged-in customer with this many invoices without a PDF from billing."""

    def __init__(self, office: Office, papers: int = 0):
        customer = new_customer(months=0)
        new_account(customer, PASSWORD)
        self.papers = [usual(customer).public_id for _ in range(papers)]
        self.visitor = Visitor(office)
        self.visitor.log_in(customer.code, PASSWORD)

    def save_all(self) -> None:
        """Download one PDF after the other, retrying while they are being made."""
        for paper in self.papers:
            while self.visitor.http.get(f"/api/invoices/{paper}/document.pdf").status_code == 503:
                pass

    def start(self) -> float:
        """Seconds until all of *Start* has been received."""
        began = time.perf_counter()
        for path in START:
            self.visitor.http.get(path).raise_for_status()
        return time.perf_counter() - began


def compare() -> Iterator[str]:
    """The table's rows for each database."""
    for kind, office in offices():
        with office:
            yield from _waits(kind, office)


def _waits(kind: str, office: Office) -> Iterator[str]:
    reader, others = Reader(office), [Reader(office, PAPERS) for _ in range(WAITING)]
    counted = iter(range(ALONE))
    alone = _asked(reader, lambda: next(counted, None) is not None)
    with ThreadPoolExecutor(WAITING) as pool:
        began = time.perf_counter()
        jobs = [pool.submit(other.save_all) for other in others]
        # Stop when the first of them is done, as the load decreases then.
        beside = _asked(reader, lambda: not any(map(Future.done, jobs)))
        for job in jobs:
            job.result()
        lasted = time.perf_counter() - began
    yield from _rows("Start alone", kind, alone)
    yield from _rows(f"Start beside {WAITING} who wait for PDFs", kind, beside)
    yield goal(f"{WAITING * PAPERS} PDFs meanwhile", kind, lasted, 0, "s")


def _asked(reader: Reader, goes_on: Callable[[], bool]) -> list[float]:
    found = [reader.start()]
    while goes_on():
        time.sleep(SECONDS_BETWEEN)
        found.append(reader.start())
    return found


def _rows(what: str, kind: str, found: list[float]) -> Iterator[str]:
    late = quantiles(found, n=20)[-1]
    yield goal(f"{what}: median of {len(found)}", kind, median(found), MOST_SECONDS, "s")
    yield goal(f"{what}: of 95 %", kind, late, MOST_SECONDS, "s")
