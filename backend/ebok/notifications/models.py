"""Notifications with the evidence of their delivery, and bounces."""

from datetime import timedelta

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    fn,
)

from ebok.accounts.models import Account
from ebok.database import Table, now
from ebok.database.prepared import prepared
from ebok.mail.undelivered import COUNTED
from ebok.settings import Settings

INVOICE, DUE, OVERDUE = "invoice", "due", "overdue"
TOLD_KINDS = ("invoice", "correction")
"""Kinds with notifications. Interest notes are no e-invoices, so the consent excludes them."""


class Notification(Table):
    """One notification to an account: `kind` is "invoice", "due" (soon) or "overdue".

    `part_due_on`: due date of the instalment of a reminder (2026-12-14), "" for the whole invoice.
    `mail_id`: its row in the outbox. `accepted_at`: when the mail server accepted the mail;
    `opened_at`: when the invoice was first opened. These two are the evidence of delivery and
    outlive the mail. `told_…`: what the last accepted mail said of the invoice, to detect that it
    was wrong; `written_…`: what a mail says that may be on its way.
    """

    account_id: "IntegerField[int]"
    account = ForeignKeyField(Account, backref="notifications", index=False)
    invoice_number = CharField(index=True)
    kind = CharField()
    part_due_on = CharField(default="")
    mail_id = IntegerField(null=True)
    import_id = IntegerField(default=0, index=True)
    created_at = DateTimeField()
    accepted_at = DateTimeField(null=True)
    opened_at = DateTimeField(null=True)
    told_gross_grosze = BigIntegerField(null=True)
    told_due_on = DateField(null=True)
    told_account = CharField(default="")
    written_gross_grosze = BigIntegerField(null=True)
    written_due_on = DateField(null=True)
    written_account = CharField(default="")

    class Meta:
        indexes = ((("account", "invoice_number", "kind", "part_due_on"), True),)

    @classmethod
    def find(cls, account: Account, number: str) -> "Notification | None":
        """The notification of this account about this invoice, or None."""
        return _of_invoice.first(account.id, number)


@prepared
def _of_invoice(account_id: int, number: str):
    mine = (Notification.account == account_id) & (Notification.kind == INVOICE)
    return Notification.select().where(mine & (Notification.invoice_number == number))


class Bounce(Table):
    """A failed delivery: a mail that bounced, or was refused because of its recipient.

    `kind` is one of `mail/undelivered.py`; `status` a code such as 5.1.1 (RFC 3463); `is_final`: it
    will not be delivered; `report_id` identifies the DSN, so that each counts once. From
    `cleared_at` on it no longer counts against the address, which has worked since.
    """

    report_id = CharField(unique=True)
    mail_id = IntegerField(null=True)
    recipient = CharField(index=True)
    status = CharField()
    is_final = BooleanField()
    at = DateTimeField()
    kind = CharField(default="")
    cleared_at = DateTimeField(null=True)

    @classmethod
    def of(cls, address: str):
        """Bounces that count against an address, compared without case."""
        return (fn.LOWER(cls.recipient) == address.lower()) & cls.cleared_at.is_null()

    @classmethod
    def is_too_often(cls, address: str, settings: Settings) -> bool:
        """Whether mails to this address failed on at least `bounces_to_mark` days of
        `bounce_weeks`.

        Several mails of one day count once, because they find the same full mailbox.
        """
        since = cls.at > now() - timedelta(weeks=settings.bounce_weeks)
        mine = cls.of(address) & cls.kind.in_(COUNTED) & since
        rows = cls.select(cls.mail_id, cls.at).where(mine).order_by(cls.id.desc())
        first = {row.mail_id: row.at.date() for row in rows}
        return len(set(first.values())) >= settings.bounces_to_mark
