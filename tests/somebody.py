"""Anna, logged in, and Bartek, who must never see her data."""

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest

from cast import Customer, new_account, new_customer
from ebok.accounts.models import Account
from ebok.database import now
from ebok.exports.models import Outgoing
from ebok.mail.models import Mail
from ebok.notifications.models import Bounce, Notification
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


def ask(somebody, email, expect=202, code="", password=PASSWORD):
    return somebody.visitor.post(
        "/api/my-data/email", expect, code, email=email, current_password=password
    )


def type_code(somebody, digits, expect=200, code=""):
    return somebody.visitor.post("/api/my-data/email/code", expect, code, code_=digits)


def told(somebody) -> list[dict]:
    mine = (Outgoing.customer_code == somebody.customer.code) & (Outgoing.feed == "contacts")
    return [json.loads(row.facts) for row in Outgoing.select().where(mine).order_by(Outgoing.id)]


def notice(somebody, invoice) -> Notification:
    """A mail about this invoice that a server took an hour ago."""
    at = now() - timedelta(hours=1)
    times = dict.fromkeys(("created_at", "due_at", "expires_at", "sent_at"), at)
    mail = Mail.create(
        message_id=f"<{invoice.public_id}@x>",
        letter="invoice_issued",
        recipient=somebody.account.email,
        language="pl",
        subject_id=0,
        priority=1,
        **times,
    )
    return Notification.create(
        account=somebody.account,
        invoice_number=invoice.number,
        kind="invoice",
        mail_id=mail.id,
        created_at=at,
        accepted_at=at,
    )


def came_back(notification, recipient: str) -> None:
    Bounce.create(
        report_id=str(notification.mail_id),
        mail_id=notification.mail_id,
        recipient=recipient,
        status="5.1.1",
        is_final=True,
        at=now(),
    )
