"""An invoice that JPK_FA alone tells of: shown with its lines, without a word of payments."""

import itertools

import pytest
from stdnum.pl import nip

from billing.bundles import payment, write
from billing.jpk import jpk, row, sold
from cast import Customer, add_invoice, new_account, new_customer
from documents.papers import pdf, text_of
from ebok import database
from ebok.customers.models import Customer as Customers
from ebok.invoices.models import Invoice
from visitor import PASSWORD

_numbers = itertools.count(702_000_000)


def new_nip() -> str:
    """One that no customer has yet."""
    bodies = map(str, _numbers)
    found = (f"{b}{d}" for b in bodies for d in range(10) if nip.is_valid(f"{b}{d}"))
    with database.connection():
        return next(n for n in found if not Customers.get_or_none(Customers.nip == n))


@pytest.fixture
def anna(visitor) -> Customer:
    """Anna, signed in, with no invoice yet."""
    customer = new_customer("Piekarnia Anny", kind="company", nip=new_nip(), months=0)
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return customer


@pytest.fixture
def archived(anna, visitor, tmp_path) -> Invoice:
    """Her invoice of 2024, imported."""
    number = f"FV/2024/{anna.code}"
    raw = jpk(sold(number, nip=anna.nip, buyer=anna.name), row(number, "Dostarczona woda"))
    (tmp_path / "a.xml").write_bytes(raw)
    visitor.office.run("import", str(tmp_path))
    return Invoice.get(Invoice.number == number)


def test_page_and_pdf_show_it_without_claims(archived, visitor):
    shown = visitor.get(f"/api/invoices/{archived.public_id}")["invoice"]
    assert (shown["state"], shown["left"]["grosze"], shown["due"]) == ("settled", 0, None)
    told = shown["owed"].replace("\N{NO-BREAK SPACE}", " ")
    assert told.startswith("Z archiwum: tu niczego nie trzeba płacić")
    assert (shown["gross"]["grosze"], shown["net"]["grosze"]) == (10800, 10000)
    assert [line["name"] for line in shown["lines"]] == ["Dostarczona woda"]
    assert (shown["has_xml"], shown["ksef_link"], shown["visualisation"]) == (False, None, None)
    assert (shown["ksef_number"], shown["ksef_kind"]) == (None, None)
    told = text_of(pdf(visitor, archived))
    assert "To zestawienie danych faktury z pliku JPK_FA, a nie jej oryginał." in told
    assert "Kwota brutto 108,00 zł" in told
    assert "Dostarczona woda 20 m3 5,00 8% 100,00" in told
    for claim in ("KSeF", "zapłaty", "Numer konta", "w postaci elektronicznej", "Zapłacono"):
        assert claim not in told, claim
    english = text_of(pdf(visitor, archived, "en"))
    assert "does not ask for payment" in english
    visitor.get(f"/api/invoices/{archived.public_id}/document.xml", 404)


def test_it_is_in_the_list_and_in_no_balance(archived, anna, visitor, tmp_path):
    now = add_invoice(anna.code, anna.name, outstanding_grosze=0, gross_grosze=5000)
    found = visitor.get("/api/invoices")["invoices"]["items"]
    states = {one["number"]: one["state"] for one in found}
    assert states == {archived.number: "settled", now.number: "paid"}
    (tmp_path / "b").mkdir()
    # Of what came without a number 10,00 paid the invoice of now; then is another matter.
    told = (("", "30,00"), (archived.number, "108,00"), (now.number, "40,00"))
    paid = [
        payment(
            payment_id=f"P/{anna.code}/{number}",
            customer_code=anna.code,
            booked_on="2024-11-10" if amount == "108,00" else f"{now.issued_on}",
            amount=amount,
            invoice_number=number,
        )
        for number, amount in told
    ]
    visitor.office.run("import", str(write(tmp_path / "b", payments=paid)))
    balance = visitor.get("/api/balance")["balance"]
    assert (balance["owed"]["grosze"], balance["credit"]["grosze"]) == (0, 2000)
    entries = visitor.get("/api/ledger")["ledger"]["entries"]
    kinds = sorted(entry["kind"] for entry in entries)
    assert kinds == ["invoice", "payment", "payment", "payment"]
