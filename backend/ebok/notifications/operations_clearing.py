"""A way back: what spoke against an address speaks no more, and what it missed is sent."""

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
    """Post the notices of invoices that `before`, the former address, missed; how many.

    Those that came back, those that were dropped since then, and those that wait still: of these
    only what no worker holds. Within the caller's transaction. Whether each is wanted is asked as
    it leaves, as always.
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
    """What makes a notice one that this address missed; a held one, without a mail, is none."""
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
    """Lock the accounts of an address until the transaction ends, and have them.

    In one order, as two reports that come back for it do.
    """
    is_its = (fn.LOWER(Account.email) == address.lower()) & Account.closed_at.is_null()
    found = list(Account.select().where(is_its).order_by(Account.id))
    for account in found:
        Account.update(language=Account.language).where(Account.id == account.id).execute()
    return list(Account.select().where(is_its).order_by(Account.id))


def take_up(accounts: list[Account], address: str) -> tuple[list[Account], int]:
    """Write to an address again, whose accounts are held; whom that concerns, and what they missed.

    Within the caller's transaction. What came back counts no more.
    """
    unreached = [account for account in accounts if account.bounced_at]
    for account in unreached:
        account.change(bounced_at=None, bounce_kind="")
    posted = sum(send_missed(account, address) for account in unreached)
    Bounce.update(cleared_at=now()).where(Bounce.of(address)).execute()
    return unreached, posted


def take_up_proved(accounts: list[Account], address: str) -> list[Account]:
    """The same when one of its readers has typed a code from it: nobody there needs paper now."""
    unreached, _posted = take_up(accounts, address)
    for account in unreached:
        note_reached(account)
    return unreached


def clear(actor: Actor, customer_code: str) -> int:
    """Write to an account's address again; how many notices were missed there, and are sent now.

    Nothing proves that it works: paper goes on until its server has taken one of our mails.
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
            audit.record(actor, Event.EMAIL_WORKS_AGAIN, each.customer_code)
    return posted
