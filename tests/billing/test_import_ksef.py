"""FA(3) files in a bundle, alone or beside CSV files: whose they are, what a repeat does."""

from datetime import date
from pathlib import Path

import pytest

from billing.bundles import (
    KNOWN,
    PDF,
    account_of,
    as_zip,
    customer,
    invoice,
    line,
    put,
    write,
)
from ebok.documents.models import Document
from ebok.documents.operations_store import path_of
from ebok.invoices.models import Instalment, InvoiceLine, InvoiceReading, VatSum
from ebok.ksef.numbers import crc8
from ksef.faktura import (
    ACCOUNT,
    BUYER,
    SELLER,
    buyer,
    corrected,
    due,
    el,
    faktura,
    line as fa_line,
    note,
)

BODY = f"{SELLER}-20261031-0100001AF629"
KSEF_NUMBER = f"{BODY}-{crc8(BODY):02X}"


@pytest.mark.dialect
def test_one_file_is_a_bundle_and_its_bytes_are_kept(town, tmp_path):
    path = tmp_path / f"{KSEF_NUMBER}.xml"
    path.write_bytes(faktura())
    assert "FA(3): 1 row: 1 new, 0 changed, 0 unchanged (XML)" in town.run(path)
    (found,) = town.invoices()
    assert (found["number"], found["customer"], found["kind"]) == (
        "FV/2026/10/1",
        "39-29001",
        "invoice",
    )
    assert (found["gross_grosze"], found["outstanding_grosze"]) == (10800, 10800)
    assert (found["ksef_number"], found["ksef_kind"]) == (KSEF_NUMBER, "VAT")
    assert (found["payable_grosze"], found["bank_account"]) == (None, "")
    assert (found["due_on"], found["period_to"]) == (date(2026, 11, 14), date(2026, 10, 31))
    (water,) = town.rows(InvoiceLine)
    assert (water["name"], water["quantity_millionths"]) == ("Woda", 20_000_000)
    assert [s["vat_grosze"] for s in town.rows(VatSum)] == [800]
    (kept,) = town.rows(Document)
    assert kept["kind"] == "xml"
    data_dir = Path(town.environment["EBOK_DATA_DIR"])
    assert path_of(kept["sha256"], data_dir).read_bytes() == faktura()


@pytest.mark.dialect
def test_correction_keeps_its_reason_and_all_that_it_corrects(town, tmp_path):
    told = el("PrzyczynaKorekty", "Zły odczyt") + corrected("FV/1") + corrected("FV/2")
    put(tmp_path, k=faktura("KOR", number="K/1", correction=told))
    town.run(tmp_path)
    (found,) = town.invoices()
    assert (found["corrects"], found["corrects_also"]) == ("FV/1", "FV/2")
    assert found["correction_reason"] == "Zły odczyt"
    assert "0 new, 0 changed, 1 unchanged" in town.run(tmp_path)


def test_reason_of_a_correction_and_a_call_come_from_csv_too(town, tmp_path):
    told = {"correction_reason": "Rabat"}
    papers = [
        invoice(**told, invoice_number="K/1", kind="correction", corrects="FV/1"),
        invoice(**told | {"correction_reason": ""}, invoice_number="W/1", kind="call"),
    ]
    town.run(write(tmp_path, invoices=papers))
    found = {row["number"]: row for row in town.invoices()}
    assert found["K/1"]["correction_reason"] == "Rabat"
    assert found["W/1"]["kind"] == "call"
    # Without the column what is known stays.
    (papers[0], papers[1]) = ({k: v for k, v in p.items() if k not in told} for p in papers)
    town.run(write(tmp_path, invoices=papers))
    assert {row["correction_reason"] for row in town.invoices()} == {"Rabat", ""}


@pytest.mark.dialect
def test_the_same_files_again_write_no_row(town, tmp_path):
    put(tmp_path, a=faktura(), b=faktura("KOR", number="K/1", correction=corrected()))
    town.run(tmp_path)
    town.forbid_writing()
    assert "FA(3): 2 rows: 0 new, 0 changed, 2 unchanged" in town.run(tmp_path)


@pytest.mark.dialect
def test_a_repeat_does_not_reset_what_was_paid(town, tmp_path):
    put(tmp_path, a=faktura())
    town.run(tmp_path)
    paid = invoice(
        invoice_number="FV/2026/10/1", buyer_name="Piekarnia Kłos", net="100", vat="8",
        gross="108", outstanding="0",
    )  # fmt: skip
    csv = tmp_path / "csv"
    csv.mkdir()
    town.run(write(csv, invoices=[paid]))
    assert town.invoices()[0]["outstanding_grosze"] == 0
    town.forbid_writing()
    town.run(tmp_path / "a.xml")


