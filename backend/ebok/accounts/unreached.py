"""Why mails to an account's address come back, as its owner is told."""

from flask_babel import lazy_gettext as lazy

from ebok.accounts.models import Account
from ebok.mail.undelivered import DEAD, FULL, REFUSED, SILENT

WHY = {
    DEAD: lazy("Its mail server says that there is no such mailbox."),
    FULL: lazy("The mailbox is full."),
    REFUSED: lazy("Its mail server does not take our messages."),
    SILENT: lazy("Its mail server does not answer."),
}


def why_unreached(account: Account) -> str | None:
    """A sentence, or None while nothing comes back."""
    return str(WHY.get(account.bounce_kind, WHY[DEAD])) if account.bounced_at else None
