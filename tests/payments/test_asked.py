"""What an invoice still asks for: in parts, paid online, covered by credit, several at once."""

import io
from datetime import date, timedelta

import httpx
import pytest
from pypdf import PdfReader

from cast import add_invoice, add_meter, add_payment, new_account, new_customer, today
from ebok.database import now
from ebok.invoices.models import Instalment, Invoice
from ebok.payments.models import PaymentOrder
from payments.test_transfer import read_qr
from visitor import PASSWORD, PATIENT, Visitor

TODAY = today()


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


def in_parts(invoice, *parts: tuple[int, int | None]):
    """Days from today, with sums or without."""
    for days, grosze in parts:
        Instalment.create(invoice=invoice.number, due_on=ahead(days), amount_grosze=grosze)
    return invoice


@pytest.fixture
def anna(paying_office):
    """Anna at her browser, where she can pay online."""
    customer = new_customer(months=0)
    new_account(customer, PASSWORD)
    with Visitor(paying_office) as visitor:
        visitor.log_in(customer.code, PASSWORD)
        visitor.code = customer.code
        yield visitor


def owed(anna) -> dict:
    return anna.get("/api/balance")["balance"]


def shown(anna, invoice) -> dict:
    return anna.get(f"/api/invoices/{invoice.public_id}")["invoice"]


def listed(anna, query: str = "") -> dict[str, dict]:
    items = anna.get(f"/api/invoices{query}")["invoices"]["items"]
    return {item["number"]: item for item in items}


def pay(anna, operator, **what) -> str:
    """Pay online, to the operator's word that it is paid; the order's id."""
    sent = anna.post("/api/payment-orders", 201, **what)["payment_order"]
    form = {field["name"]: field["value"] for field in sent["fields"]}
    assert httpx.post(sent["action"], data=form, **PATIENT).status_code == 200
    assert operator.tell(sent["id"]).status_code == 200
    return sent["id"]


@pytest.mark.shows("P21")
def test_each_part_is_due_and_overdue_by_itself(anna):
    invoice = add_invoice(anna.code, "Anna", 0, 9_000, due_on=ahead(-5))
    in_parts(invoice, (-5, 3_000), (0, 3_000), (20, 3_000))
    found = owed(anna)
    assert (found["owed"]["grosze"], found["overdue"]["grosze"]) == (9_000, 3_000)
    # Late since the day after its last day; what is due today is not late.
    assert found["overdue_since"]["on"] == str(ahead(-4))
    assert (found["next_due_day"]["on"], found["next_due"]["grosze"]) == (str(TODAY), 3_000)
    paper = shown(anna, invoice)
    assert [(p["due"]["on"], p["left"]["grosze"], p["state"]) for p in paper["instalments"]] == [
        (str(ahead(-5)), 3_000, "overdue"),
        (str(TODAY), 3_000, "due"),
        (str(ahead(20)), 3_000, "due"),
    ]
    assert not paper["is_divided"]
    assert (paper["state"], listed(anna)[invoice.number]["state"]) == ("overdue", "overdue")
    # What is paid first: what is late, and the next part.
    asked = anna.get(f"/api/invoices/{invoice.public_id}/transfer")["transfer"]
    assert (asked["amount"]["grosze"], asked["left"]["grosze"]) == (6_000, 9_000)


@pytest.mark.shows("P21")
def test_ledger_and_its_files_tell_the_day_of_each_part(anna):
    days = (-5, 0, 20)
    invoice = in_parts(add_invoice(anna.code, "Anna", 0, 9_000), *((n, 3_000) for n in days))
    (entry,) = anna.get("/api/ledger")["ledger"]["entries"]
    assert entry["number"] == invoice.number
    due_days = [day["on"] for day in entry["due_days"]]
    assert due_days == [str(ahead(n)) for n in days]
    assert ", ".join(due_days) in anna.http.get("/api/ledger.csv").text
    paper = PdfReader(io.BytesIO(anna.http.get("/api/ledger.pdf").content)).pages[0].extract_text()
    for n in days:
        assert f"{ahead(n).day}.{ahead(n):%m.%Y}" in paper


@pytest.mark.shows("P21")
def test_part_payment_covers_the_oldest_part_first(anna):
    columns = {"due_on": ahead(-5), "outstanding_grosze": 4_000}
    invoice = add_invoice(anna.code, "Anna", 0, 9_000, **columns)
    in_parts(invoice, (-5, 3_000), (5, 3_000), (20, 3_000))
    assert owed(anna)["overdue"]["grosze"] == 0
    item = listed(anna)[invoice.number]
    assert (item["state"], item["due"]["on"]) == ("due", str(ahead(5)))
    assert [p["open"]["grosze"] for p in shown(anna, invoice)["instalments"]] == [1_000, 3_000]
    assert listed(anna, "?state=overdue") == {}


