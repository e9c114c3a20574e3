"""A firm, and invoices with files of KSeF's for it."""

from datetime import date

import pytest

from cast import Customer, add_invoice, new_account, new_customer
from documents.papers import give
from ebok.invoices.models import Invoice
from visitor import PASSWORD


@pytest.fixture
def firm(visitor) -> Customer:
    """A bakery, signed in, with no invoice yet."""
    customer = new_customer("Piekarnia", months=0)
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return customer


@pytest.fixture
def issued(office, firm):
    """Give the firm an invoice with this file."""

    def issue(raw: bytes, **columns) -> Invoice:
        invoice = add_invoice(firm.code, "Nazwa z tabeli", issued_on=date(2026, 11, 6), **columns)
        give(office.data_dir, invoice, "xml", raw)
        return invoice

    return issue
