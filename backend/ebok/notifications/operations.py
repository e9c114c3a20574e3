"""Announcing invoices to customers: one mail per invoice.

All that belongs to an import runs in billing's transaction, which blocks other writers. So it uses
a few statements for the whole town, never one per invoice.
"""

from datetime import datetime, timedelta

from peewee import JOIN, SQL, Value, fn

from ebok import settings
from ebok.accounts.models import Account
from ebok.consents.models import E_INVOICE, Consent
from ebok.database import now, rows_changed, transaction
from ebok.invoices.models import Invoice
from ebok.invoices.operations_states import today
from ebok.mail import retrying
from ebok.mail.models import Mail
from ebok.mail.outbox import newest_id, post_many
from ebok.notifications.models import INVOICE, TOLD_KINDS, Notification
from ebok.notifications.operations_told import ISSUED
from ebok.settings import Settings

KEPT = timedelta(days=6 * 365 + 2)


def announce(import_id: int, among: str = "") -> int:
    """Create notifications for the invoices of an import; return how many people are notified.

    Runs in the import's transaction. An account with the e-invoice is notified of each invoice
    once; a unique index keeps it so. `among` is SQL that selects the customer codes with new
    invoices, so that no others need to be looked at.
    """
    fresh = _notify(import_id, among)
    publish(import_id)
    if not Notification.select(Notification.id).where(fresh).exists():
        mine = Notification.select(Notification.mail_id).where(Notification.import_id == import_id)
        retrying.retry(Mail.id.in_(mine.where(Notification.mail_id.is_null(False))))
    reached = Notification.select(Notification.account).join(Account)
    return reached.where(fresh & Account.bounced_at.is_null()).distinct().count()


def announce_again(numbers: str) -> int:
    """Queue again the notifications of these invoices (SQL) whose mails were given up; return how
    many.

    For a bundle that is imported again after the relay had refused the mails of the first time.
    """
    mine = Notification.accepted_at.is_null() & Notification.mail_id.is_null(False)
    mine &= Notification.invoice_number.in_(SQL(f"({numbers})"))
    lost = Mail.id.in_(Notification.select(Notification.mail_id).where(mine))
    # Mostly there is nothing to queue, so look before taking the write lock.
    if not Mail.select(Mail.id).where(Mail.is_given_up() & lost).exists():
        return 0
    with transaction():
        return retrying.retry(lost)


def given_up() -> str:
    """SQL that selects the numbers of invoices whose notification was given up."""
    return """
        SELECT n.invoice_number FROM notification AS n JOIN mail AS m ON m.id = n.mail_id
        WHERE n.accepted_at IS NULL AND m.sent_at IS NULL AND m.failed_at IS NOT NULL
        """


def publish(import_id: int) -> int:
    """Queue the held notifications of this import; return how many."""
    with transaction():
        newest = newest_id()
        posted = post_many(ISSUED, _held(import_id).tuples())  # pyright: ignore[reportArgumentType]
        link(ISSUED, newest)
    return posted


def link(letter: str, newest: int) -> None:
    """Store in each notification the id of its mail: of this letter, with an id above `newest`.

    No "AND mail_id IS NULL": Postgres, whose statistics do not know the new rows yet, would expect
    one row and scan all new mails for each notification.
    """
    rows_changed(
        "UPDATE notification SET mail_id = COALESCE(notification.mail_id, m.id) FROM mail AS m"
        " WHERE m.id > {0} AND m.letter = {0} AND m.about = notification.id",
        newest,
        letter,
    )


def withdraw(import_id: int) -> int:
    """Delete notifications of this import that have not been sent; return how many.

    Runs in the transaction of billing's undo. A mail that a worker holds may already be at the mail
    server, so it is left; otherwise its writer drops it, as the invoice is gone. Sent mails stay as
    evidence.
    """
    mine = (Notification.import_id == import_id) & Notification.accepted_at.is_null()
    mails = Notification.select(Notification.mail_id).where(
        mine & Notification.mail_id.is_null(False)
    )
    Mail.withdraw(mails, now())
    given_up = Mail.select(Mail.id).where(Mail.failed_at.is_null(False))
    gone = Notification.mail_id.is_null() | Notification.mail_id.in_(given_up)
    return Notification.delete().where(mine & gone).execute()


def count_told(import_id: int) -> int:
    """How many customers have been sent a mail about invoices of this import."""
    told = (Notification.import_id == import_id) & Notification.accepted_at.is_null(False)
    return Notification.select(Notification.account).where(told).distinct().count()


def note_opened(account: Account, invoice_number: str) -> Notification | None:
    """Record that the customer opened this invoice; the first time is evidence of delivery.

    Returns its notification, or None.
    """
    told = Notification.find(account, invoice_number)
    # Read first: an UPDATE takes SQLite's write lock even if it changes nothing.
    if told and not told.opened_at:
        unopened = (Notification.id == told.id) & Notification.opened_at.is_null()
        with transaction():
            Notification.update(opened_at=now()).where(unopened).execute()
        return Notification.find(account, invoice_number)
    return told


def _notify(import_id: int, among: str):
    """Insert a notification for each account and invoice that has none.

    Returns a condition that selects the new rows.
    """
    columns = (
        Notification.account,
        Notification.invoice_number,
        Notification.kind,
        Notification.import_id,
        Notification.created_at,
    )
    before = Notification.select(fn.COALESCE(fn.MAX(Notification.id), 0)).scalar()
    chosen = _to_tell(import_id, among)
    Notification.insert_from(chosen, columns).on_conflict_ignore().execute()
    return (Notification.id > before) & (Notification.import_id == import_id)


def _to_tell(import_id: int, among: str):
    """Query of accounts and invoices to notify. It starts from the accounts, which have an
    index.
    """
    moment = now()
    days = settings.current().notify_within_days
    told = (
        (Invoice.customer == Account.customer)
        & (Invoice.issued_on >= today() - timedelta(days=days))
        & (Invoice.import_id == import_id)
        & Invoice.kind.in_(TOLD_KINDS)
        & (Invoice.history_from == "")
    )
    open_ = Account.closed_at.is_null() & Account.frozen_at.is_null()
    chosen = (Account.id, Invoice.number, Value(INVOICE), Value(import_id), Value(moment))
    has_e_invoice = Consent.is_in_force(E_INVOICE, moment)
    # CROSS makes SQLite keep this order of tables; else it would scan all invoices.
    joined = Account.select(*chosen).join(Invoice, JOIN.CROSS)
    return joined.where(open_ & _is_among(among) & told & has_e_invoice)


def _is_among(codes: str):
    """SQL condition: the account's customer is one of these."""
    return Account.customer.in_(SQL(f"({codes})")) if codes else SQL("true")


def _held(import_id: int):
    """(address, language, id) of the notifications of this import that have no mail yet."""
    held = (Notification.import_id == import_id) & Notification.mail_id.is_null()
    # A closed account has no address to send to.
    held &= Account.closed_at.is_null()
    chosen = (Account.email, Account.language, Notification.id)
    return Notification.select(*chosen).join(Account).where(held).order_by(Notification.id)


def forget_notifications(moment: datetime, _settings: Settings) -> int:
    """Delete notifications after about six years, as long as invoices must be kept."""
    return Notification.delete().where(Notification.created_at < moment - KEPT).execute()