def test_days_without_sums_divide_the_invoice_equally_and_it_is_said(anna):
    invoice = add_invoice(anna.code, "Anna", 0, 10_000, due_on=ahead(-1))
    in_parts(invoice, (-1, None), (10, None), (40, None))
    paper = shown(anna, invoice)
    assert [p["open"]["grosze"] for p in paper["instalments"]] == [3_333, 3_333, 3_334]
    assert paper["is_divided"]
    assert owed(anna)["overdue"]["grosze"] == 3_333


def test_term_in_words_is_shown_and_makes_nothing_overdue(anna):
    told = "14 dni od otrzymania"
    invoice = add_invoice(anna.code, "Anna", 5, 4_000, due_on=None, due_terms=told)
    paper = shown(anna, invoice)
    assert (paper["due_terms"], paper["state"]) == (told, "due")
    assert owed(anna)["overdue"]["grosze"] == 0


def test_sum_that_is_due_today_is_not_late(anna):
    add_invoice(anna.code, "Anna", 0, 4_000, due_on=TODAY)
    found = owed(anna)
    assert (found["overdue"]["grosze"], found["overdue_since"]) == (0, None)


@pytest.mark.shows("P22")
def test_paid_online_is_known_everywhere_until_it_is_booked(anna, operator):
    invoice = add_invoice(anna.code, "Anna", 1, 4_000, due_on=ahead(-6))
    order = pay(anna, operator, invoice_id=invoice.public_id)
    item = listed(anna)[invoice.number]
    assert (item["state"], item["left"]["grosze"]) == ("waiting", 0)
    assert item["paid_online"]["on"] == str(TODAY)
    assert listed(anna, "?state=overdue") == listed(anna, "?state=due") == {}
    paper = shown(anna, invoice)
    assert "czeka na zaksięgowanie" in paper["owed"]
    start = anna.get("/api/account")["account"]["newest_invoice"]
    assert start["state"] == "waiting"
    found = owed(anna)
    assert [found[name]["grosze"] for name in ("owed", "left", "overdue")] == [4_000, 0, 0]
    (told,) = found["told_online"]
    assert "zapłacono online" in told
    assert anna.get("/api/ledger")["ledger"]["told_online"] == [told]
    assert "zapłacono online" in anna.http.get("/api/ledger.csv").text
    for paper in ("ledger.pdf", f"invoices/{invoice.public_id}/document.pdf"):
        pdf = PdfReader(io.BytesIO(anna.http.get(f"/api/{paper}").content))
        printed = " ".join(" ".join(sheet.extract_text() for sheet in pdf.pages).split())
        assert "czeka na zaksięgowanie" in printed, paper
    # The booking takes its place, and nothing is said twice.
    invoice.change(outstanding_grosze=0)
    add_payment(anna.code, 4_000, TODAY, invoice_number=invoice.number)
    assert listed(anna)[invoice.number]["state"] == "paid"
    found = owed(anna)
    assert (found["told_online"], found["paid_online"]) == ([], [])
    assert order


def test_booking_is_seen_by_what_is_left_where_payments_are_not_told(anna, operator):
    first = add_invoice(anna.code, "Anna", 1, 4_000)
    second = add_invoice(anna.code, "Anna", 0, 5_000)
    pay(anna, operator, ids=f"{first.public_id},{second.public_id}")
    first.change(outstanding_grosze=0)
    found = owed(anna)
    assert (found["owed"]["grosze"], found["left"]["grosze"]) == (5_000, 0)
    second.change(outstanding_grosze=0)
    third = add_invoice(anna.code, "Anna", 0, 6_000)
    found = owed(anna)
    assert (found["told_online"], found["left"]["grosze"]) == ([], 6_000)
    assert listed(anna)[third.number]["state"] == "due"


def test_two_orders_of_one_sum_are_not_both_booked_by_one_payment(anna, operator):
    first = add_invoice(anna.code, "Anna", 1, 4_000)
    second = add_invoice(anna.code, "Anna", 0, 4_000)
    for invoice in (first, second):
        pay(anna, operator, invoice_id=invoice.public_id)
    first.change(outstanding_grosze=0)
    # Billing does not say what it is for.
    add_payment(anna.code, 4_000, TODAY)
    found = owed(anna)
    assert [o["invoice_number"] for o in found["paid_online"]] == [second.number]
    assert found["left"]["grosze"] == 0


