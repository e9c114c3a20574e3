"""What is owed: one definition, the same sums on both databases."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given, strategies as st

from cast import add_invoice, add_payment, new_account, new_code, new_customer, today
from ebok.customers.models import Customer
from ebok.database import now
from ebok.payments.models import PaymentOrder
from ebok.payments.operations_balance import Paper, reckon
from ebok.payments.operations_unbooked import Unbooked
from ebok.settings import Settings
from ebok.values import days
from payments.accounts import new_account_number
from visitor import PASSWORD

TODAY = today()
DAYS = st.none() | st.dates(TODAY - timedelta(days=400), TODAY + timedelta(days=60))
GROSZE = st.integers(-500_000, 500_000)


@pytest.fixture(scope="module")
def app():
    """A context with the utility's time zone."""
    made = Flask("ebok")
    made.config["EBOK"] = Settings()
    return made


def customer_without_papers() -> str:
    """Somebody of whom billing has nothing yet."""
    code = new_code()
    Customer.create(code=code, name="Anna Kowalska", kind="person")
    return code


@pytest.fixture
def anna(office, visitor):
    """Anna at her browser; her code."""
    customer = new_customer(months=0)
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return customer.code


def balance(visitor) -> dict:
    return visitor.get("/api/balance")["balance"]


@st.composite
def papers(draw) -> list[Paper]:
    """Documents that leave something, some of them in parts; their sums need not agree."""
    found = []
    for n in range(draw(st.integers(0, 8))):
        days = draw(
            st.lists(
                st.dates(TODAY - timedelta(days=90), TODAY + timedelta(days=90)),
                max_size=4,
                unique=True,
            )
        )
        sums = draw(st.none() | st.integers(0, 200_000))
        parts = tuple((day, sums) for day in sorted(days))
        found.append(Paper(f"FV/{n}", draw(DAYS), draw(GROSZE), draw(GROSZE), parts))
    return found


@st.composite
def payments_online(draw) -> list[Unbooked]:
    """Orders of any invoices, also of such as are not there."""
    order = PaymentOrder(id="x", settled_at=now(), amount_grosze=1)
    part = st.dictionaries(st.sampled_from([f"FV/{n}" for n in range(10)]), st.integers(1, 400_000))
    made = st.builds(Unbooked, st.just(order), part, st.integers(0, 300_000), st.booleans())
    return draw(st.lists(made, max_size=3))


@pytest.mark.dialect
@given(papers(), st.integers(0, 500_000), payments_online())
def test_balance_loses_no_grosz(app, papers, on_account, online):
    with app.app_context():
        found = reckon(papers, on_account, TODAY, online)
    assert found.net_grosze == sum(p.outstanding_grosze for p in papers) - on_account
    assert min(found.owed_grosze, found.credit_grosze) == 0
    by_number = {p.number: p.outstanding_grosze for p in papers if p.outstanding_grosze > 0}
    assert {number: each.open_grosze for number, each in found.asked.items()} == by_number
    for share in found.shares:
        assert share.open_grosze > 0
        assert min(share.left_grosze, share.credited_grosze, share.waiting_grosze) >= 0
    assert (
        sum(share.left_grosze for share in found.overdue) <= found.left_grosze <= found.owed_grosze
    )
    paid = sum(sum(e.parts.values()) + e.rest_grosze for e in online if not e.is_lost)
    assert found.left_grosze == max(0, found.owed_grosze - paid)
    days = [share.due_on for share in found.shares if share.due_on]
    assert days == sorted(days)


def test_nothing_is_owed_by_who_has_no_papers(anna, visitor):
    found = balance(visitor)
    assert [found[name]["grosze"] for name in ("owed", "credit", "overdue")] == [0, 0, 0]
    assert found["overdue_since"] is found["next_due_day"] is found["bank_account"] is None


def test_sum_is_what_is_left_to_pay_and_not_the_gross(anna, visitor):
    add_invoice(anna, "Anna", 0, 15_000, outstanding_grosze=4_000)
    add_invoice(anna, "Anna", 1, 20_000, outstanding_grosze=0)
    found = balance(visitor)
    assert found["owed"]["grosze"] == found["next_due"]["grosze"] == 4_000
    assert found["next_due_day"]["on"] == str(TODAY + timedelta(days=11))


