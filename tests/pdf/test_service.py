"""The service that makes PDFs and ZIPs: for all processes, in turns, and never on a web thread."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from api import create_api
from cast import add_invoice, new_account, new_customer
from documents.papers import usual
from ebok import database
from ebok.database import now
from ebok.pdf import cache
from ebok.pdf.queue import FairQueue, Full
from ebok.pdf.requests import LATE
from ebok.pdf.service import EXTENSION
from ebok.server.gate import WAITED
from ebok.settings import load
from office import Office, called, children
from patience import until
from visitor import PASSWORD, Visitor


def test_each_owner_has_a_turn_however_many_one_of_them_has_asked_for():
    queue = FairQueue(most=10, most_of_one=4)
    for number in range(4):
        queue.add("anna", f"a{number}")
    queue.add("bartek", "b0")
    queue.add("celina", "c0")
    taken = [queue.take() for _ in range(7)]
    assert taken == ["a0", "b0", "c0", "a1", "a2", "a3", None]


@pytest.mark.shows("T12.7")
def test_nobody_fills_the_queue_and_it_is_never_longer_than_it_may_be():
    queue = FairQueue(most=5, most_of_one=4)
    for number in range(4):
        queue.add("anna", number)
    with pytest.raises(Full):
        queue.add("anna", 4)
    queue.add("bartek", 5)
    with pytest.raises(Full):
        queue.add("celina", 6)


class Reader:
    """A customer with invoices of which billing gave no PDF."""

    def __init__(self, office: Office, papers: int = 1):
        self.customer = new_customer(months=0)
        new_account(self.customer, PASSWORD)
        made = [add_invoice(self.customer.code, self.customer.name) for _ in range(papers)]
        self.papers = [invoice.public_id for invoice in made]
        self.visitor = Visitor(office)
        self.visitor.log_in(self.customer.code, PASSWORD)

    def ask(self, paper: str):
        """Ask for one of them, once."""
        return self.visitor.http.get(f"/api/invoices/{paper}/document.pdf")

    def pdf(self, paper: str):
        """Download one of them; ask again if a busy machine has not made it in time."""
        return until(lambda: answer if (answer := self.ask(paper)).status_code != 503 else None)


def printers(office: Office) -> list[int]:
    """The service, and its renderers."""
    services = called(children(office.process.pid), "ebok printing")
    return [pid for service in services for pid in (service, *children(service))]


@contextmanager
def nothing_is_printed(office: Office):
    """The service stands still meanwhile."""
    [service, *_renderers] = printers(office)
    os.kill(service, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(service, signal.SIGCONT)


@pytest.mark.shows("P97", "T12.6", "V15.2.2")
def test_sixteen_pdfs_at_once_hold_no_thread_and_are_made_by_few(office):
    """Of four threads in all; not one is bound while nothing is printed.

    Few others ask meanwhile, since a busy machine must not outlast the wait for a paper.
    """
    readers = [Reader(office) for _ in range(16)]
    other = Reader(office)
    with ThreadPoolExecutor(16) as pool:
        with nothing_is_printed(office):
            asked = [pool.submit(reader.pdf, reader.papers[0]) for reader in readers]
            for _ in range(6):
                other.visitor.get("/start")
                other.visitor.get("/api/account")
            assert not any(answer.done() for answer in asked)
        answers = [answer.result() for answer in asked]
    assert [answer.status_code for answer in answers] == [200] * 16
    assert all(answer.content.startswith(b"%PDF") for answer in answers)
    renderers = printers(office)[1:]
    assert 1 <= len(renderers) <= max(1, (os.cpu_count() or 1) // 2)


@pytest.mark.shows("T12.6")
def test_who_asks_for_one_paper_does_not_wait_for_who_asks_for_ten(office):
    many, one = Reader(office, papers=10), Reader(office)
    order, lock = [], threading.Lock()

    def fetch(reader: Reader, paper: str) -> None:
        assert reader.pdf(paper).status_code == 200
        with lock:
            order.append(reader)

    with ThreadPoolExecutor(11) as pool:
        with nothing_is_printed(office):
            asked = [pool.submit(fetch, many, paper) for paper in many.papers]
            asked.append(pool.submit(fetch, one, one.papers[0]))
            # All of them have been handed over to the service.
            until(lambda: waiting(office) >= 11)
        for each in asked:
            each.result()
    assert order.index(one) < 8


def waiting(office: Office) -> int:
    """How many questions the service has not heard yet."""
    told = Path("/proc/net/unix").read_text()
    return sum("ebok-printing" in line for line in told.splitlines()) - 1


@pytest.mark.shows("P8")
def test_own_pdf_is_kept_until_what_it_shows_changes(office):
    reader = Reader(office, papers=0)
    invoice = usual(reader.customer)
    folder = office.data_dir / "printed"

    def files() -> dict[Path, int]:
        return {path: path.stat().st_ino for path in folder.glob("*/*.pdf")}

    before = files()
    first = reader.pdf(invoice.public_id)
    made = files()
    [path] = made.keys() - before.keys()
    assert path.stat().st_mode & 0o777 == 0o600
    again = reader.pdf(invoice.public_id)
    assert again.content == first.content == path.read_bytes()
    assert files() == made
    invoice.change(outstanding_grosze=1)
    paid = reader.pdf(invoice.public_id)
    assert paid.content != first.content
    assert len(files()) == len(made) + 1


def test_service_that_dies_is_replaced(office):
    reader = Reader(office, papers=1)
    [service, *_rest] = printers(office)
    os.kill(service, signal.SIGKILL)
    until(lambda: printers(office)[:1] not in ([], [service]), office.process, office.log)

    def comes() -> bool:
        answer = reader.ask(reader.papers[0])
        assert answer.status_code in (200, 503), answer.text
        return answer.status_code == 200

    until(comes, office.process, office.log)


def test_what_is_not_there_in_time_is_told_with_when_to_ask_again(office):
    """As by a server that cannot wait without a thread, or when the service is slow."""
    reader = Reader(office)
    app = create_api(load(office.settings()))
    app.extensions[EXTENSION] = "\0nobody-listens-here"
    browser = app.test_client()
    browser.set_cookie("ebok_session", reader.visitor.http.cookies["ebok_session"])
    answer = browser.get(f"/api/invoices/{reader.papers[0]}/document.pdf")
    assert (answer.status_code, answer.json["code"]) == (503, "busy")
    assert int(answer.headers["Retry-After"]) > 0
    database.connect(office.database_url)
    database.database.connect(reuse_if_open=True)


def test_what_is_not_there_in_time_costs_nothing(office):
    """Asked twice as often as is allowed in an hour; the second request is the gate's."""
    reader = Reader(office)
    app = create_api(load(office.settings() | {"EBOK_LIMITS_PDFS_PER_CODE_HOUR": "2"}))
    app.extensions[EXTENSION] = "\0nobody-listens-here"
    browser = app.test_client()
    browser.set_cookie("ebok_session", reader.visitor.http.cookies["ebok_session"])
    path = f"/api/invoices/{reader.papers[0]}/document.pdf"
    for _ in range(4):
        assert browser.get(path).json["code"] == "busy"
        late = browser.get(path, environ_overrides={WAITED: {"outcome": LATE}})
        assert late.json["code"] == "busy"
    database.connect(office.database_url)
    database.database.connect(reuse_if_open=True)


def test_own_papers_are_forgotten_and_zips_soon(tmp_path):
    settings = load({"EBOK_DATA_DIR": str(tmp_path)})
    paper, packed = cache.path_of(b"<p>", settings), cache.folder(settings, "zip") / "x.zip"
    for path in (paper, packed):
        cache.keep(path, b"x")
    assert cache.is_kept(paper)
    assert cache.forget_printed(now(), settings) == 0
    assert cache.forget_printed(now() + cache.PACKED * 2, settings) == 1
    assert not packed.exists()
    assert cache.forget_printed(now() + cache.KEPT * 2, settings) == 1
    assert not cache.is_kept(paper)
