"""Our PDFs compared with bare WeasyPrint, and memory for a ZIP of a thousand."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import weasyprint

from bench.house import memory, offices, processor
from bench.rounds import Contestant, goal, medians, rows
from cast import add_invoice, new_account, new_customer
from documents.papers import give, usual
from ebok import database
from ebok.database import migrate
from ebok.documents import serializers
from ebok.invoices.models import Invoice
from ebok.pdf.client import renderer
from ebok.pdf.templates import html, render as render_pdf
from ebok.settings import Settings
from mailroom import bare_app
from office import Office
from visitor import PASSWORD, Visitor

SHEETS = 20
DOCUMENTS = 1000
OURS_AMONG_THEM = 20
BYTES_OF_A_PDF = 60_000


def compare() -> Iterator[str]:
    """The rows of the table."""
    with TemporaryDirectory() as home:
        yield from _speed(Path(home))
    for _kind, office in offices(("SQLite",)):
        with office:
            yield from _memory(office)


def _speed(home: Path) -> Iterator[str]:
    """An invoice of four lines; the baseline gets the HTML that ours also has to create."""
    database.connect(f"sqlite:///{home}/e.sqlite3")
    migrate.migrate()
    settings = Settings(data_dir=home)
    with bare_app(settings).app_context(), database.connection():
        invoice = Invoice.get_by_id(usual(new_customer(months=0)).number)
        bare_html = html("invoice", "pl", **serializers.gather(invoice, "pl", settings))

        def ours() -> None:
            for _ in range(SHEETS):
                render_pdf("invoice", "pl", **serializers.gather(invoice, "pl", settings))

        def bare() -> None:
            for _ in range(SHEETS):
                weasyprint.HTML(string=bare_html).write_pdf(pdf_variant="pdf/ua-1")

        ours(), bare()
        taken = medians(Contestant(ours, lambda: processor(os.getpid())), Contestant(bare))
        yield rows("invoice as PDF", "SQLite", taken, 0.8, SHEETS)
        used = memory(renderer.child.pid)
    database.database.close_all()
    yield goal("renderer, memory", "–", used, 150, "MB")


def _memory(office: Office) -> Iterator[str]:
    """Download one ZIP of a thousand documents, mostly billing's."""
    customer = new_customer(months=0)
    new_account(customer, PASSWORD)
    with database.database.atomic():
        for serial in range(DOCUMENTS):
            invoice = add_invoice(customer.code, customer.name, issued_on=date(2026, 11, 6))
            if serial >= OURS_AMONG_THEM:
                give(office.data_dir, invoice, "pdf", os.urandom(BYTES_OF_A_PDF))
    with Visitor(office) as visitor:
        visitor.log_in(customer.code, PASSWORD)
        before = memory(office.process.pid)
        with Watch(office.process.pid) as watch:
            began, size = time.perf_counter(), 0
            with visitor.http.stream("GET", "/api/invoices/documents.zip", timeout=900) as answer:
                for part in answer.iter_bytes():
                    size += len(part)
            seconds = time.perf_counter() - began
    yield goal("ZIP of 1000 documents", "SQLite", seconds, 60, "s")
    yield goal("ZIP of 1000 documents, size", "–", size / 1_000_000, 70, "MB")
    yield goal("ZIP of 1000 documents, memory more", "–", watch.most - before, 120, "MB")


class Watch:
    """The peak memory of a process and its children within the block."""

    def __init__(self, pid: int):
        self.pid, self.most, self.is_over = pid, 0.0, threading.Event()

    def __enter__(self) -> "Watch":
        threading.Thread(target=self._look, daemon=True).start()
        return self

    def __exit__(self, *_fault) -> None:
        self.is_over.set()

    def _look(self) -> None:
        while not self.is_over.wait(0.1):
            # A renderer may end meanwhile.
            with suppress(FileNotFoundError):
                self.most = max(self.most, memory(self.pid))