def test_overdue_is_told_with_the_day_since_when(anna, visitor):
    add_invoice(anna, "Anna", 3, 10_000)
    add_invoice(anna, "Anna", 2, 7_000)
    add_invoice(anna, "Anna", 0, 5_000)
    note = add_invoice(anna, "Anna", 2, 300, kind="note")
    found = balance(visitor)
    assert (found["owed"]["grosze"], found["overdue"]["grosze"]) == (22_300, 17_300)
    assert found["overdue_since"]["on"] == str(note.due_on - timedelta(days=29))
    assert found["next_due"]["grosze"] == 5_000
    due = days.text(note.due_on - timedelta(days=30), "pl").replace("\u00a0", " ")
    assert found["told"].endswith(f"po terminie (termin: {due})")


def test_due_tomorrow_is_told_as_tomorrow(anna, visitor):
    add_invoice(anna, "Anna", 0, 5_000, due_on=TODAY + timedelta(days=1))
    whole = balance(visitor)
    add_invoice(anna, "Anna", 0, 700, due_on=TODAY + timedelta(days=5))
    part = balance(visitor)
    for found in (whole, part):
        # The office's day may be another one than this machine's, around midnight.
        assert found["told"].endswith("termin jutro") == (found["today"] == str(TODAY))
    assert not whole["told"].startswith("z")
    assert part["told"].startswith("z\u00a0tego 50,00\u00a0zł do ")


def test_due_today_is_not_overdue(anna, visitor):
    add_invoice(anna, "Anna", 0, 5_000, due_on=TODAY)
    found = balance(visitor)
    # The office's day may be another one than this machine's, around midnight.
    assert found["overdue"]["grosze"] == (0 if found["today"] == str(TODAY) else 5_000)


@pytest.mark.dialect
def test_correction_covers_the_oldest_debt_first(anna, visitor):
    add_invoice(anna, "Anna", 3, 10_000)
    newer = add_invoice(anna, "Anna", 2, 7_000)
    add_invoice(anna, "Anna", 1, -12_000, kind="correction")
    found = balance(visitor)
    assert (found["owed"]["grosze"], found["overdue"]["grosze"]) == (5_000, 5_000)
    assert found["overdue_since"]["on"] == str(newer.due_on + timedelta(days=1))


def test_payment_without_an_invoice_is_credit(anna, visitor):
    add_invoice(anna, "Anna", 1, 10_000, outstanding_grosze=0)
    add_payment(anna, 10_000, TODAY - timedelta(days=20))
    add_payment(anna, 2_500, TODAY)
    found = balance(visitor)
    assert (found["owed"]["grosze"], found["credit"]["grosze"]) == (0, 2_500)


def test_payment_that_billing_has_already_placed_is_no_credit_a_second_time(anna, visitor):
    """It does not say on which invoice, but leaves the invoice settled."""
    add_invoice(anna, "Anna", 1, 10_000, outstanding_grosze=0)
    add_invoice(anna, "Anna", 0, 8_000)
    add_payment(anna, 10_000, TODAY)
    assert balance(visitor)["owed"]["grosze"] == 8_000


def test_payment_older_than_all_papers_is_no_credit(anna, visitor):
    add_payment(anna, 99_000, TODAY - timedelta(days=900))
    add_invoice(anna, "Anna", 0, 8_000)
    assert balance(visitor)["owed"]["grosze"] == 8_000


def test_payment_of_an_invoice_that_we_do_not_have_is_no_credit(anna, visitor):
    add_invoice(anna, "Anna", 0, 8_000)
    add_payment(anna, 5_000, TODAY, invoice_number="FV/1999/1")
    assert balance(visitor)["owed"]["grosze"] == 8_000


@pytest.mark.dialect
def test_payment_that_names_anothers_invoice_is_no_credit(anna, visitor):
    others = add_invoice(new_customer(months=0).code, "Bartek", 0, 5_000)
    add_invoice(anna, "Anna", 0, 8_000, outstanding_grosze=5_000)
    add_payment(anna, 3_000, TODAY)
    add_payment(anna, 5_000, TODAY, invoice_number=others.number)
    assert balance(visitor)["owed"]["grosze"] == 5_000


@pytest.mark.shows("T13.3")
def test_nobody_sees_the_balance_of_another(anna, visitor, other_visitor):
    bartek = new_customer(months=0)
    new_account(bartek, PASSWORD)
    add_invoice(anna, "Anna", 0, 5_000)
    other_visitor.log_in(bartek.code, PASSWORD)
    assert balance(other_visitor)["owed"]["grosze"] == 0


def test_individual_account_is_shown_in_groups(anna, visitor):
    number = new_account_number()
    Customer.update(bank_account=number).where(Customer.code == anna).execute()
    assert balance(visitor)["bank_account"].replace(" ", "") == number
