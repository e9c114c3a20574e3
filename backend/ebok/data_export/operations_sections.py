"""All data that e-BOK holds about one customer, in sections (GDPR art. 15 and 20).

Rows are read lazily while the file is written: a co-operative has thousands of invoices. Shapes:
docs/my-data.md.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from peewee import chunked, fn

from ebok.accounts.models import Account, Session, SignIn
from ebok.audit import AuditRow
from ebok.cases.models import Note
from ebok.consents.models import Consent, TextVersion
from ebok.database import Table
from ebok.database.iso import as_text
from ebok.invoices.models import Invoice, InvoiceLine, InvoiceReading, VatSum
from ebok.mail.models import Mail
from ebok.meters.models import PointOfUse
from ebok.meters.operations import meters_at
from ebok.notifications.models import Notification
from ebok.payments.models import Payment, PaymentOrder
from ebok.profile import serializers as profile
from ebok.registration.models import Registration, Review
from ebok.verification.operations_mails import is_to

OURS = {"import_id", "customer", "account", "invoice", "meter", "point"}
"""Columns that tell the customer nothing: whose the row is, and which import brought it."""
TEXTS_OF_A_REVIEW = ("privacy_hash", "terms_hash", "e_invoice_hash")
"""The consents tell them."""
AT_ONCE = 200
"""Invoices whose lines are read together."""


def sections(account: Account) -> dict[str, Callable[[], Iterable[dict[str, Any]]]]:
    """Section name -> function that yields its rows; may be called more than once."""
    code = account.customer_code
    return {
        "account": lambda: [_account(account)],
        "customer": lambda: [plain(account.customer)],
        "invoices": lambda: _invoices(code),
        "payments": lambda: _rows(Payment, Payment.customer == code, Payment.booked_on),
        "payment_orders": lambda: _rows(
            PaymentOrder, PaymentOrder.account == account, PaymentOrder.created_at
        ),
        "points_of_use": lambda: _points(code),
        "consents": lambda: _rows(Consent, Consent.account == account, Consent.id),
        "reviews": lambda: _reviews(account),
        "texts": lambda: _texts(account),
        "notifications": lambda: _rows(
            Notification, Notification.account == account, Notification.id
        ),
        "mails": lambda: map(_mail, _mails(account)),
        "sessions": lambda: _rows(Session, Session.account == account, Session.started_at),
        "sign_ins": lambda: _rows(SignIn, SignIn.account == account, SignIn.at),
        "deeds": lambda: _deeds(account),
        "notes": lambda: _notes(account),
    }


def plain(row: Table, *without: str) -> dict[str, Any]:
    """A row as a dict for JSON, without the columns `without`: dates as text, money in grosze."""
    fields = [f.name for f in row._meta.sorted_fields if f.name not in OURS | {*without}]
    return {name: _value(getattr(row, name)) for name in fields}


def _value(value: Any):
    if isinstance(value, datetime):
        return as_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _rows(table: type[Table], mine: Any, order: Any) -> Iterator[dict[str, Any]]:
    for row in table.select().where(mine).order_by(order).iterator():
        yield plain(row, "id", "token_hash", "mail_id", "operator_id")


def _account(account: Account) -> dict[str, Any]:
    return {
        "customer_code": account.customer_code,
        **plain(account, "id", "password_hash", "attach_pdf", "remind_due", "remind_overdue"),
        "choices": profile.choices(account),
    }


def _invoices(code: str) -> Iterator[dict[str, Any]]:
    mine = Invoice.select().where(Invoice.customer == code).order_by(Invoice.issued_on)
    for some in chunked(mine.iterator(), AT_ONCE):
        numbers = [invoice.number for invoice in some]
        lines = _by_invoice(InvoiceLine, numbers, InvoiceLine.position)
        sums = _by_invoice(VatSum, numbers, VatSum.vat_rate)
        readings = _by_invoice(InvoiceReading, numbers, InvoiceReading.position)
        for invoice in some:
            told = {"lines": lines[invoice.number], "vat_sums": sums[invoice.number]}
            yield plain(invoice) | told | {"readings": readings[invoice.number]}


def _by_invoice(table: Any, numbers: list[str], order: Any) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in table.select().where(table.invoice.in_(numbers)).order_by(order):
        found[row.invoice_number].append(plain(row))
    return found


def _points(code: str) -> Iterator[dict[str, Any]]:
    for point in PointOfUse.select().where(PointOfUse.customer == code).order_by(PointOfUse.code):
        meters = [
            plain(meter, "since_on") | {"readings": [plain(reading) for reading in readings]}
            for meter, readings in meters_at(point)
        ]
        # The customer code that had this point before belongs to somebody else.
        yield plain(point, "since_on", "former_code") | {"meters": meters}


def _reviews(account: Account) -> Iterator[dict[str, Any]]:
    """Requests for review that led to this account; they hold its first consents."""
    mine = Review.select().join(Registration).where(Registration.account == account)
    for review in mine.order_by(Review.id):
        yield plain(review, "id", "registration", "decided_by", *TEXTS_OF_A_REVIEW)


def _texts(account: Account) -> Iterator[dict[str, Any]]:
    mine = Consent.select(Consent.text_hash).where(Consent.account == account)
    for text in TextVersion.select().where(TextVersion.hash.in_(mine)):
        yield plain(text)


def _mails(account: Account) -> Iterable[Mail]:
    return Mail.select().where(is_to(account)).order_by(Mail.created_at).iterator()


def _mail(mail: Mail) -> dict[str, Any]:
    state = "sent" if mail.sent_at else "not sent" if mail.failed_at else "waiting"
    return {
        "letter": mail.letter,
        "recipient": mail.recipient,
        "created_at": as_text(mail.created_at),
        "state": state,
        "sent_at": as_text(mail.sent_at),
        "short_code": mail.short_code,
    }


def _deeds(account: Account) -> Iterator[dict[str, Any]]:
    """Audit rows since this account was opened; earlier ones may concern another owner.

    Rows of payment orders started by a former account are left out, too.
    """
    mine = (AuditRow.whom == account.customer_code) & (AuditRow.at >= account.opened_at)
    orders = PaymentOrder.select(PaymentOrder.id).where(PaymentOrder.account == account)
    kind = fn.COALESCE(fn.NULLIF(AuditRow.actor, ""), AuditRow.who)
    mine &= (kind != "operator") | AuditRow.detail.in_(orders)
    for row in AuditRow.select().where(mine).order_by(AuditRow.id).iterator():
        yield {"at": as_text(row.at), "who": _who(row), "did": row.did, "detail": row.detail}


def _notes(account: Account) -> Iterator[dict[str, Any]]:
    """The office's notes since this account was opened: earlier ones may be about another owner."""
    mine = (Note.customer_code == account.customer_code) & (Note.written_at >= account.opened_at)
    for note in Note.select().where(mine).order_by(Note.id).iterator():
        yield plain(note, "id", "public_id", "customer_code", "member")


def _who(row: AuditRow) -> str:
    # Rows from before actors had kinds have only a name.
    return f"{row.kind} {row.who}".strip()
