"""A first import of 100,000 invoices, compared with `csv.reader` and a bare upsert."""

import csv
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg

from bench.house import processor
from bench.rounds import Contestant, medians, rows
from ebok import database, settings
from ebok.billing.operations import import_bundle
from ebok.database import migrate
from postgres import Postgres

CUSTOMERS, INVOICES_EACH = 5_000, 20
COLUMNS = (
    "invoice_number;customer_code;kind;buyer_name;issued_on;due_on;period_from;period_to;"
    "net;vat;gross;outstanding;ksef_number;corrects"
)
KEPT = (
    "number, customer_code, kind, buyer_name, issued_on, due_on, period_from, period_to,"
    " net_grosze, vat_grosze, gross_grosze, outstanding_grosze, ksef_number, corrects"
)


def compare() -> Iterator[str]:
    """One row of the table for each database."""
    with tempfile.TemporaryDirectory() as home, Postgres(in_memory=False) as server:
        bundle = _write(Path(home))
        chosen = settings.load({"EBOK_DATA_DIR": f"{home}/data"})
        for kind in ("SQLite", "Postgres"):
            fresh = _databases(kind, Path(home), server)
            here = time.process_time if kind == "SQLite" else partial(_here_and_there, server)
            taken = medians(
                Contestant(lambda c=chosen, f=fresh: _ours(bundle, c, next(f)), here),
                Contestant(lambda f=fresh: _bare(bundle, next(f)), here),
            )
            yield rows("import of 100,000 invoices", kind, taken, 0.6)


def _here_and_there(server: Postgres) -> float:
    return time.process_time() + processor(server.process.pid)


def _write(home: Path) -> Path:
    bundle = home / "bundle"
    bundle.mkdir()
    with (bundle / "customers.csv").open("w") as file:
        print(
            "customer_code;name;kind;nip;email;phone;street;postal_code;city;bank_account",
            file=file,
        )
        for n in range(CUSTOMERS):
            name = f"Jan Kowalski {n};person;;jan{n}@poczta.example"
            print(f"39-{n};{name};;Lipowa {n};39-000;Przykładowo;", file=file)
    with (bundle / "invoices.csv").open("w") as file:
        print(COLUMNS, file=file)
        for n in range(CUSTOMERS * INVOICES_EACH):
            print(_invoice(n), file=file)
    return bundle


def _invoice(n: int) -> str:
    """A line of `invoices.csv`. Amounts differ, as equal values would be parsed only once."""
    day = f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}"
    net = n * 7919 % 60_000 + 1_000
    vat = net * 8 // 100
    sums = ";".join(f"{grosze / 100:.2f}".replace(".", ",") for grosze in (net, vat, net + vat, 0))
    return f"FV/{n};39-{n % CUSTOMERS};invoice;;{day};{day};{day};{day};{sums};;"


def _databases(kind: str, home: Path, server: Postgres) -> Iterator[str]:
    """URLs of empty migrated databases, created before the measurement."""
    template = f"sqlite:///{home / 'template.sqlite3'}"
    if kind == "Postgres":
        template = server.create("template_of_bench")
    database.connect(template)
    migrate.migrate()
    database.database.close_all()
    for n in range(100):
        if kind == "Postgres":
            yield server.create(f"bench_{n}", "template_of_bench")
        else:
            path = home / f"bench_{n}.sqlite3"
            shutil.copy(home / "template.sqlite3", path)
            yield f"sqlite:///{path}"


def _ours(bundle: Path, chosen: settings.Settings, url: str) -> None:
    database.connect(url)
    with database.connection():
        import_bundle(bundle, replace(chosen, database_url=url))
    database.database.close_all()


def _bare(bundle: Path, url: str) -> None:
    """The minimum: read, convert, and upsert into the same tables."""
    upsert = _upsert_postgres if url.startswith("postgres") else _upsert_sqlite
    upsert(
        url,
        list(_read(bundle / "customers.csv")),
        list(map(_typed, _read(bundle / "invoices.csv"))),
    )


def _read(path: Path) -> Iterator[list[str]]:
    with path.open(newline="") as file:
        rows = csv.reader(file, delimiter=";")
        next(rows)
        yield from rows


def _typed(values: list[str]) -> list:
    money = [int(value.replace(",", "")) for value in values[8:12]]
    return values[:8] + money + values[12:]


def _upsert_sqlite(url: str, customers: list, invoices: list) -> None:
    handle = database.connect(url)
    with database.connection(), database.transaction():
        connection = handle.connection()
        connection.executemany(
            f"INSERT INTO customer VALUES ({','.join('?' * 10)}) {_conflict('code')}", customers
        )
        connection.executemany(
            f"INSERT INTO invoice ({KEPT}) VALUES ({','.join('?' * 14)}) {_conflict('number')}",
            invoices,
        )
    handle.close_all()


def _conflict(key: str) -> str:
    return f"ON CONFLICT ({key}) DO UPDATE SET {key} = excluded.{key}"


def _upsert_postgres(url: str, customers: list, invoices: list) -> None:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table, kept, rows, key in (
            (
                "customer",
                "code, name, kind, nip, email, phone, street, postal_code, city, bank_account",
                customers,
                "code",
            ),
            ("invoice", KEPT, invoices, "number"),
        ):
            cursor.execute(f"CREATE TEMP TABLE staged_{table} (LIKE {table})")
            with cursor.copy(f"COPY staged_{table} ({kept}) FROM STDIN") as copy:
                for each in rows:
                    copy.write_row(each)
            cursor.execute(
                f"INSERT INTO {table} ({kept}) SELECT {kept} FROM staged_{table} {_conflict(key)}"
            )
