"""What customers wait for most, against two: a bare view with our own statements, and a rival.

The bare view asks what ours asked, word for word, and gives the very answer, made into JSON; what
is between the two is Flask's and ours. The rival is Django with allauth (`bench/rival`).
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from unittest.mock import patch

import httpx

from bench.house import offices, processor, served
from bench.load import Question, call
from bench.rounds import Contestant, medians, rows
from bench.serving import headers_of, with_account
from cast import add_line, add_meter
from ebok import database, settings
from ebok.accounts.models import Account
from ebok.app import create_app
from ebok.billing.models import Import
from ebok.consents.models import Consent
from ebok.customers.models import Customer
from ebok.invoices.models import Invoice
from ebok.meters.models import Reading
from office import SECRET, Office
from visitor import PASSWORD, Visitor

TOWN = int(os.environ.get("READERS", "5000"))
"""How many other customers there are: 50,000 and 500,000 tell how the cost grows."""
REQUESTS, CALLERS = 800, 16
MONTHS = 24
TARGETS = {"list of 20 invoices": 0.7, "one invoice": 0.6, "start": 0.6, "session": 0.8}
AHEAD = 3.0
"""How many times as fast as the rival."""


def compare() -> Iterator[str]:
    """The table's rows for each database."""
    for kind, office in offices():
        with database.connection():
            code = with_account()
            _fill(code)
        with office, Visitor(office) as visitor:
            visitor.log_in(code, PASSWORD)
            paths = _paths(visitor)
            with _replayed(office, code, paths) as bare, _rival(office, code) as rival:
                yield from _rates(kind, office, headers_of(visitor), paths, bare, rival)


def _rates(kind: str, office: Office, headers: dict, paths: dict, bare, rival) -> Iterator[str]:
    port, pid, cookie = rival
    ours = partial(_asked, office.port, office.process.pid, headers)
    for what, path in paths.items():
        taken = medians(ours(path), _asked(*bare, {}, path))
        yield rows(f"{what}: of a bare view", kind, taken, TARGETS[what], REQUESTS)
        taken = medians(ours(path), _asked(port, pid, {"Cookie": cookie}, path))
        yield rows(f"{what}: of Django", kind, taken, AHEAD, REQUESTS)


def _asked(port: int, pid: int, headers: dict, path: str) -> Contestant:
    question = Question(200, "GET", path, "", headers)
    return Contestant(lambda: call(port, REQUESTS, question, CALLERS), partial(processor, pid))


def _paths(visitor: Visitor) -> dict[str, str]:
    newest = visitor.get("/api/invoices?limit=20")["invoices"]["items"][0]["id"]
    return {
        "list of 20 invoices": "/api/invoices?limit=20",
        "one invoice": f"/api/invoices/{newest}",
        "start": "/api/account",
        "session": "/api/session",
    }


@contextmanager
def _replayed(office: Office, code: str, paths: dict) -> Iterator[tuple[int, int]]:
    """The port and the process of the bare views, once they answer."""
    with NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(_recorded(office, code, paths), file)
        file.flush()
        environment = {"BARE_DATABASE": office.database_url, "BARE_REPLAY": file.name}
        first = Question(200, "GET", next(iter(paths.values())))
        with served("bench.replay:app", environment, first) as bare:
            yield bare


def _recorded(office: Office, code: str, paths: dict) -> dict:
    """The statements of each call with their values, and its answer."""
    app = create_app(settings.load(office.settings()))
    client, found = app.test_client(), {}
    base = {"base_url": office.base_url}
    token = client.get("/api/session", **base).json["session"]["csrf_token"]
    told = {"customer_code": code, "password": PASSWORD}
    client.post("/api/session", json=told, headers={"X-CSRFToken": token}, **base)
    for path in paths.values():
        # What is compiled or looked up once for all is not asked for again.
        client.get(path, **base)
        asked = []
        execute = database.database.execute_sql

        def keep(sql, values=None, asked=asked, execute=execute):
            asked.append((sql, [_plain(value) for value in values or ()]))
            return execute(sql, values)

        with patch.object(database.database.obj, "execute_sql", keep):
            answer = client.get(path, **base).json
        found[path] = {"asked": asked, "answer": answer}
    database.database.close_all()
    return found


def _plain(value):
    return value if isinstance(value, (int, str, float, type(None))) else str(value)


