"""Invoices that are paid in parts, as billing and as FA(3) tell of them."""

from datetime import date

import pytest

from billing.bundles import customer, invoice, write
from ebok import database
from ebok.invoices.models import Instalment, Invoice
from ksef.faktura import ACCOUNT, BUYER, due, el, els, faktura

KNOWN = {"nip": BUYER, "kind": "company", "bank_account": ACCOUNT}
NUMBER = "FV/2026/10/00001"
HEAD = "invoice_number;due_on;amount"
WORDS = el(
    "TerminPlatnosci",
    el("TerminOpis", els(Ilosc="14", Jednostka="dni", ZdarzeniePoczatkowe="otrzymanie")),
)
FIRST, SECOND = date(2026, 11, 14), date(2026, 12, 14)


@pytest.fixture
def town(office, tmp_path_factory):
    """An office that knows one company."""
    office.run(write(tmp_path_factory.mktemp("town"), [customer(**KNOWN)]))
    return office


def told(folder, *rows: str):
    """`instalments.csv` with these rows."""
    (folder / "instalments.csv").write_text("\n".join([HEAD, *rows, ""]), "utf-8")
    return folder


def parts(office) -> list[tuple]:
    rows = office.rows(Instalment)
    return sorted((row["invoice"], row["due_on"], row["amount_grosze"]) for row in rows)


@pytest.mark.dialect
def test_instalments_come_with_their_invoice_and_are_taken_back_with_it(town, tmp_path):
    write(tmp_path, None, [invoice(outstanding="1080,00")])
    told(tmp_path, f"{NUMBER};2026-11-14;540,00", f"{NUMBER};2026-12-14;540,00")
    town.run(tmp_path)
    assert parts(town) == [(NUMBER, FIRST, 54_000), (NUMBER, SECOND, 54_000)]
    told(tmp_path, f"{NUMBER};2026-11-14;600,00", f"{NUMBER};2026-12-14;480,00")
    town.run(tmp_path)
    assert [part[2] for part in parts(town)] == [60_000, 48_000]
    town.imports("undo")
    assert [part[2] for part in parts(town)] == [54_000, 54_000]


@pytest.mark.dialect
def test_part_whose_day_moves_leaves_none_behind(town, tmp_path):
    write(tmp_path, None, [invoice(outstanding="1080,00")])
    told(tmp_path, f"{NUMBER};2026-11-14;540,00", f"{NUMBER};2026-12-14;540,00")
    town.run(tmp_path)
    told(tmp_path, f"{NUMBER};2026-11-14;540,00", f"{NUMBER};2026-12-28;540,00")
    town.run(tmp_path)
    assert [part[1] for part in parts(town)] == [FIRST, date(2026, 12, 28)]


def test_instalment_of_no_invoice_is_a_fault(town, tmp_path):
    report = town.run(told(tmp_path, "FV/0;2026-11-14;540,00"), expect=1)
    assert "FV/0" in report
    assert "instalments.csv" in report


@pytest.mark.dialect
def test_several_due_days_of_a_file_are_kept_without_sums(town, tmp_path):
    payment = due("2026-12-14", "2026-11-14", paid=WORDS)
    (tmp_path / "a.xml").write_bytes(faktura(payment=payment))
    town.run(tmp_path)
    assert parts(town) == [("FV/2026/10/1", FIRST, None), ("FV/2026/10/1", SECOND, None)]
    (found,) = town.invoices()
    assert (found["due_on"], found["due_terms"]) == (FIRST, "14 dni otrzymanie")
    # What billing says of the sums counts, whatever the file says again.
    told(tmp_path, "FV/2026/10/1;2026-11-14;100,00", "FV/2026/10/1;2026-12-14;8,00")
    town.run(tmp_path)
    (tmp_path / "instalments.csv").unlink()
    town.run(tmp_path)
    assert [part[2] for part in parts(town)] == [10_000, 800]


def test_one_due_day_is_no_instalment_and_a_term_in_words_no_due_day(town, tmp_path):
    (tmp_path / "a.xml").write_bytes(faktura())
    (tmp_path / "b.xml").write_bytes(faktura(number="FV/2026/10/2", payment=due(paid=WORDS)))
    town.run(tmp_path)
    assert parts(town) == []
    assert [row["due_on"] for row in town.invoices()] == [FIRST, None]


ADVANCE = el("ZaliczkaCzesciowa", els(P_6Z="2026-10-01", P_15Z="20"))
STATED = el("Rozliczenie", els(DoZaplaty="77.00"))
CORRECTION = el(
    "DaneFaKorygowanej", els(DataWystFaKorygowanej="2026-09-30", NrFaKorygowanej="FV/1", NrKSeFN=1)
)


@pytest.mark.parametrize(
    ("called", "fields", "left"),
    [
        ("ROZ", {"advances": ADVANCE}, 8_800),
        ("ROZ", {"advances": ADVANCE, "settlement": STATED}, 7_700),
        ("ZAL", {"payment": ""}, 0),
        ("ZAL", {"payment": "", "settlement": STATED}, 7_700),
        ("ZAL", {"advances": ADVANCE}, 8_800),
        ("KOR_ZAL", {"payment": "", "correction": CORRECTION, "gross": "-50"}, 0),
        ("KOR", {"payment": "", "correction": CORRECTION, "gross": "-50"}, -5_000),
        ("VAT", {}, 10_800),
    ],
)
def test_what_a_document_asks_for_is_what_was_not_received(town, tmp_path, called, fields, left):
    (tmp_path / "a.xml").write_bytes(faktura(called, **fields))
    town.run(tmp_path)
    with database.connection():
        assert Invoice.get().outstanding_grosze == left
