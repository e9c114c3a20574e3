"""A morning of relay faults: each mail comes once, nobody is wrongly marked, one mail tells."""

from pathlib import Path

import pytest

from cast import add_invoice, new_account, new_customer
from command import Bounds
from documents.papers import give
from ebok import actor, database
from ebok.accounts.models import Account
from ebok.app import create_core
from ebok.consents import operations as consents
from ebok.consents.models import E_INVOICE
from ebok.customers.models import Customer
from ebok.database import now, transaction
from ebok.mail import bell
from ebok.mail.alerts import Alert
from ebok.mail.models import Mail
from ebok.mail.outbox import post
from ebok.notifications import operations
from ebok.settings import load
from office import Office
from patience import until
from relay import CLOSE, CUT, TAKE_AND_CLOSE, Relay

ADMIN = "admin@wodociagi.example"
ACCOUNT = "61109010140000071219812874"
FAULTS = [
    ("rcpt", "553 5.7.1 <ebok+b1@wodociagi.example>: Sender address rejected: not owned by user"),
    ("connect", CLOSE),
    ("connect", "421 4.3.2 too busy"),
    ("connect", "554 5.3.2 no service today"),
    ("ehlo", CLOSE),
    ("mail", "451 4.3.0 queue file write error"),
    ("mail", "421 4.7.0 too many messages"),
    ("mail", "553 5.7.1 sender rejected"),
    ("mail", "550 denied"),
    ("mail", CLOSE),
    ("rcpt", "450 4.7.1 greylisted"),
    ("rcpt", "550 5.1.0 <ebok@wodociagi.example>: Sender address rejected: User unknown in table"),
    ("rcpt", "452 4.2.2 mailbox full"),
    ("rcpt", "550 5.7.26 this mail has been blocked because the sender is unauthenticated"),
    ("rcpt", "550 no"),
    ("rcpt", CLOSE),
    ("data", "451 4.3.0 try again"),
    ("data", "554 5.5.1 no valid recipients"),
    ("content", "451 4.7.1 scanner is busy"),
    ("content", "550 5.7.1 message rejected by policy"),
    ("content", "552 5.2.2 mailbox full"),
    ("content", CUT),
    ("content", TAKE_AND_CLOSE),
]
SUBSCRIBERS, RESETS = 30, 10


@pytest.fixture
def morning(database_url, tmp_path):
    """An office whose relay has a bad day, and its database at hand."""
    dead = "dead@poczta.example"
    with Relay(FAULTS, dead=[dead]) as relay:
        mail = {f"EBOK_{k.upper()}": str(v) for k, v in relay.settings().items()}
        environment = mail | {"EBOK_ALERT_EMAILS": ADMIN}
        data = tmp_path / "data"
        data.mkdir()
        office = Office(database_url, data, _Nobody(), **environment)
        # How long it rests really, and longer each time: `mail/test_faults.py`.
        office.bounds = Bounds(rest_seconds=0.1)
        app = create_core(load(office.settings()))
        with app.app_context(), database.connection():
            _people(dead, data)
            database.database.close()
        with office, app.app_context(), database.connection():
            yield office, relay
        database.database.close_all()


class _Nobody:
    """The office's usual mail server, which is not asked."""

    mails = ()

    def settings(self) -> dict:
        return {}


def _people(dead: str, data: Path) -> None:
    for number in range(SUBSCRIBERS + 1):
        customer = new_customer(months=0)
        Customer.update(bank_account=ACCOUNT).where(Customer.code == customer.code).execute()
        account = new_account(customer, "Kasztan-przy-rynku-7")
        account.change(email=f"c{number}@poczta.example" if number < SUBSCRIBERS else dead)
        consents.record(actor.customer(account.id), account, E_INVOICE, True, "hash", "office")
        invoice = add_invoice(account.customer_code, "Ktoś", import_id=1)
        # To print ours would take most of the test.
        give(data, invoice, "pdf", b"%PDF-1.7 of billing %%EOF")


def _is_over(office: Office, relay: Relay) -> bool:
    """Whether all has arrived; what was put off is tried at once, as if the time had passed."""
    waits = Mail.sent_at.is_null() & Mail.failed_at.is_null()
    put_off = Mail.waits_for_another_try() & (Mail.due_at > now())
    if Mail.select().where(put_off).exists():
        Mail.update(due_at=now()).where(put_off).execute()
        bell.ring(office.data_dir)
    return not Mail.select().where(waits & (Mail.letter != "alert")).exists() and not relay.faults


@pytest.mark.shows("P31", "P113")
def test_morning_of_twenty_relay_faults(morning):
    office, relay = morning
    with transaction():
        operations.announce(1)
        for account in list(Account.select().limit(RESETS)):
            post("password_reset", account.email, "pl", account.id)
    until(lambda: _is_over(office, relay), office.process, lambda: office.log()[-3000:])
    until(lambda: ADMIN in relay.recipients, office.process, office.log)
    # Every one of them was played, and each mail arrived once.
    assert relay.played == FAULTS
    assert set(relay.counts().values()) == {1}
    assert len(relay.taken) == SUBSCRIBERS + RESETS + 1
    assert relay.recipients.count(ADMIN) == 1
    # The one dead address is marked, and no other.
    marked = Account.select().where(Account.bounced_at.is_null(False))
    assert [account.email for account in marked] == ["dead@poczta.example"]
    given_up = Mail.select().where(Mail.failed_at.is_null(False))
    assert [row.recipient for row in given_up] == ["dead@poczta.example"]
    assert Alert.select().where(Alert.cause == "mail-refused").exists()
    told = (office.data_dir / "alerts.txt").read_text("utf-8")
    assert "553 5.7.1" in told
    assert "poczta.example" not in told + office.log()
