"""A town's first load with every file, and the night after it with one row in a hundred changed.

Each run is a process of its own, to measure its memory: `python -m bench.town WHO URL BUNDLE`
prints seconds, megabytes and the longest write transaction.
"""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from peewee import chunked

from bench.rounds import Taken, goal, rows
from bench.town_bundle import INVOICES, write
from ebok import database, features, settings
from ebok.accounts.models import Account
from ebok.billing import operations, operations_ending as ending
from ebok.consents.models import Consent
from ebok.customers.models import Customer
from ebok.database import migrate

KEPT = {
    "customer": "code, name, kind, nip, email, phone, street, postal_code, city, bank_account",
    "invoice": "number, customer_code, kind, buyer_name, issued_on, due_on, period_from, period_to,"
    " net_grosze, vat_grosze, gross_grosze, outstanding_grosze, ksef_number, corrects, public_id",
    "invoice_line": "invoice_number, position, name, unit, quantity_millionths,"
    " unit_net_microgrosze, net_grosze, vat_rate, before_correction, import_id",
    "instalment": "invoice_number, due_on, amount_grosze, import_id",
    "payment": "payment_id, customer_code, booked_on, amount_grosze, title, invoice_number,"
    " import_id",
    "point_of_use": "code, customer_code, street, postal_code, city, tariff, former_code,"
    " import_id",
    "meter": "serial, point_code, digits, kind, installed_on, removed_on, legal_until, import_id",
    "reading": "meter_serial, read_on, value_litres, source, import_id",
}
OPENED_AT = datetime(2026, 1, 1)
KEYS = {
    "customer": "code",
    "invoice": "number",
    "invoice_line": "invoice_number, position",
    "instalment": "invoice_number, due_on",
    "payment": "payment_id",
    "point_of_use": "code",
    "meter": "serial",
    "reading": "meter_serial, read_on",
}


def compare() -> Iterator[str]:
    """The first load and the night on each database."""
    from bench.house import processor
    from postgres import Postgres

    with (
        TemporaryDirectory(dir=os.environ.get("TMPDIR")) as home,
        Postgres(in_memory=False) as server,
    ):
        first, night = write(Path(home, "first"), 0), write(Path(home, "night"), 1)
        for kind in ("SQLite", "Postgres"):
            ours_url, bare_url = (_fresh(kind, who, Path(home), server) for who in ("ours", "bare"))
            there = partial(processor, server.process.pid) if kind == "Postgres" else float
            bare = _run("bare", bare_url, first, there)
            ours = _run("ours", ours_url, first, there)
            yield from _first_load(kind, ours, bare)
            _open_accounts(ours_url)
            yield from _night(kind, ours_url, night, there, ours["processor"])


def _first_load(kind: str, ours: dict, bare: dict) -> Iterator[str]:
    what = f"first load of {INVOICES:,} invoices, every file"
    taken = [Taken(each["seconds"], each["processor"]) for each in (ours, bare)]
    yield rows(what, kind, tuple(taken), 0.75)
    yield goal(f"{what}: memory", kind, ours["megabytes"], 300, "MB")


def _night(
    kind: str, url: str, night: Path, there: Callable[[], float], first: float
) -> Iterator[str]:
    what = "night, one row in a hundred differs"
    waits: list[float] = []
    with _writing_meanwhile(url, waits):
        taken = _run("ours", url, night, there)
    yield goal(what, kind, taken["seconds"], 0, "s")
    share = taken["processor"] / first * 100
    yield goal(f"{what}: processor, of a first load", kind, share, 40, "%")
    yield goal(f"{what}: write transaction", kind, taken["longest"], 2, "s")
    yield goal(f"{what}: longest wait of another's write", kind, max(waits), 2, "s")
    yield goal(f"{what}: memory", kind, taken["megabytes"], 300, "MB")
    again = _run("ours", url, night, there)
    yield goal("the same night again", kind, again["seconds"], 0, "s")
    share = again["processor"] / first * 100
    yield goal("the same night again: processor, of a first load", kind, share, 40, "%")
    yield goal("the same night again: write transactions", kind, again["transactions"], 0, "")


def _run(who: str, url: str, bundle: Path, there: Callable[[], float] = float) -> dict:
    """The results of a run; processor time that passes in `there` meanwhile is added."""
    command = [sys.executable, "-m", "bench.town", who, url, str(bundle)]
    before = there()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return told | {"processor": told["processor"] + there() - before}


def _open_accounts(url: str) -> None:
    """Give every second customer an account with the e-invoice, for the night's notifications."""
    database.connect(url)
    with database.connection(), database.transaction():
        codes = [code for (code,) in Customer.select(Customer.code).tuples()][::2]
        told = {"email": "x@poczta.example", "kind": "person", "language": "pl"}
        accounts = [{**told, "customer": code, "opened_at": OPENED_AT} for code in codes]
        for some in chunked(accounts, 500):
            Account.insert_many(some).execute()
        given = {"purpose": "e_invoice", "given": True, "text_hash": "x", "channel": "online"}
        given |= {"decided_at": OPENED_AT, "effective_at": OPENED_AT}
        ids = [number for (number,) in Account.select(Account.id).tuples()]
        for some in chunked([{**given, "account": number} for number in ids], 500):
            Consent.insert_many(some).execute()
    database.database.close_all()


