"""Resuming mails to an address that bounced: its bounces are cleared and missed mails are sent."""

from peewee import fn

from ebok import audit
from ebok.accounts.errors import AddressWorks, NoAccount
from ebok.accounts.models import Account
from ebok.accounts.operations_contacts import note_reached
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.database import now, transaction
from ebok.mail.models import Mail
from ebok.mail.outbox import newest_id, post_many
from ebok.notifications.models import INVOICE, Bounce, Notification
from ebok.notifications.operations import link
from ebok.notifications.operations_told import ISSUED


def send_missed(account: Account, before: str) -> int:
    """Queue the notifications that `before`, the former address, missed; return how many.

    These are bounced mails, those dropped since then, and waiting ones that no worker holds. Runs
    in the caller's transaction. Each mail is checked again when it is sent.
    """
    found = [row.id for row in Notification.select().where(_missed(account, before))]
    if not found:
        return 0
    mine = Notification.id.in_(found)
    Mail.withdraw(Notification.select(Notification.mail_id).where(mine), now())
    on_their_way = Mail.select(Mail.id).where(Mail.sent_at.is_null() & Mail.failed_at.is_null())
    mine &= Notification.mail_id.not_in(on_their_way)
    Notification.update(mail_id=None, accepted_at=None).where(mine).execute()
    newest = newest_id()
    rows = Notification.select(Notification.id).where(
        Notification.id.in_(found) & Notification.mail_id.is_null()
    )
    posted = post_many(ISSUED, [(account.email, account.language, row.id) for row in rows])
    link(ISSUED, newest)
    return posted


def _missed(account: Account, before: str):
    """SQL condition: this address missed the notification. Held ones, without a mail, do not
    count.
    """
    lost = Bounce.of(before) & Bounce.is_final
    returned = Bounce.select(Bounce.mail_id).where(lost & Bounce.mail_id.is_null(False))
    since = Bounce.select(fn.MIN(Bounce.at)).where(lost)
    waiting = Mail.select(Mail.id).where(Mail.sent_at.is_null() & Mail.failed_at.is_null())
    mine = (Notification.account == account) & (Notification.kind == INVOICE)
    return mine & (
        Notification.mail_id.in_(returned)
        | Notification.mail_id.in_(waiting)
        | (
            Notification.mail_id.is_null(False)
            & Notification.accepted_at.is_null()
            & (Notification.created_at >= since)
        )
    )


def hold(address: str) -> list[Account]:
    """Lock and return the accounts of an address, until the transaction ends.

    Always in the same order, as bounces do, so that two transactions cannot deadlock.
    """
    is_its = (fn.LOWER(Account.email) == address.lower()) & Account.closed_at.is_null()
    found = list(Account.select().where(is_its).order_by(Account.id))
    for account in found:
        Account.update(language=Account.language).where(Account.id == account.id).execute()
    return list(Account.select().where(is_its).order_by(Account.id))


def take_up(accounts: list[Account], address: str) -> tuple[list[Account], int]:
    """Resume mails to an address with these locked accounts.

    Returns the accounts that had bounced, and how many missed notifications were queued. Runs in
    the caller's transaction. Former bounces no longer count.
    """
    unreached = [account for account in accounts if account.bounced_at]
    for account in unreached:
        account.change(bounced_at=None, bounce_kind="")
    posted = sum(send_missed(account, address) for account in unreached)
    Bounce.update(cleared_at=now()).where(Bounce.of(address)).execute()
    return unreached, posted


def take_up_proved(accounts: list[Account], address: str) -> list[Account]:
    """Like `take_up`, for an address proven by a code: its accounts need no paper any more."""
    unreached, _posted = take_up(accounts, address)
    for account in unreached:
        note_reached(account)
    return unreached


def clear(actor: Actor, customer_code: str, reason: str = "") -> int:
    """Resume mails to the account's address; return how many missed notifications were queued.

    Nothing proves that the address works, so paper continues until a mail has been accepted there.
    """
    account = Account.find(customer_code)
    if account is None:
        raise NoAccount()
    if account.bounced_at is None:
        raise AddressWorks()
    with transaction():
        held = hold(account.email)
        account.require_live()
        cleared, posted = take_up(held, account.email)
        for each in cleared:
            audit.record(actor, Event.EMAIL_WORKS_AGAIN, each.customer_code, reason)
    return posted
