"""A way back: what spoke against an address speaks no more."""

from ebok import audit
from ebok.accounts.models import Account
from ebok.accounts.refusals import AddressWorks, NoAccount
from ebok.database import now, transaction
from ebok.notifications.missed import send_missed
from ebok.notifications.models import Bounce


def forgive(address: str) -> None:
    """Count anew for this address, within the caller's transaction."""
    Bounce.update(cleared_at=now()).where(Bounce.of(address)).execute()


def clear(customer_code: str, clerk: str) -> int:
    """Write to an account's address again; how many notices it had missed, and are sent now.

    Nothing proves that it works: paper goes on until its server has taken one of our mails.
    """
    account = Account.find(customer_code)
    if account is None:
        raise NoAccount()
    if account.bounced_at is None:
        raise AddressWorks()
    with transaction():
        account.require_live()
        account.change(bounced_at=None, bounce_kind="")
        posted = send_missed(account, account.email)
        forgive(account.email)
        audit.record(audit.clerk(clerk), "e-mail works again", customer_code)
    return posted
