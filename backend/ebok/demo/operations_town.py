"""The demo town as a billing bundle, with every file of the format and every case in them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ebok.billing.layouts import layouts
from ebok.demo import operations_cases as cases, operations_papers as paper
from ebok.demo.operations_fa3 import fa3
from ebok.demo.operations_papers import Papers, Tap
from ebok.demo.operations_people import Inhabitant, inhabitants
from ebok.demo.operations_printer import pdf
from ebok.settings import Settings

OWN_PDF_EVERY = 4
OWN_PDF_MONTHS = 3
"""Billing prints for every fourth customer, and keeps what it printed for three months."""


def write_bundle(folder: Path, settings: Settings, today: date) -> None:
    """Write a bundle with the whole town as of `today`."""
    folder.mkdir(exist_ok=True)
    people = list(inhabitants(settings.utility))
    seller = settings.utility.nip
    made = [(who, _papers(tap, seller, today)) for who in people for tap in who.taps()]
    _write_files(folder, settings, people, made)
    printed_since = paper.month_ago(today, OWN_PDF_MONTHS)
    for who, papers in made:
        _write_documents(folder, settings, who, papers, printed_since)


def _papers(tap: Tap, seller: str, today: date) -> Papers:
    made = paper.papers(tap, seller, today)
    cases.add(made, tap, seller, today)
    return made


def write_news(folder: Path, settings: Settings, since: date, today: date) -> None:
    """Write a bundle with one more invoice for everybody, for the days from `since`."""
    made = [
        (who, _newest(who, tap, settings.utility.nip, since, today))
        for who in inhabitants(settings.utility)
        for tap in who.taps()[:1]
    ]
    _write_files(folder, settings, [], made)
    for who, papers in made:
        _write_documents(folder, settings, who, papers, today)


def _newest(who: Inhabitant, tap: Tap, seller: str, since: date, today: date) -> Papers:
    made, number = Papers(), f"FV/{today:%Y/%m/%d}/{who.place}"
    invoice, lines = paper.bill(tap, number, since, today, seller)
    made.bill(paper.with_outstanding(invoice, invoice["gross_grosze"]), lines)
    return made


def _write_files(
    folder: Path,
    settings: Settings,
    people: list[Inhabitant],
    made: list[tuple[Inhabitant, Papers]],
) -> None:
    papers = [papers for _, papers in made]
    rows = {
        "customers.csv": map(asdict, people),
        "points.csv": _points(people),
        "meters.csv": _meters(people),
        "invoices.csv": (row for each in papers for row in each.invoices),
        # Lines of invoices in KSeF are in their XML.
        "invoice_lines.csv": (
            line
            for each in papers
            for row in each.invoices
            if not row.get("ksef_number")
            for line in each.lines[row["invoice_number"]]
        ),
        "instalments.csv": (part for each in papers for part in each.instalments),
        "payments.csv": (row for each in papers for row in each.payments),
        "readings.csv": (row for each in papers for row in each.readings),
    }
    for layout in layouts(settings):
        _write(
            folder / layout.name,
            [column.name for column in layout.columns],
            rows.get(layout.name, ()),
        )


def _write(path: Path, header: list[str], rows: Iterable[dict[str, Any]]) -> None:
    first = next(rows := iter(rows), None)
    if first is None:
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, delimiter=";", restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)


def _points(people: list[Inhabitant]) -> Iterator[dict[str, Any]]:
    for who in people:
        for tap in who.taps():
            house = tap.suffix.replace("/", " blok ")
            yield asdict(who) | {
                "point_code": tap.point_code,
                "street": f"{who.street}{house}",
                "tariff": "G1" if who.kind == "person" else "P2",
            }


def _meters(people: list[Inhabitant]) -> Iterator[dict[str, Any]]:
    for who in people:
        for tap in who.taps():
            legal_until = date(2027 + who.place % 4, 12, 31)
            yield {
                "meter_serial": tap.meter_serial,
                "point_code": tap.point_code,
                "digits": 5,
                "kind": "water",
                "installed_on": paper.COUNTED_SINCE - timedelta(days=who.place % 400),
                "legal_until": legal_until,
            }


def _write_documents(
    folder: Path, settings: Settings, who: Inhabitant, papers: Papers, printed_since: date
) -> None:
    """Write XML files of invoices in KSeF, and PDFs that billing printed."""
    for row in papers.invoices:
        lines = papers.lines[row["invoice_number"]]
        if row.get("ksef_number"):
            xml = folder / "ksef" / f"{row['ksef_number']}.xml"
            xml.parent.mkdir(exist_ok=True)
            xml.write_bytes(fa3(row, lines, who, settings.utility))
        elif who.place % OWN_PDF_EVERY == 1 and row["issued_on"] >= printed_since:
            printed = folder / "documents" / f"{row['invoice_number'].replace('/', '_')}.pdf"
            printed.parent.mkdir(exist_ok=True)
            printed.write_bytes(pdf(_printed(row, lines, who, settings)))


def _printed(
    row: dict[str, Any], lines: list[dict[str, Any]], who: Inhabitant, settings: Settings
) -> list[str]:
    utility = settings.utility
    items = [f"{line['name']:<34}{line['quantity']:>5} {line['net']:>9}" for line in lines]
    return [
        utility.company_name,
        f"{utility.address}, {utility.postal_code} {utility.city}, NIP {utility.nip}",
        "",
        f"FAKTURA VAT {row['invoice_number']}",
        f"Data wystawienia {row['issued_on']}   Termin {row.get('due_on', '')}",
        f"Nabywca: {who.name}, kod {who.customer_code}",
        "",
        *items,
        "",
        f"Netto {row['net']}   VAT {row['vat']}   Brutto {row['gross']} zl",
        f"Konto {who.bank_account}",
    ]