@pytest.mark.shows("P22")
def test_money_that_never_comes_brings_the_debt_back_with_a_word(anna, operator):
    invoice = add_invoice(anna.code, "Anna", 1, 4_000, due_on=ahead(-6))
    order = pay(anna, operator, invoice_id=invoice.public_id)
    long_ago = now() - timedelta(days=15)
    PaymentOrder.update(settled_at=long_ago).where(PaymentOrder.id == order).execute()
    found = owed(anna)
    assert (found["left"]["grosze"], found["overdue"]["grosze"]) == (4_000, 4_000)
    assert "nie dotarły" in found["told_lost"][0]
    paper = shown(anna, invoice)
    assert paper["state"] == "overdue"
    assert any("nie dotarły" in told for told in paper["differences"])
    anna.post("/api/payment-orders", 201, invoice_id=invoice.public_id)
    # Booked after all: the word is gone.
    add_payment(anna.code, 4_000, TODAY, invoice_number=invoice.number)
    invoice.change(outstanding_grosze=0)
    assert owed(anna)["told_lost"] == []


@pytest.mark.shows("P23")
def test_credit_that_covers_an_invoice_is_known_everywhere(anna):
    late = add_invoice(anna.code, "Anna", 2, 4_000, due_on=ahead(-30))
    add_invoice(anna.code, "Anna", 1, -9_000, kind="correction", due_on=None)
    assert "nic płacić" in owed(anna)["told"] or owed(anna)["credit"]["grosze"] == 5_000
    item = listed(anna)[late.number]
    assert (item["state"], item["left"]["grosze"]) == ("covered", 0)
    assert listed(anna, "?state=overdue") == {}
    assert late.number in listed(anna, "?state=paid")
    assert "nadpłata" in shown(anna, late)["owed"]
    asked = anna.get(f"/api/invoices/{late.public_id}/transfer")["transfer"]
    assert (asked["amount"]["grosze"], asked["why_no_qr"]) == (0, "nothing-to-pay")
    anna.post("/api/payment-orders", 409, "nothing-to-pay", invoice_id=late.public_id)


@pytest.mark.shows("P24")
def test_several_invoices_are_paid_with_one_transfer(anna, operator):
    some = [add_invoice(anna.code, "Anna", n, 1_000 + n) for n in range(4)]
    chosen = some[:3]
    ids = ",".join(invoice.public_id for invoice in chosen)
    asked = anna.get(f"/api/balance/transfer?ids={ids}")["transfer"]
    assert asked["amount"]["grosze"] == 3_003
    assert all(invoice.number in asked["title"] for invoice in chosen)
    assert asked["title"].startswith(anna.code)
    assert set(asked["invoice_numbers"]) == {invoice.number for invoice in chosen}
    assert len(asked["qr_title"]) <= 32
    drawn = read_qr(anna.http.get(f"/api/balance/transfer.svg?ids={ids}").text).split("|")
    assert (drawn[3], drawn[5]) == ("003003", asked["qr_title"])
    order = pay(anna, operator, ids=ids)
    told = anna.get(f"/api/payment-orders/{order}")["payment_order"]
    assert sorted(told["invoice_numbers"]) == sorted(invoice.number for invoice in chosen)
    assert (told["invoice_number"], told["amount"]["grosze"]) == (None, 3_003)
    states = {number: item["state"] for number, item in listed(anna).items()}
    assert [states[invoice.number] for invoice in chosen] == ["waiting"] * 3
    assert states[some[3].number] == "overdue"
    anna.post("/api/payment-orders", 409, "paid-already", ids=ids)


@pytest.mark.shows("P24")
def test_point_of_use_is_paid_at_once(anna, operator):
    point = add_meter(anna.code).point
    mine = [add_invoice(anna.code, "Anna", n, 2_000, point_code=point.code) for n in range(2)]
    other = add_invoice(anna.code, "Anna", 0, 7_000)
    asked = anna.get(f"/api/balance/transfer?point={point.code}")["transfer"]
    assert asked["amount"]["grosze"] == 4_000
    order = pay(anna, operator, point=point.code)
    told = anna.get(f"/api/payment-orders/{order}")["payment_order"]
    assert set(told["invoice_numbers"]) == {invoice.number for invoice in mine}
    assert owed(anna)["left"]["grosze"] == other.outstanding_grosze


def test_nobody_chooses_what_is_not_theirs(anna, paying_office):
    mine = add_invoice(anna.code, "Anna", 0, 2_000)
    bartek = new_customer(months=1)
    theirs = Invoice.get(Invoice.customer == bartek.code)
    ids = f"{mine.public_id},{theirs.public_id}"
    for end in ("", ".svg"):
        anna.get(f"/api/balance/transfer{end}?ids={ids}", 404)
        anna.get(f"/api/balance/transfer{end}?ids=x", 422)
    anna.post("/api/payment-orders", 404, ids=ids)
    anna.get("/api/balance/transfer?point=PP-NOBODYS", 404)
