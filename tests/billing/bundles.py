"""Billing files as a billing system exports them; plain functions with overrides."""

import csv
import io
import zipfile
import zlib
from pathlib import Path

import pytest

from ksef.faktura import ACCOUNT as FA_ACCOUNT, BUYER

CUSTOMER = {
    "customer_code": "39-29001",
    "name": "Anna Żółć-Nowak",
    "kind": "person",
    "nip": "",
    "email": "anna@poczta.example",
    "phone": "+48 500 600 700",
    "street": "Rynek 7",
    "postal_code": "39-000",
    "city": "Przykładowo",
    "bank_account": "07 1090 1014 0000 0000 0000 0001",
}
INVOICE = {
    "invoice_number": "FV/2026/10/00001",
    "customer_code": "39-29001",
    "kind": "invoice",
    "buyer_name": "",
    "issued_on": "2026-10-31",
    "due_on": "2026-11-14",
    "period_from": "2026-10-01",
    "period_to": "2026-10-31",
    "net": "1000,00",
    "vat": "80,00",
    "gross": "1080,00",
    "outstanding": "0,50",
    "ksef_number": "",
    "corrects": "",
}

LINE = {
    "invoice_number": "FV/2026/10/00001",
    "position": "1",
    "name": "Dostarczona woda",
    "unit": "m³",
    "quantity": "12,345",
    "unit_net": "4,8235",
    "net": "59,55",
    "vat_rate": "8",
}
PAYMENT = {
    "payment_id": "P/1",
    "customer_code": "39-29001",
    "booked_on": "2026-11-05",
    "amount": "1080,00",
    "title": "FV/2026/10/00001",
    "invoice_number": "FV/2026/10/00001",
}
POINT = {
    "point_code": "PP/1",
    "customer_code": "39-29001",
    "street": "Lipowa 14/3",
    "postal_code": "39-000",
    "city": "Przykładowo",
    "tariff": "G1",
}
METER = {
    "meter_serial": "W 0012345",
    "point_code": "PP/1",
    "digits": "5",
    "kind": "water",
    "installed_on": "2024-03-01",
    "removed_on": "",
    "legal_until": "2029-12-31",
}
READING = {
    "meter_serial": "W 0012345",
    "read_on": "2026-10-31",
    "value": "1234,567",
    "source": "remote",
}
PAPERS = {
    "invoice_lines": LINE,
    "payments": PAYMENT,
    "points": POINT,
    "meters": METER,
    "readings": READING,
}
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"


def customer(**columns) -> dict:
    """A customer; each code has an account of its own."""
    code = columns.get("customer_code", CUSTOMER["customer_code"])
    own = {} if code == CUSTOMER["customer_code"] else {"bank_account": account_of(code)}
    return CUSTOMER | own | columns


def account_of(code: str) -> str:
    """An account with right check digits, which no other code has."""
    number = f"109010140000{zlib.crc32(code.encode()):012}"
    return f"{98 - int(f'{number}252100') % 97:02}{number}"


def invoice(**columns) -> dict:
    return INVOICE | columns


def line(**columns) -> dict:
    return LINE | columns


def payment(**columns) -> dict:
    return PAYMENT | columns


def point(**columns) -> dict:
    return POINT | columns


def meter(**columns) -> dict:
    return METER | columns


def reading(**columns) -> dict:
    return READING | columns


def as_csv(rows: list[dict], separator: str = ";", line_end: str = "\r\n") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write(folder: Path, customers=None, invoices=None, encoding: str = "utf-8", **more) -> Path:
    """A folder with the files given; a text is written as it is."""
    files = {"customers": customers, "invoices": invoices}
    files |= {name: more.pop(name) for name in PAPERS if name in more}
    for name, rows in files.items():
        if rows is not None:
            text = rows if isinstance(rows, str) else as_csv(rows, **more)
            (folder / f"{name}.csv").write_bytes(text.encode(encoding))
    return folder


def write_whole(folder: Path, **more) -> Path:
    """A folder with every file, each with one row."""
    papers = {name: [row] for name, row in PAPERS.items()}
    return write(folder, [customer()], [invoice()], **papers | more)


def add_pdf(folder: Path, name: str, content: bytes = PDF) -> Path:
    """One more document of this bundle."""
    path = folder / "documents" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def as_zip(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


KNOWN = {"nip": BUYER, "kind": "company", "bank_account": FA_ACCOUNT}
"""The buyer of `ksef.faktura`, as a row of customers.csv."""


def put(folder: Path, **files: bytes) -> Path:
    """A folder with these XML files."""
    for name, raw in files.items():
        (folder / f"{name}.xml").write_bytes(raw)
    return folder


on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
"""What a file's value is read as, or refused for, is settled before a database is asked."""