@pytest.mark.dialect
def test_invoices_csv_decides_what_both_tell(town, tmp_path):
    told = invoice(
        invoice_number="FV/2026/10/1", buyer_name="Kłos", net="100", vat="8", gross="108",
        outstanding="50",
    )  # fmt: skip
    put(write(tmp_path, invoices=[told, invoice()]), a=faktura(gross="108"), b=faktura(number="2"))
    output = town.run(tmp_path)
    assert "invoices.csv: 2 rows: 2 new" in output
    assert "FA(3): 2 rows: 2 new" in output
    rows = {row["number"]: row for row in town.invoices()}
    both, alone = rows["FV/2026/10/1"], rows["2"]
    assert (both["outstanding_grosze"], both["buyer_name"]) == (5000, "Kłos")
    assert (both["ksef_kind"], alone["ksef_kind"]) == ("VAT", "VAT")
    assert (alone["outstanding_grosze"], alone["buyer_name"]) == (10800, "Piekarnia Kłos")
    assert rows["FV/2026/10/00001"]["ksef_kind"] == ""
    town.forbid_writing()
    town.run(tmp_path)


def test_lines_of_a_csv_file_decide_and_may_be_of_an_xml_invoice(town, tmp_path):
    row = line(invoice_number="FV/2026/10/1", name="Woda z pliku")
    put(write(tmp_path, invoice_lines=[row]), a=faktura())
    town.run(tmp_path)
    assert [one["name"] for one in town.rows(InvoiceLine)] == ["Woda z pliku"]


@pytest.mark.dialect
def test_newer_file_of_an_invoice_replaces_its_lines_and_days(town, tmp_path):
    lines = "".join(
        fa_line(n, P_7=f"Woda {n}", P_8A="m3", P_8B="10", P_9A="5", P_11="50", P_12="8")
        for n in (1, 2)
    )
    days = due("2026-11-14", "2026-12-14")
    town.run(put(tmp_path, a=faktura(lines=lines, payment=days)))
    assert len(town.rows(InvoiceLine)) == len(town.rows(Instalment)) == 2
    before = town.mirror()
    town.run(put(tmp_path, a=faktura()))
    assert [one["name"] for one in town.rows(InvoiceLine)] == ["Woda"]
    assert town.rows(Instalment) == []
    town.imports("undo")
    assert town.mirror() == before
    assert len(town.rows(Instalment)) == 2


@pytest.mark.dialect
def test_customer_is_found_by_code_then_by_nip(town, tmp_path):
    put(
        tmp_path,
        code=faktura(number="1", buyer=buyer(el("BrakID", 1))),
        nip=faktura(number="2", buyer=buyer(code="")),
        strange=faktura(number="3", buyer=buyer(code="SAP 77/1")),
    )
    town.run(tmp_path)
    assert {row["customer"] for row in town.invoices()} == {"39-29001"}


def test_code_decides_and_another_nip_is_told(town, tmp_path):
    output = town.run(put(tmp_path, a=faktura(buyer=buyer(el("NIP", "8992520556")))))
    assert f'"8992520556": customer 39-29001 has the NIP {BUYER}' in output
    assert town.invoices()[0]["customer"] == "39-29001"


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (buyer(code="39-404"), 'column Faktura/Podmiot2/NrKlienta: "39-404": expected a customer'),
        (buyer(el("NIP", "8992520556"), code=""), '"8992520556": expected NrKlienta, or the NIP'),
        (buyer(el("BrakID", 1), code=""), "expected NrKlienta, or the NIP"),
    ],
)
def test_nobodys_invoice_is_refused(town, tmp_path, who, expected):
    output = town.run(put(tmp_path, a=faktura(buyer=who)), expect=1)
    assert "a.xml" in output
    assert expected in output
    assert town.invoices() == []


def test_several_customers_of_one_nip_are_told_apart_by_code_alone(town, tmp_path):
    other = customer(customer_code="39-2", **KNOWN | {"bank_account": account_of("39-2")})
    put(write(tmp_path, [other]), a=faktura(buyer=buyer(code="")))
    output = town.run(tmp_path, expect=1)
    assert "2 customers have this NIP, among them 39-2, 39-29001" in output
    put(tmp_path, a=faktura(buyer=buyer(code="39-2")))
    town.run(tmp_path)
    assert town.invoices()[0]["customer"] == "39-2"


