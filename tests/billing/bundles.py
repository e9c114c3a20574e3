"""Billing files as an office would hand them in; plain functions with overrides."""

import csv
import io
import zipfile
from pathlib import Path

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


def customer(**columns) -> dict:
    return CUSTOMER | columns


def invoice(**columns) -> dict:
    return INVOICE | columns


def as_csv(rows: list[dict], separator: str = ";", line_end: str = "\r\n") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write(folder: Path, customers=None, invoices=None, encoding: str = "utf-8", **form) -> Path:
    """A folder with the files given; a text is written as it is."""
    for name, rows in (("customers.csv", customers), ("invoices.csv", invoices)):
        if rows is not None:
            text = rows if isinstance(rows, str) else as_csv(rows, **form)
            (folder / name).write_bytes(text.encode(encoding))
    return folder


def as_zip(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