@contextmanager
def _rival(office: Office, code: str) -> Iterator[tuple[int, int, str]]:
    """The rival's port and process, and the cookie of somebody who is logged in there."""
    environment = {"RIVAL_DATABASE": office.database_url, "RIVAL_SECRET": SECRET}
    make = [sys.executable, "-m", "bench.rival", code, PASSWORD]
    root = Path(__file__).parents[1]
    subprocess.run(make, env=os.environ | environment, cwd=root, check=True)
    first = Question(200, "GET", "/api/session")
    with served("bench.rival.wsgi:application", environment, first) as (port, pid):
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            token = client.get("/api/session").json()["session"]["csrf_token"]
            told = {"username": code, "password": PASSWORD}
            answer = client.post(
                "/_allauth/browser/v1/auth/login", json=told, headers={"X-CSRFToken": token}
            )
            assert answer.status_code == 200, answer.text[:300]
            cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        yield port, pid, cookie


def _fill(code: str) -> None:
    """Two years of one customer's, with meter and consent, and a town around them."""
    with database.transaction():
        _add_town()
        _add_import()
        meter = add_meter(code)
        Invoice.delete().where(Invoice.customer == code).execute()
        first = database.now().date().replace(day=1)
        for age in range(MONTHS):
            last = first - timedelta(days=1)
            first = last.replace(day=1)
            _add_invoice(code, age, first, last)
            Reading.create(
                meter=meter, read_on=last, value_litres=500_000 - age * 9_800, source="clerk"
            )
        _give_e_invoice(code)


def _add_invoice(code: str, age: int, first: date, last: date) -> None:
    gross = 12_000 + age * 137 % 900
    number = f"FV/{last:%Y/%m}/READ"
    Invoice.create(
        number=number,
        customer=code,
        kind="invoice",
        buyer_name="Anna Nowak",
        issued_on=last,
        due_on=last + timedelta(days=14),
        period_from=first,
        period_to=last,
        net_grosze=gross - gross * 8 // 108,
        vat_grosze=gross * 8 // 108,
        gross_grosze=gross,
        outstanding_grosze=0 if age else gross,
    )
    for position, name in enumerate(("Dostarczona woda", "Odprowadzone ścieki", "Abonament"), 1):
        _add_line(number, position, name, 10_000_000 + age % 3 * 1_000_000)


def _add_line(number: str, position: int, name: str, millionths: int) -> None:
    """One line, as a waterworks' invoice has three."""
    unit = "mies." if name == "Abonament" else "m³"
    add_line(
        Invoice(number=number),
        position,
        name=name,
        unit=unit,
        quantity_millionths=millionths if unit == "m³" else 1_000_000,
    )


def _give_e_invoice(code: str) -> None:
    moment = database.now()
    account = Account.get(Account.customer == code)
    told = {"purpose": "e_invoice", "given": True, "text_hash": "x", "channel": "online"}
    Consent.create(account=account, decided_at=moment, effective_at=moment, **told)


def _add_import() -> None:
    moment = database.now()
    for age in range(400):
        at = moment - timedelta(days=age)
        times = {"started_at": at, "applied_at": at, "as_of_at": at}
        Import.create(**times, source="x", origin="inbox", new_count=1, changed_count=0)


def _add_town() -> None:
    """Customers with four invoices each."""
    day = database.now().date() - timedelta(days=40)
    for begin in range(0, TOWN, 200):
        codes = [f"39-9{n:06}" for n in range(begin, min(begin + 200, TOWN))]
        facts = dict.fromkeys(
            ("nip", "email", "phone", "street", "postal_code", "city", "bank_account"), ""
        )
        Customer.insert_many(
            [{"code": each, "name": "Jan Kowalski", "kind": "person", **facts} for each in codes]
        ).execute()
        Invoice.insert_many(
            [
                {
                    "number": f"FV/{n}/{each}",
                    "customer": each,
                    "kind": "invoice",
                    "buyer_name": "Jan Kowalski",
                    "issued_on": day - timedelta(days=30 * n),
                    "net_grosze": 9_000,
                    "vat_grosze": 720,
                    "gross_grosze": 9_720,
                    "outstanding_grosze": 0,
                }
                for each in codes
                for n in range(4)
            ]
        ).execute()