def test_account_must_have_the_mask(town, tmp_path):
    town.environment |= {"EBOK_UTILITY_ACCOUNT_MASK": "109010140001"}
    output = town.run(put(tmp_path, a=faktura()), expect=1)
    place = f'a.xml, column Faktura/Fa/Platnosc: "{ACCOUNT}"'
    assert f"{place}: expected an account of this utility: its mask is 109010140001" in output
    assert "1 account without the utility's mask" in output


def test_another_account_than_the_customers_is_kept(town, tmp_path):
    other = "73111111111111111111111111"
    town.run(put(tmp_path, a=faktura(payment=due(accounts=(other,)))))
    assert town.invoices()[0]["bank_account"] == other


def test_fault_of_a_file_names_line_element_value_and_keeps_everything_out(town, tmp_path):
    output = town.run(put(tmp_path, a=faktura(), b=faktura(number="2", currency="EUR")), expect=1)
    assert 'column Faktura/Fa/KodWaluty: "EUR": expected PLN: the ledger is in złoty' in output
    assert "b.xml line " in output
    assert town.invoices() == []


def test_doubt_about_a_file_is_a_warning(town, tmp_path):
    output = town.run(put(tmp_path, a=faktura(gross="108.01")))
    assert 'column Faktura/Fa/P_15: "108.01": expected 108.00' in output


def test_two_files_of_one_number_are_one_or_refused(town, tmp_path):
    put(tmp_path, a=faktura(), b=faktura())
    assert "1 new, 0 changed, 0 unchanged, 1 repeated" in town.run(tmp_path)
    put(tmp_path, b=faktura(gross="108.01"))
    output = town.run(tmp_path, expect=1)
    assert "expected one file per invoice: a.xml has this number, too" in output


def test_readings_of_notes_are_kept_with_their_invoice(town, tmp_path):
    meter = note("Nr wodomierza", "W-77") + note("Stan poprzedni", "412,5")
    put(tmp_path, a=faktura(notes=meter + note("Stan bieżący", "433")))
    town.run(tmp_path)
    told = {"serial": "W-77", "previous_litres": 412_500, "current_litres": 433_000}
    assert [row.items() >= told.items() for row in town.rows(InvoiceReading)] == [True]
    town.forbid_writing()
    town.run(tmp_path)


def test_readings_that_are_no_pair_in_litres_are_left_to_the_notes(town, tmp_path):
    meter = note("Nr wodomierza", "W-77") + note("Stan poprzedni", "433")
    put(tmp_path, a=faktura(notes=meter + note("Stan bieżący", "412")))
    put(tmp_path, b=faktura(number="2", notes=meter))
    town.run(tmp_path)
    assert town.rows(InvoiceReading) == []


def test_zip_with_files_and_their_pdfs(town, tmp_path):
    files = {
        "xml/a.xml": faktura(),
        "xml/b.XML": faktura(number="FV/2", settlement=el("Rozliczenie", el("DoZaplaty", "9"))),
        "documents/FV-2026-10-1.pdf": PDF,
    }
    output = town.run(as_zip(tmp_path / "a.zip", files))
    assert "FA(3): 2 rows: 2 new" in output
    assert "documents: 1 row: 1 new" in output
    assert sorted(row["kind"] for row in town.rows(Document)) == ["pdf", "xml", "xml"]
    assert {row["number"]: row["payable_grosze"] for row in town.invoices()} == {
        "FV/2026/10/1": None,
        "FV/2": 900,
    }


@pytest.mark.dialect
def test_import_of_files_is_taken_back_whole(town, tmp_path):
    before = town.mirror()
    town.run(put(tmp_path, a=faktura()))
    assert town.rows(VatSum)
    town.imports("undo")
    assert town.mirror() == before
    assert town.rows(VatSum) == []


@pytest.mark.dialect
def test_names_as_long_as_the_schema_allows_are_kept(town, tmp_path):
    name = "ż" * 512
    raw = faktura(buyer=buyer(name=name), lines=fa_line(P_7=name, P_11="100", P_12="8"))
    town.run(put(tmp_path, a=raw))
    assert town.invoices()[0]["buyer_name"] == name
    assert town.rows(InvoiceLine)[0]["name"] == name


def test_rehearsal_tells_and_writes_nothing(town, tmp_path):
    output = town.run("--dry-run", put(tmp_path, a=faktura()))
    assert "FA(3): 1 row: 1 new" in output
    assert "In short: 1 new invoice" in output
    assert town.invoices() == []
