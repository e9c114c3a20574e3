"""Our PDF says what is still asked for, as the page does; and what is off by default, where on."""

from datetime import timedelta

import pytest

from cast import Customer, add_invoice, new_account, new_customer, today
from documents.papers import drawings_of, give, pdf, text_of, usual
from ebok.customers import models
from ebok.invoices.models import Instalment
from ebok.ksef.numbers import crc8
from journeys.scenes_kinds import pay_online, with_meters
from ksef.faktura import SELLER
from visitor import PASSWORD, Visitor

TODAY = today()
ACCOUNT = "61 1090 1014 0000 0712 1981 2874"
POLISH_BENEFIT = "Z e-fakturą płacisz o 1 zł mniej każdego miesiąca."


@pytest.fixture
def anna(visitor) -> Customer:
    """Anna, signed in, with no invoice yet."""
    customer = new_customer("Anna Kowalska", months=0)
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return customer


def head(told: str) -> str:
    """What the PDF asks for, up to its lines."""
    return told[told.index("Kod klienta") : told.index(" Lp. ")]


def both(visitor, invoice) -> tuple[dict, str]:
    """The page's answer and the head of the PDF."""
    shown = visitor.get(f"/api/invoices/{invoice.public_id}")["invoice"]
    return shown, head(text_of(pdf(visitor, invoice)))


def test_what_is_paid_asks_for_nothing_and_names_no_account(visitor, anna):
    shown, told = both(visitor, usual(anna, outstanding_grosze=0))
    assert shown["left"]["grosze"] == 0
    assert "Nic do zapłaty 0,00 zł" in told
    assert "Kwota brutto 145,69 zł" in told
    assert ACCOUNT not in told


def test_paper_that_asks_for_money_carries_the_code_of_its_transfer(visitor, anna):
    invoice = usual(anna, outstanding_grosze=4_569)
    (drawing,) = drawings_of(pdf(visitor, invoice))
    assert drawing == f"Kod QR przelewu: 45,69 zł na konto {ACCOUNT}"
    assert "Przelew 45,69 zł: zeskanuj kod" in text_of(pdf(visitor, invoice))
    assert drawings_of(pdf(visitor, usual(anna, number="FV/2", outstanding_grosze=0))) == []


def test_part_payment_leaves_the_rest_with_the_words_of_the_page(visitor, anna):
    invoice = usual(anna, outstanding_grosze=4_569)
    shown, told = both(visitor, invoice)
    assert "Do zapłaty 45,69 zł" in told
    (sentence,) = shown["differences"]
    assert sentence.replace("\xa0", " ") in told
    assert ACCOUNT in told
    assert "please pay 45.69 zł" in text_of(pdf(visitor, invoice, "en"))


def test_credit_that_covers_it_is_told_by_page_and_paper_alike(visitor, anna):
    invoice = usual(anna)
    add_invoice(anna.code, anna.name, 0, -5_000, kind="correction", due_on=None)
    shown, told = both(visitor, invoice)
    assert shown["left"]["grosze"] == 9_569
    assert "Do zapłaty 95,69 zł" in told
    assert "Twoja nadpłata pokrywa z tego 50,00 zł." in told
    add_invoice(anna.code, anna.name, 0, -15_000, kind="correction", due_on=None)
    shown, told = both(visitor, invoice)
    assert "Nic do zapłaty 0,00 zł" in told
    assert shown["owed"].replace("\xa0", " ") in told
    # Told once, on the page and on paper.
    assert shown["differences"] == []
    assert told.count("nadpłata") == 1
    assert "does not ask for payment" in text_of(pdf(visitor, invoice, "en"))


def test_paid_online_is_not_asked_for_and_told_with_its_day(visitor, anna):
    invoice = usual(anna)
    pay_online(anna, invoice, days_ago=2)
    shown, told = both(visitor, invoice)
    assert "Nic do zapłaty 0,00 zł" in told
    assert shown["owed"].replace("\xa0", " ") in told
    assert "145,69 zł zapłacono online" in told
    assert "czeka na zaksięgowanie" in told
    assert ACCOUNT not in told


