"""A town's notifications with a PDF of 60 kB each, compared with `smtplib` sending the same ones.

`smtplib` has prepared messages, one connection and TCP_NODELAY. Ours begins after an import:
notifications and mails are queued, then the worker reads, renders and sends them. Contestants take
turns, a third of the mails in each round; `BENCH_MAILS` sets the total. Processor time is that of
the worker or of `smtplib`, without sink and Postgres. First, fifty one-time codes are sent one by
one; with `BENCH_MAILS=0` only these.
"""

import os
import random
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.house import memory, processor
from bench.rounds import ROUNDS, Taken, goal, rows
from bench.sink import HOST, Sink
from ebok import database, settings
from ebok.accounts.models import Account
from ebok.app import create_app
from ebok.consents.models import E_INVOICE, Consent
from ebok.customers.models import Customer
from ebok.database import migrate, now, transaction
from ebok.documents.models import Document
from ebok.documents.operations_store import keep
from ebok.invoices.models import Invoice
from ebok.mail.outbox import post
from ebok.notifications import operations
from postgres import Postgres

MAILS = int(os.environ.get("BENCH_MAILS", "50000"))
CODES = 50
PDFS, PDF_BYTES = 200, 60_000
BANK_AND_MASK = "109010140000"
SECRET = "a secret of the bench, longer than thirty-two characters"


def compare() -> Iterator[str]:
    """Rows of the table for each database."""
    with TemporaryDirectory() as home, Postgres(in_memory=False) as server:
        for kind in ("SQLite", "Postgres"):
            url = server.create("mailing") if kind == "Postgres" else f"sqlite:///{home}/e.sqlite3"
            with Sink() as sink:
                yield from _compare(kind, _Office(Path(home, kind), url, sink.port), sink)
            database.database.close_all()


def _compare(kind: str, office: "_Office", sink: Sink) -> Iterator[str]:
    each = MAILS // ROUNDS
    office.fill(max(each, 1))
    took = _codes(office, sink)
    what = f"{CODES} one-time codes, each from its commit to MAIL FROM"
    yield goal(f"{what}: the middle one", kind, median(took), 0.1, "s")
    yield goal(f"{what}: the slowest", kind, max(took), 0, "s")
    if not MAILS:
        return
    rounds = [_round(office, sink, number + 1, each) for number in range(ROUNDS)]
    announced, ours, code, first, last, bare = map(list, zip(*rounds, strict=True))
    what = f"{MAILS} notifications with a PDF of 60 kB"
    taken = [Taken(*map(median, zip(*each_of, strict=True))) for each_of in (ours, bare)]
    yield rows(what, kind, taken, 0.7, each)
    yield goal(f"{each} of them announced in a transaction", kind, median(announced), 2, "s")
    yield goal("a one-time code leaves meanwhile", kind, max(code), 2, "s")
    growth = max(end - begin for begin, end in zip(first, last, strict=True))
    yield goal("worker's memory at its end, less after a quarter", kind, growth, 5, "MB")


def _codes(office: "_Office", sink: Sink) -> list[float]:
    """Seconds from commit to MAIL FROM for an idle worker, with an open or new connection."""
    sink.begin()
    about, took = Account.select().first().id, []
    with office.worker():
        # The first one is not counted: it waits for the worker to start.
        for count in range(1, CODES + 2):
            with transaction():
                post("password_reset", "urgent@poczta.example", "pl", about)
            committed_at = time.time()
            while (came := sink.round()).count < count:
                time.sleep(0.01)
            took.append(came.began_at - committed_at)
            time.sleep(random.uniform(0.2, 0.6))
    return took[1:]


