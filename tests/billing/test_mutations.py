"""Files that were damaged in a hundred thousand ways: read or refused, with a word for each."""

import io
import os
import random

import pytest

from billing.bundles import PAPERS, PDF, as_csv, as_zip, customer, invoice
from ebok.billing import documents
from ebok.billing.bundle import Source
from ebok.billing.errors import Refused
from ebok.billing.layouts import layouts
from ebok.billing.rows import BillingFile
from ebok.billing.texts_report import Report
from ebok.settings import Settings

INPUTS = 100_000 if os.environ.get("TORTURE") else 700
IMPORTS = 1_000 if os.environ.get("TORTURE") else 25
LAYOUTS = {layout.name: layout for layout in layouts(Settings())}
ROWS = {name: [row, row | {next(iter(row)): "39-7"}] for name, row in PAPERS.items()}
ROWS |= {
    "customers": [customer(), customer(customer_code="39-2", name='Zakład "Lok"; s.c.\nFilia')],
    "invoices": [invoice(point_code="PP/1"), invoice(invoice_number="F;V", point_code="")],
}
FORMS = [(s, e) for s in ";,\t" for e in ("utf-8", "utf-8-sig", "cp1250")]
# What has meaning to a reader somewhere, and what has none anywhere.
PIECES = [
    *(
        b'"',
        b'""',
        b";",
        b",",
        b"\t",
        b"\r",
        b"\n",
        b"\r\n",
        b"-",
        b".",
        b" ",
        b"\xc2\xa0",
        b"\x00",
    ),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\xbf", b"\xc5", b"\x88", b"\xd3\xa3", b"\xed\xa0\x80"),
    *(b"1,234", b"1.234", b"0,5", b"9" * 30, b"-0", b"2026-02-30", b"31.10.2026", b"NaN", b"1e9"),
    *("ąćę".encode("cp1250"), "ąćę".encode(), "ąćę".encode("iso-8859-2"), "١".encode(), b"x" * 300),
]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content with one to six things put in, taken out, doubled or swapped."""
    damaged = bytearray(content)
    for _change in range(chance.randint(1, 6)):
        place, end = sorted(chance.choices(range(len(damaged) + 1), k=2))
        end = min(end, place + 40)
        put = chance.choice(
            (chance.choice(PIECES), chance.randbytes(3), b"", damaged[place:end] * 2)
        )
        damaged[place : chance.choice((place, end))] = put
    return bytes(damaged)


def inputs(count: int, seed: int):
    chance = random.Random(seed)
    for _ in range(count):
        name = chance.choice(list(ROWS))
        separator, encoding = chance.choice(FORMS)
        rows = ROWS[name] * chance.choice((1, 1, 150))
        content = as_csv(rows, separator).encode(encoding, errors="replace")
        yield f"{name}.csv", mutated(content, chance)


def source_of(name: str, content: bytes) -> Source:
    return Source(name, len(content), lambda: io.BytesIO(content), [].append)


@pytest.mark.shows("T8.10")
@pytest.mark.parametrize("seed", range(7))
def test_damaged_file_of_any_kind_is_read_or_refused(seed):
    for name, content in inputs(INPUTS // 7, seed):
        report = Report()
        try:
            file = BillingFile(source_of(name, content), LAYOUTS[name], report)
            rows = list(file.rows())
        except Refused:
            continue
        # Every record was read or reported: none is left out in silence.
        told = len(rows) + report.aside_fault_count
        assert told >= file.summary.rows or report.is_refused, content
        assert all(len(row) == len(file.fields) + 1 for row in rows)
        assert str(report).isprintable() or "\n" in str(report)


@pytest.mark.shows("T8.10")
def test_damaged_bundle_is_imported_whole_or_not_at_all(office, tmp_path):
    sound = {f"{name}.csv": as_csv(rows).encode() for name, rows in ROWS.items()}
    sound |= {"documents/F-V.pdf": PDF}
    for number, (name, content) in enumerate(inputs(IMPORTS, 39)):
        before = office.mirror()
        path = as_zip(tmp_path / f"{number}.zip", sound | {name: content})
        output = office.run_anything(path)
        if "Refused. Nothing was changed." in output:
            assert office.mirror() == before
        else:
            assert "Imported." in output or "Nothing to change" in output, output
        path.unlink()


@pytest.mark.shows("T8.10")
@pytest.mark.parametrize("seed", range(3))
def test_damaged_archive_is_read_or_refused(office, tmp_path, seed):
    sound = as_zip(
        tmp_path / "sound.zip", {"customers.csv": as_csv([customer()] * 9), "d/x.pdf": PDF}
    )
    content, chance = sound.read_bytes(), random.Random(seed)
    for number in range(IMPORTS // 3):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(mutated(content, chance))
        before = office.mirror()
        output = office.run_anything(path)
        assert office.mirror() == before or "Imported." in output


def test_damaged_pdf_is_taken_or_refused():
    chance = random.Random(1)
    for _ in range(INPUTS // 10):
        content = mutated(PDF, chance)
        try:
            documents._require_pdf(source_of("FV-1.pdf", content))
        except Refused:
            continue
        assert content.startswith(b"%PDF-")
        assert b"%%EOF" in content
