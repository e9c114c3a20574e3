"""An installation with a mail server and a worker run step by step."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from peewee import fn

from billing import bundles
from cast import add_invoice, new_account, new_customer, today
from documents.papers import give
from ebok import database, settings
from ebok.actor import customer
from ebok.app import create_core
from ebok.billing.models_check import ACCEPT
from ebok.billing.operations import import_bundle
from ebok.billing.operations_decisions import Decisions
from ebok.billing.operations_publishing import publish
from ebok.consents import operations as consents
from ebok.consents.models import E_INVOICE, Consent
from ebok.customers.models import Customer
from ebok.database import transaction
from ebok.documents.models import Document
from ebok.invoices.models import Invoice
from ebok.mail.delivering import Worker
from ebok.mail.models import Mail
from ebok.notifications.jobs import read_bounces
from ebok.notifications.models import Notification
from office import SECRET
from smtp import MailServer

ACCOUNT = "61109010140000071219812874"
ISSUED = today() - timedelta(days=2)
NUMBER = "FV/2026/11/77"


class Town:
    """An installation with helpers for tests of notifications."""

    def __init__(self, app, server: MailServer):
        self.app = app
        self.server = server
        self.forgot_tick = float("-inf")

    @property
    def settings(self):
        return self.app.config["EBOK"]

    def set(self, **columns) -> None:
        """Change settings."""
        self.app.config["EBOK"] = replace(self.settings, **columns)

    def subscriber(self, e_invoice: bool = True, **columns):
        """An account, with the e-invoice or without."""
        kind = columns.pop("kind", "person")
        customer = new_customer(months=0, kind=kind)
        Customer.update(bank_account=ACCOUNT).where(Customer.code == customer.code).execute()
        account = new_account(customer, "Kasztan-przy-rynku-7", **columns)
        if e_invoice:
            self.decide(account, True)
        return account

    def decide(self, account, given: bool, days: int = 0) -> Consent:
        """Record a decision about the e-invoice that takes effect in `days`."""
        consent = consents.record(customer(account.id), account, E_INVOICE, given, "hash", "office")
        consent.change(effective_at=consent.effective_at + timedelta(days=days))
        return consent

    def invoice(self, account, import_id: int = 1, **columns) -> Invoice:
        """An invoice that this import has brought."""
        return add_invoice(account.customer_code, "Ktoś", import_id=import_id, **columns)

    def print(self) -> None:
        """Billing's PDF of each invoice without one: to print ours takes most of a test."""
        has_pdf = Document.select().where(
            (Document.customer_code == Invoice.customer)
            & (Document.invoice_number == Invoice.number)
            & (Document.kind == "pdf")
        )
        for invoice in list(Invoice.select().where(~fn.EXISTS(has_pdf))):
            give(self.settings.data_dir, invoice, "pdf", b"%PDF-1.7 of billing %%EOF")

    def turn(self, turns: int = 1) -> list:
        """Turns of a worker, here and now; the mails that the server has taken so far."""
        self.print()
        worker = Worker(self.settings, self.app, threading.Event())
        # As in a worker that stays, retention is once an hour.
        worker.housekeeping.forgot_tick = self.forgot_tick
        try:
            for _turn in range(turns):
                worker.turn_safely()
        finally:
            self.forgot_tick = worker.housekeeping.forgot_tick
            worker.leave()
        return self.server.mails

    def read_bounces(self) -> None:
        """Read the mailbox to its end: one turn reads no longer than a moment."""
        while read_bounces(self.settings):
            pass

    def note(self) -> Notification:
        """The one notification."""
        (found,) = Notification.select()
        return found

    def mail(self) -> Mail:
        """The one mail."""
        (found,) = Mail.select()
        return found


@pytest.fixture
def town(database_url, tmp_path) -> Iterator[Town]:
    """The office."""
    with MailServer(starttls=False) as server:
        mail = {f"EBOK_{k.upper()}": str(v) for k, v in server.settings().items()}
        given = {
            "EBOK_DATABASE_URL": database_url,
            "EBOK_DATA_DIR": str(tmp_path),
            "EBOK_SECRET_KEY": SECRET,
            "EBOK_BASE_URL": "http://localhost:8000/Town",
            "EBOK_MAIL_DEFAULT_SENDER": "Biuro <biuro@wodociagi.example>",
            **mail,
        }
        app = create_core(settings.load(given))
        with app.app_context(), database.connection():
            yield Town(app, server)
        database.database.close_all()


@pytest.fixture
def announce(town):
    """Announce an import as billing does, within a transaction."""
    from ebok.notifications import operations

    def announce(import_id: int = 1) -> int:
        with transaction():
            return operations.announce(import_id)

    return announce


@pytest.fixture
def night(town, tmp_path):
    """Import a night's invoice of one customer, as billing exports it."""

    def night(account, gross: str = "1080,00", **columns):
        net, vat = {"1080,00": ("1000,00", "80,00"), "108,00": ("100,00", "8,00")}[gross]
        told = {
            "invoice_number": NUMBER,
            "customer_code": account.customer_code,
            "issued_on": ISSUED.isoformat(),
            "due_on": (ISSUED + timedelta(days=30)).isoformat(),
            "net": net,
            "vat": vat,
            "gross": gross,
            "outstanding": gross,
        }
        folder = tmp_path / "bundle"
        folder.mkdir(exist_ok=True)
        bundles.write(folder, invoices=[bundles.invoice(**told | columns)])
        report = import_bundle(folder, town.settings)
        if report.is_held:
            report = publish(town.settings, None, Decisions(all_else=ACCEPT))
        assert report.is_applied, str(report)
        return report

    return night


@pytest.fixture
def anna(town):
    """She has the e-invoice, and there are invoices of others already."""
    town.invoice(town.subscriber(e_invoice=False))
    return town.subscriber(language="pl")


@pytest.fixture
def bartek(town):
    return town.subscriber(language="en")
