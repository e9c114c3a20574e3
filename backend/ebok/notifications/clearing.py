"""A way back: what spoke against an address speaks no more, for whichever accounts have it."""

from peewee import fn

from ebok import audit
from ebok.accounts.contacts import note_reached
from ebok.accounts.models import Account
from ebok.accounts.refusals import AddressWorks, NoAccount
from ebok.database import now, transaction
from ebok.notifications.missed import send_missed
from ebok.notifications.models import Bounce


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


def clear(customer_code: str, clerk: str) -> int:
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
            audit.record(audit.clerk(clerk), "e-mail works again", each.customer_code)
    return posted
