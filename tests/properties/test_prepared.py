"""Prepared queries find what Peewee finds, whatever the values, on both databases."""

from datetime import date

import pytest
from peewee import fn

from cast import add_invoice, new_customer
from ebok import database
from ebok.database.prepared import prepared
from ebok.invoices.models import Invoice


@pytest.fixture
def connected(database_url):
    """A connection to an empty database."""
    database.connect(database_url)
    with database.connection():
        yield
    database.database.close_all()


@prepared
def _of(codes, since):
    mine = Invoice.customer.in_(codes) & (Invoice.issued_on >= since)
    return Invoice.select().where(mine).order_by(Invoice.number)


@prepared
def _spans(codes, *, is_grouped):
    span = (fn.MIN(Invoice.issued_on), fn.MAX(Invoice.due_on))
    found = Invoice.select(*span).where(Invoice.customer.in_(codes))
    return found.group_by(Invoice.customer).order_by(Invoice.customer) if is_grouped else found


@prepared
def _pay(number, grosze):
    return Invoice.update(outstanding_grosze=grosze).where(Invoice.number == number)


@pytest.mark.parametrize("count", range(6))
def test_lists_of_every_length_find_what_is_theirs(connected, count):
    codes = [new_customer(months=2).code for _ in range(5)][:count]
    since = date(2020, 1, 1)
    wanted = list(Invoice.select().where(Invoice.customer.in_(codes)).order_by(Invoice.number))
    found = _of.all(codes, since)
    assert [vars(each)["__data__"] for each in found] == [each.__data__ for each in wanted]
    assert _of.all(codes, date(2999, 1, 1)) == []


def test_each_form_is_a_query_of_its_own_and_days_are_days(connected):
    codes = [new_customer(months=3).code for _ in range(2)]
    first, last = _spans.first(codes, is_grouped=False)
    assert (type(first), type(last)) == (date, date)
    assert len(_spans.all(codes, is_grouped=True)) == 2


def test_change_tells_how_many_rows_it_found(connected):
    invoice = add_invoice(new_customer(months=0).code, "Anna")
    assert _pay.run(invoice.number, 7) == 1
    assert Invoice.get_by_id(invoice.number).outstanding_grosze == 7
    assert _pay.run("none", 7) == 0
