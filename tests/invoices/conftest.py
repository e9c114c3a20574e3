"""Anna, who reads her papers."""

import pytest

from cast import Customer, new_account, new_customer
from visitor import PASSWORD, Visitor


def signed_in(visitor: Visitor, months: int = 0) -> Customer:
    """Log Anna in with an invoice for each of `months` months."""
    customer = new_customer("Anna Kowalska", months=months)
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return customer


@pytest.fixture
def anna(visitor) -> Customer:
    """Anna, signed in, with no invoice yet."""
    return signed_in(visitor)
