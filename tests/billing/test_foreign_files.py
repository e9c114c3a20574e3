"""What is none of ours is passed over with a line; an invoice says all its faults at once."""

from datetime import date
from pathlib import Path

import pytest

from billing.bundles import KNOWN, PDF, as_zip, customer, invoice, write
from ebok.documents.models import Document
from ebok.invoices.models import InvoiceLine
from ksef.faktura import ACCOUNT, el, els, faktura, line

FA2 = "http://crd.gov.pl/wzor/2023/06/29/12648/"
UPO = (
    '<?xml version="1.0"?>\n<!-- of KSeF -->\n'
    '<ns2:Potwierdzenie xmlns:ns2="http://upo.schematy.mf.gov.pl/KSeF/v4-2"/>'
)
JPK = (
    '<JPK xmlns="http://jpk.mf.gov.pl/wzor/2022/05/01/0501/"><Naglowek>'
    '<KodFormularza kodSystemowy="JPK_V7M (2)" wersjaSchemy="1-0E">JPK_VAT</KodFormularza>'
)


@pytest.fixture
def town(office, tmp_path_factory):
    """An office that knows one company."""
    office.run(write(tmp_path_factory.mktemp("town"), [customer(**KNOWN)]))
    return office


def fa2(**parts) -> bytes:
    """An invoice as KSeF 1.0 had it."""
    raw = faktura(**({"day": "2025-10-31"} | parts)).decode()
    raw = raw.replace("http://crd.gov.pl/wzor/2025/06/25/13775/", FA2)
    raw = raw.replace('"FA (3)"', '"FA (2)"').replace(">3</WariantF", ">2</WariantF")
    raw = raw.replace("2026-10-31T08:00:00Z", "2024-10-31T08:00:00Z")
    return raw.replace("<JST>2</JST><GV>2</GV>", "").encode()


@pytest.mark.shows("P89")
def test_files_of_none_are_passed_over_with_a_line_for_each_kind(town, tmp_path):
    files = {
        "a.xml": faktura(),
        "__MACOSX/._a.xml": b"\x00\x05\x16\x07",
        "__MACOSX/customers.csv": b"\x00",
        "._customers.csv": b"\x00",
        "documents/._FV-2026-10-1.pdf": b"\x00",
        "documents/.DS_Store": b"\x00",
        "Thumbs.db": b"\x00",
        "upo-1.xml": UPO,
        "upo-2.xml": UPO,
        "vat.xml": JPK,
        "other.xml": "<rss/>",
        "documents/FV-2026-10-1.pdf": b"HTTP/1.1 200 OK\r\n\r\n" + PDF,
        "documents/FV-2.pdf": PDF + b" " * 3000,
    }
    output = town.run(as_zip(tmp_path / "a.zip", files))
    assert "Errors" not in output
    assert "Set aside" not in output
    assert "files that a computer leaves in folders: 6, the first is ._a.xml" in output
    assert "UPO: 2, the first is upo-1.xml" in output
    assert "JPK_V7M(2): 1, the first is vat.xml" in output
    assert "other XML files: 1, the first is other.xml" in output
    assert (
        "PDFs with something else at their start or end: 2, the first is FV-2026-10-1.pdf" in output
    )
    assert "FA(3): 1 row: 1 new" in output
    assert len(town.invoices()) == 1