def test_short_word_for_other_readers_names_the_next_part(visitor, anna):
    invoice = usual(anna, due_on=TODAY - timedelta(days=3), outstanding_grosze=9_569)
    for days, grosze in ((-3, 10_000), (27, 4_569)):
        due_on = TODAY + timedelta(days=days)
        Instalment.create(invoice=invoice.number, due_on=due_on, amount_grosze=grosze)
    shown, told = both(visitor, invoice)
    assert [part["left"]["grosze"] for part in shown["instalments"]] == [5_000, 4_569]
    assert "Do zapłaty 95,69 zł" in told
    assert "please pay 50.00 zł by" in text_of(pdf(visitor, invoice, "en"))


def test_call_has_a_page_and_a_paper_that_say_what_it_is(visitor, anna):
    owed = usual(anna)
    sums = {"net_grosze": 14_569, "vat_grosze": 0}
    call = add_invoice(anna.code, anna.name, 0, 14_569, kind="call", **sums)
    shown = visitor.get(f"/api/invoices/{call.public_id}")["invoice"]
    assert (shown["kind"], shown["state"], shown["left"]["grosze"]) == ("call", "call", 0)
    assert shown["owed"].replace("\xa0", " ").startswith("145,69 zł: wezwanie do zapłaty")
    told = text_of(pdf(visitor, call))
    assert f"Wezwanie do zapłaty {call.number}" in told
    assert "Kwota wezwania 145,69 zł" in told
    assert "wystarczy zapłacić raz" in told
    assert "Pay once" in text_of(pdf(visitor, call, "en"))
    # The sum is owed once.
    assert visitor.get("/api/balance")["balance"]["owed"]["grosze"] == owed.gross_grosze


@pytest.fixture
def firm(paying_office):
    """A company, signed in where the KSeF number belongs into a title today, with its invoice."""
    customer = new_customer("Glina sp. z o.o.", "company", "8671234568", months=0)
    new_account(customer, PASSWORD)
    invoice = usual(customer)
    start = f"{SELLER}-{invoice.issued_on:%Y%m%d}-0A1B2C3D4E5F"
    invoice.change(ksef_number=f"{start}-{crc8(start):02X}", ksef_kind="VAT")
    with Visitor(paying_office) as visitor:
        visitor.log_in(customer.code, PASSWORD)
        yield visitor, customer, invoice


def test_ksef_number_for_the_title_stands_on_page_and_paper_from_its_day(firm, paying_office):
    visitor, customer, invoice = firm
    asked = visitor.get(f"/api/invoices/{invoice.public_id}/transfer")["transfer"]
    assert asked["ksef_number"] == invoice.ksef_number
    line = f"Dopisz w tytule numer KSeF {invoice.ksef_number}"
    assert line in text_of(pdf(visitor, invoice))
    give(paying_office.data_dir, invoice, "xml", with_meters(invoice))
    assert line in text_of(pdf(visitor, invoice))
    # Who pays no VAT is not asked for it.
    models.Customer.update(nip="").where(models.Customer.code == customer.code).execute()
    asked = visitor.get(f"/api/invoices/{invoice.public_id}/transfer")["transfer"]
    assert asked["ksef_number"] is None
    assert "Dopisz w tytule" not in text_of(pdf(visitor, invoice))


def test_benefit_of_the_e_invoice_is_told_in_my_data_and_in_its_mail(paying_office):
    anna = new_customer("Anna Kowalska", months=0)
    account = new_account(anna, PASSWORD)
    with Visitor(paying_office) as visitor:
        visitor.log_in(anna.code, PASSWORD)
        assert POLISH_BENEFIT in visitor.http.get("/moje-dane?lang=pl").text
        visitor.put("/api/my-data/e-invoice", 200, given=True)
    mail = paying_office.mail_to(account.email)
    for part in (mail.text, mail.html):
        assert POLISH_BENEFIT in " ".join(part.replace("\xa0", " ").split())
