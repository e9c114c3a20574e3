"""The addresses of an account: changed by its owner, or found to lead nowhere."""

from ebok import audit
from ebok.accounts.models import Account
from ebok.accounts.operations import tell_contacts
from ebok.database import now


def note_bounce(account: Account) -> None:
    """Mails to this account's address come back: billing shall send paper again.

    Within the caller's transaction. Noted anew each time; billing is told the first time only.
    """
    is_news = account.bounced_at is None
    account.change(bounced_at=now())
    if is_news:
        tell_contacts(account, "bounced")
        audit.record("office", "mail bounced", account.customer_code)