@contextmanager
def _writing_meanwhile(url: str, waits: list[float]) -> Iterator[None]:
    """Make small writes in another process, and append how long each waited to `waits`."""
    command = [sys.executable, "-m", "bench.town", "login", url, "-"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield
    finally:
        out, _ = process.communicate("stop\n")
        waits += json.loads(out)


def _fresh(kind: str, who: str, home: Path, server) -> str:
    url = f"sqlite:///{home / who}.sqlite3"
    if kind == "Postgres":
        url = server.create(f"town_{who}")
    database.connect(url)
    migrate.migrate()
    database.database.close_all()
    return url


def _ours(url: str, bundle: Path) -> dict:
    chosen = settings.load({"EBOK_DATA_DIR": str(bundle.parent / "data"), "EBOK_DATABASE_URL": url})
    # For the letters that an import posts.
    features.register_parts()
    held: list[float] = []
    transaction = ending.transaction

    @contextmanager
    def timed():
        began = time.perf_counter()
        with transaction():
            yield
        held.append(time.perf_counter() - began)

    ending.transaction = timed
    database.connect(url)
    report = operations.import_bundle(bundle, chosen)
    assert not report.is_refused, str(report)
    return {"longest": max(held, default=0.0), "transactions": len(held)}


def _bare(url: str, bundle: Path) -> dict:
    """What nobody could do with less: read, turn into numbers, and put into the same tables."""
    given = {
        "customer": _read(bundle / "customers.csv", lambda v: v),
        "invoice": _read(bundle / "invoices.csv", _typed_invoice),
        "invoice_line": _read(bundle / "invoice_lines.csv", _typed_line),
        "instalment": _read(bundle / "instalments.csv", _typed_instalment),
        "payment": _read(bundle / "payments.csv", _typed_payment),
        "point_of_use": _read(bundle / "points.csv", lambda v: [*v, "", 0]),
        "meter": _read(bundle / "meters.csv", _typed_meter),
        "reading": _read(bundle / "readings.csv", _typed_reading),
    }
    (_bare_postgres if url.startswith("postgres") else _bare_sqlite)(url, given)
    return {}


def _read(path: Path, typed) -> Iterator[list]:
    import csv

    with path.open(newline="") as file:
        reader = csv.reader(file, delimiter=";")
        next(reader)
        yield from map(typed, reader)


def _typed_invoice(values: list[str]) -> list:
    money = [int(value.replace(",", "")) for value in values[8:12]]
    return [*values[:8], *money, *values[12:], os.urandom(16).hex()]


def _typed_line(values: list[str]) -> list:
    whole, part = values[4].split(",")
    quantity = int(whole + part.ljust(6, "0"))
    whole, part = values[5].split(",")
    price = int(whole + part.ljust(8, "0"))
    return [*values[:4], quantity, price, int(values[6].replace(",", "")), values[7], False, 0]


def _typed_instalment(values: list[str]) -> list:
    return [*values[:2], int(values[2].replace(",", "")), 0]


def _typed_payment(values: list[str]) -> list:
    return [*values[:3], int(values[3].replace(",", "")), *values[4:], 0]


def _typed_meter(values: list[str]) -> list:
    return [*values[:2], int(values[2]), values[3], *(v or None for v in values[4:]), 0]


def _typed_reading(values: list[str]) -> list:
    return [*values[:2], int(values[2].replace(",", "")), values[3], 0]


def _upsert(table: str, source: str) -> str:
    key = KEYS[table]
    first = key.split(", ")[0]
    return (
        f"INSERT INTO {table} ({KEPT[table]}) {source} "
        f"ON CONFLICT ({key}) DO UPDATE SET {first} = excluded.{first}"
    )


def _bare_sqlite(url: str, given: dict) -> None:
    handle = database.connect(url)
    with database.connection(), database.transaction():
        for table, values in given.items():
            marks = ", ".join("?" * (KEPT[table].count(",") + 1))
            extra = _upsert(table, f"VALUES ({marks})")
            handle.connection().executemany(extra, values)
    handle.close_all()


def _bare_postgres(url: str, given: dict) -> None:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table, values in given.items():
            cursor.execute(f"CREATE TEMP TABLE staged AS SELECT {KEPT[table]} FROM {table}")
            with cursor.copy(f"COPY staged ({KEPT[table]}) FROM STDIN") as copy:
                for each in values:
                    copy.write_row(each)
            cursor.execute(_upsert(table, f"SELECT {KEPT[table]} FROM staged WHERE true"))
            cursor.execute("DROP TABLE staged")


def _login(url: str) -> list[float]:
    """Small writes, twenty a second, until told to stop."""
    waits: list[float] = []
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
    database.connect(url)
    with database.connection():
        while not stop.wait(0.05):
            began = time.perf_counter()
            with database.transaction():
                database.database.execute_sql("UPDATE account SET phone = phone WHERE id = 1")
            waits.append(time.perf_counter() - began)
    return waits


def main(who: str, url: str, bundle: str) -> None:
    """One run."""
    if who == "login":
        print(json.dumps(_login(url)))
        return
    began = time.perf_counter()
    told = {"ours": _ours, "bare": _bare}[who](url, Path(bundle))
    told["seconds"] = time.perf_counter() - began
    told["processor"] = time.process_time()
    # Not ru_maxrss: a child begins with that of the process that started it.
    status = Path("/proc/self/status").read_text()
    told["megabytes"] = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1000
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
