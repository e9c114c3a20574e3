"""The ledger: exact to the grosz, page by page, and as a file."""

import csv
import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from cast import add_invoice, add_payment, new_account, new_customer, today
from documents.papers import require_accessible
from ebok.invoices.models import Invoice
from visitor import PASSWORD

TODAY = today()


@pytest.fixture
def anna(office, visitor):
    """Anna at her browser; her code."""
    customer = new_customer(months=0)
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return customer.code


def ledger(visitor, query: str = "") -> dict:
    return visitor.get(f"/api/ledger?{query}")["ledger"]


def fill(code: str) -> None:
    """Thirty invoices paid the day they were issued, one that is open, a correction, a note."""
    for month in range(30, 0, -1):
        paid = add_invoice(code, "Anna", month, 10_000 + month, outstanding_grosze=0)
        add_payment(code, 10_000 + month, paid.issued_on, invoice_number=paid.number)
    add_invoice(code, "Anna", 0, 8_000)
    corrected = add_invoice(code, "Anna", 0, -1_000, kind="correction", due_on=None)
    add_invoice(code, "Anna", 0, 250, kind="note")
    add_payment(code, 100, corrected.issued_on, title='=HYPERLINK("http://x")')


def every_page(visitor, query: str = "limit=7") -> list[dict]:
    entries, after = [], ""
    while after is not None:
        page = ledger(visitor, f"{query}&after={after}")
        entries += page["entries"]
        after = page["next"]
    return entries


@pytest.mark.shows("P20")
@pytest.mark.dialect
def test_running_balance_is_exact_and_ends_where_the_balance_stands(anna, visitor):
    fill(anna)
    entries = every_page(visitor)
    assert len(entries) == 64
    owed = visitor.get("/api/balance")["balance"]["owed"]["grosze"]
    assert entries[0]["balance"]["grosze"] == owed == 7_150
    whole = ledger(visitor)
    running = whole["opening"]["grosze"]
    assert running == 0
    for entry in reversed(entries):
        running += entry["amount"]["grosze"]
        assert entry["balance"]["grosze"] == running
    assert whole["closing"]["grosze"] == running


@pytest.mark.dialect
def test_pages_hold_every_entry_once_whatever_their_size(anna, visitor):
    fill(anna)
    sizes = [every_page(visitor, f"limit={limit}") for limit in (1, 7, 100)]
    assert sizes[0] == sizes[1] == sizes[2]


def test_payment_follows_the_papers_of_its_day(anna, visitor):
    paid = add_invoice(anna, "Anna", 1, 5_000, outstanding_grosze=0)
    add_payment(anna, 5_000, paid.issued_on, invoice_number=paid.number)
    kinds = [entry["kind"] for entry in ledger(visitor)["entries"]]
    assert kinds == ["payment", "invoice"]


def test_period_has_its_own_opening_and_closing_balance(anna, visitor):
    add_invoice(anna, "Anna", 3, 10_000)
    second = add_invoice(anna, "Anna", 2, 7_000)
    add_invoice(anna, "Anna", 1, 5_000)
    found = ledger(visitor, f"from={second.issued_on}&to={second.issued_on:%d.%m.%Y}")
    assert (found["opening"]["grosze"], found["closing"]["grosze"]) == (10_000, 17_000)
    assert [entry["balance"]["grosze"] for entry in found["entries"]] == [17_000]
    assert found["from"] == found["to"] == str(second.issued_on)


@pytest.mark.dialect
def test_what_is_older_than_the_mirror_is_brought_forward(anna, visitor):
    """A payment of an invoice that was never imported: billing's outstanding stays the truth."""
    add_payment(anna, 9_000, TODAY - timedelta(days=50), invoice_number="FV/1999/1")
    add_invoice(anna, "Anna", 0, 4_000)
    found = ledger(visitor)
    assert (found["opening"]["grosze"], found["closing"]["grosze"]) == (9_000, 4_000)


def test_wrong_period_is_told_at_its_field(anna, visitor):
    answer = visitor.get("/api/ledger?from=2026-02-30&to=x", 422)
    assert [fault["field"] for fault in answer["faults"]] == ["from", "to"]
    answer = visitor.get("/api/ledger?from=2026-02-02&to=2026-02-01", 422)
    assert [fault["field"] for fault in answer["faults"]] == ["to"]
    assert visitor.get("/api/ledger?after=nowhere", 422)["code"] == "unknown-place"


@pytest.mark.shows("T13.3")
def test_nobody_sees_the_ledger_of_another(anna, visitor, other_visitor):
    fill(anna)
    bartek = new_customer(months=0)
    new_account(bartek, PASSWORD)
    other_visitor.log_in(bartek.code, PASSWORD)
    place = ledger(visitor, "limit=1")["next"]
    assert ledger(other_visitor, f"after={place}")["entries"] == []


def rows_of(visitor, query: str = "") -> list[list[str]]:
    response = visitor.http.get(f"/api/ledger.csv?{query}")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    text = response.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))


@pytest.mark.shows("P20")
def test_csv_says_what_the_page_says_oldest_first(anna, visitor):
    fill(anna)
    rows = rows_of(visitor)
    assert len(rows) == 64 + 3
    assert (rows[1][-1], rows[-1][-1]) == ("0,00", "71,50")
    entries = list(reversed(every_page(visitor, "limit=100")))
    told = [f"{entry['balance']['grosze'] / 100:.2f}".replace(".", ",") for entry in entries]
    assert [row[-1] for row in rows[2:-1]] == told


@pytest.mark.shows("T13.9")
def test_no_cell_of_the_csv_is_a_formula(anna, visitor):
    formulas = ("=1+1", "+48", "-2", "@x", "\tx", "\uff1d1+1", " =1", "\n=1", "\u200b=1")
    for title in (*formulas, 'a;"b"\nc'):
        add_payment(anna, 100, TODAY, title=title)
    titles = {row[3] for row in rows_of(visitor)[2:-1]}
    assert titles == {*(f"'{title}" for title in formulas), 'a;"b"\nc'}


@pytest.mark.shows("P20")
def test_pdf_says_what_the_page_says(anna, visitor):
    add_invoice(anna, "Anna", 2, 10_000)
    second = add_invoice(anna, "Anna", 1, 7_000)
    response = visitor.http.get(f"/api/ledger.pdf?from={second.issued_on}")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].endswith('.pdf"')
    require_accessible(response.content)
    reader = PdfReader(io.BytesIO(response.content))
    text = reader.pages[0].extract_text().replace("\xa0", " ")
    for told in (anna, second.number, "100,00", "170,00 zł"):
        assert told in text


def test_five_hundred_entries_are_put_on_paper_at_most(anna, visitor):
    day, columns = TODAY - timedelta(days=9), {"kind": "invoice", "buyer_name": "A"}
    sums = dict.fromkeys(("net_grosze", "vat_grosze", "gross_grosze", "outstanding_grosze"), 100)
    Invoice.insert_many(
        {"number": f"X/{anna}/{n}", "customer": anna, "issued_on": day, **columns, **sums}
        for n in range(501)
    ).execute()
    assert visitor.get("/api/ledger.pdf", 422)["code"] == "period-too-long"
    assert len(rows_of(visitor)) == 501 + 3
    assert ledger(visitor)["closing"]["grosze"] == 50_100
