"""Anna, logged in, and Bartek, who must never see what is hers."""

from dataclasses import dataclass

import pytest

from cast import Customer, new_account, new_customer
from ebok.accounts.models import Account
from visitor import PASSWORD, Visitor

FIREFOX = "Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@dataclass
class Somebody:
    """A customer with an account, at a browser."""

    visitor: Visitor
    customer: Customer
    account: Account

    @property
    def fresh(self) -> Account:
        """The account as it is stored now."""
        return Account.get_by_id(self.account.id)


def log_in(visitor: Visitor, **fields) -> Somebody:
    """A new customer with an account, logged in."""
    customer = new_customer(**fields.pop("customer", {}))
    account = new_account(customer, PASSWORD, **fields)
    visitor.http.headers["User-Agent"] = FIREFOX
    visitor.log_in(customer.code, PASSWORD)
    return Somebody(visitor, customer, account)


@pytest.fixture
def anna(visitor) -> Somebody:
    """Anna, logged in."""
    return log_in(visitor)


@pytest.fixture
def bartek(other_visitor) -> Somebody:
    """Bartek, logged in elsewhere."""
    return log_in(other_visitor)