def _round(office: "_Office", sink: Sink, number: int, count: int) -> tuple:
    sink.begin()
    began = time.perf_counter()
    with transaction():
        made = operations.announce(number)
    announced = time.perf_counter() - began
    assert made == count
    with office.worker() as worker:
        while (came := sink.round()).count < count // 4:
            time.sleep(0.05)
        first, asked_at = memory(worker.pid), time.time()
        begun_with, begun_at = came.count, processor(worker.pid)
        post("password_reset", "urgent@poczta.example", "pl", Account.select().first().id)
        while (came := sink.round()).count < count + 1:
            last = memory(worker.pid)
            time.sleep(0.05)
        # Without the worker's start, which is negligible for a town's mails.
        spent = (processor(worker.pid) - begun_at) * count / (count - begun_with)
    messages = sink.round(mails=True).kept
    return (
        announced,
        Taken(came.last_at - came.first_at, spent),
        came.urgent_at - asked_at,
        first,
        last,
        _bare(messages, sink.port, count),
    )


def _bare(messages: list[bytes], port: int, count: int) -> Taken:
    with smtplib.SMTP(HOST, port) as host:
        host.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.perf_counter(), time.process_time()
        for n in range(count):
            to = f"jan{n}@poczta.example"
            host.sendmail("biuro+b0@wodociagi.example", [to], messages[n % len(messages)])
        return Taken(time.perf_counter() - began[0], time.process_time() - began[1])


class _Office:
    """A town where everybody has an account and the e-invoice."""

    def __init__(self, data: Path, url: str, port: int):
        self.environment = {
            "EBOK_DATABASE_URL": url,
            "EBOK_DATA_DIR": str(data),
            "EBOK_SECRET_KEY": SECRET,
            "EBOK_MAIL_SERVER": HOST,
            "EBOK_MAIL_PORT": str(port),
            "EBOK_MAIL_USE_TLS": "false",
            "EBOK_MAIL_DEFAULT_SENDER": "biuro@wodociagi.example",
        }
        self.data = data
        app = create_app(settings.load(self.environment))
        migrate.migrate()
        app.app_context().push()
        database.database.connect(reuse_if_open=True)

    def worker(self) -> subprocess.Popen:
        """Start the worker process; it ends with the block."""
        return _Worker([sys.executable, "-m", "ebok", "worker"], env=os.environ | self.environment)

    def fill(self, count: int) -> None:
        """Add `count` customers, each with an invoice in each round's import."""
        sums = [keep(BytesIO(random.randbytes(PDF_BYTES)), self.data) for _ in range(PDFS)]
        with transaction():
            for n in range(count):
                _customer(n, sums)
            for table, rows in _ROWS.items():
                for start in range(0, len(rows), 1000):
                    table.insert_many(rows[start : start + 1000]).execute()
        _ROWS.clear()


def _account(n: int) -> str:
    """An individual account with valid check digits."""
    digits = f"{BANK_AND_MASK}{n:012}"
    return f"{98 - int(f'{digits}252100') % 97:02}{digits}"


_ROWS: dict = {}


def _customer(n: int, sums: list) -> None:
    code, moment, today = f"39-{n}", now(), now().date()
    _add(Customer, code=code, name=f"Jan Kowalski {n}", kind="person", bank_account=_account(n))
    _add(
        Account,
        id=n + 1,
        customer=code,
        email=f"jan{n}@poczta.example",
        kind="person",
        language="pl",
        opened_at=moment,
    )
    _add(
        Consent,
        account=n + 1,
        purpose=E_INVOICE,
        given=True,
        decided_at=moment,
        effective_at=moment,
        text_hash="",
        channel="bench",
    )
    for import_id in range(1, ROUNDS + 1):
        number, gross = f"FV/{import_id}/{n}", n * 7919 % 60_000 + 1_000
        sha256, size = sums[n % PDFS]
        _add(
            Invoice,
            number=number,
            customer=code,
            kind="invoice",
            buyer_name="",
            issued_on=today,
            due_on=today + timedelta(days=14),
            net_grosze=gross,
            vat_grosze=0,
            gross_grosze=gross,
            outstanding_grosze=gross,
            import_id=import_id,
        )
        _add(
            Document,
            invoice_number=number,
            customer_code=code,
            kind="pdf",
            sha256=sha256,
            size_bytes=size,
        )


def _add(table, **columns) -> None:
    _ROWS.setdefault(table, []).append(columns)


class _Worker(subprocess.Popen):
    def __exit__(self, *fault) -> None:
        self.terminate()
        super().__exit__(*fault)