def test_all_faults_of_a_file_are_told_at_once_and_in_our_words(town, tmp_path):
    raw = faktura(
        day="2026-13-01",
        gross="108,00",
        lines=line(P_7="x" * 600, P_11="1.234") + line(2, P_7="Woda", P_12="9"),
        payment=el("Platnosc", els(FormaPlatnosci=99)),
    )
    (tmp_path / "a.xml").write_bytes(raw)
    output = town.run(tmp_path, expect=1)
    for place, said in (
        ("Fa/P_1", "expected a date like 2026-12-31"),
        ("Fa/P_15", "expected a number with a point, like 108.00"),
        ("Fa/FaWiersz[1]/P_7", "expected at most 512 characters"),
        ("Fa/FaWiersz[1]/P_11", "expected at most 2 decimals"),
        ("Fa/FaWiersz[2]/P_12", "expected one of these: 23, 22, 8"),
        ("Fa/Platnosc/FormaPlatnosci", "expected one of these: 1, 2, 3"),
    ):
        assert any(place in row and said in row for row in output.splitlines()), (place, output)
    assert "Errors (6)" in output
    assert not any(word in output for word in ("facet", "atomic type", "Element '", "{http"))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            faktura().replace(b"<P_2>FV/2026/10/1</P_2>", b""),
            "not expected here; expected P_1M",
        ),
        (faktura().replace(b"</Faktura>", b""), "damaged here, or cut off"),
        (faktura().replace(b' wersjaSchemy="1-0E"', b""), "an attribute of this element is wrong"),
        (faktura(number=""), "expected at least 1 characters"),
        (faktura(payment=el("Platnosc", el("Skonto"))), "something is missing in this element"),
    ],
)
def test_fault_of_the_schema_is_told_in_our_words(town, tmp_path, raw, said):
    (tmp_path / "a.xml").write_bytes(raw)
    assert said in town.run(tmp_path, expect=1)


@pytest.mark.shows("P89")
def test_invoice_of_ksef_1_is_history_like_any_other(town, tmp_path):
    payment = el(
        "Platnosc",
        el("TerminPlatnosci", els(Termin="2025-11-14", TerminOpis="14 dni od doręczenia")),
        el("FormaPlatnosci", 6),
        el("RachunekBankowy", el("NrRB", ACCOUNT)),
    )
    lines = line(P_7="Woda", P_8A="m3", P_8B="20", P_9A="5", P_11="100", P_12="8") + line(
        2, P_7="Opłata", P_11="0", P_12="np"
    )
    (tmp_path / "a.xml").write_bytes(fa2(payment=payment, lines=lines))
    output = town.run(tmp_path)
    assert "1 new" in output
    (found,) = town.invoices()
    assert (found["number"], found["customer"]) == ("FV/2026/10/1", "39-29001")
    assert (found["issued_on"], found["due_on"]) == (date(2025, 10, 31), date(2025, 11, 14))
    assert (found["gross_grosze"], found["due_terms"]) == (10800, "14 dni od doręczenia")
    # A rate that FA(3) has no more stays as the invoice has it.
    assert [row["vat_rate"] for row in town.rows(InvoiceLine)] == ["8", "np"]
    (kept,) = town.rows(Document)
    from ebok.documents.operations_store import path_of

    stored = path_of(kept["sha256"], Path(town.environment["EBOK_DATA_DIR"]))
    assert stored.read_bytes() == (tmp_path / "a.xml").read_bytes()


def test_invoice_of_ksef_1_of_another_seller_or_with_faults_is_none(town, tmp_path):
    (tmp_path / "a.xml").write_bytes(fa2(seller="5265877635"))
    (tmp_path / "b.xml").write_bytes(fa2(number="2", gross="1,5"))
    output = town.run(tmp_path, expect=1)
    assert "an invoice of another seller" in output
    assert "expected a number with a point" in output


def test_invoices_csv_is_read_to_its_end_so_that_all_faults_come_at_once(office, tmp_path):
    rows = [invoice(invoice_number=f"FV/{n}") for n in range(900)]
    for place in (0, 450, 899):
        rows[place]["kind"] = "FV"
    customers = [customer(), customer(customer_code="39-2", kind="x")]
    (tmp_path / "a.xml").write_bytes(faktura(gross="1,5"))
    output = office.run_anything(write(tmp_path, customers, rows))
    for place in ("customers.csv line 3", "line 2", "line 452", "line 901", "Faktura/Fa/P_15"):
        assert place in output, (place, output)
