"""One-click unsubscribe of reminders, without a login (RFC 8058)."""

from ebok import audit, settings
from ebok.accounts.models import Account
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.database import transaction
from ebok.errors import NotFound
from ebok.mail import unsubscribing
from ebok.mail.kinds import letters
from ebok.mail.models import Mail
from ebok.notifications.models import Notification


def switch_off(actor: Actor, token: str) -> None:
    """Switch off the kind of mail that this link belongs to. Raises NotFound for an invalid link.

    A link from a mail to a former address of the account changes nothing.
    """
    mail = unsubscribing.find_mail(token, settings.current())
    if mail is None or not (choice := letters()[mail.letter].off):
        raise NotFound()
    account = _find_account(mail)
    if account is None or not getattr(account, choice):
        return
    with transaction():
        account.change(**{choice: False})
        owner, how = actor.as_customer(account.id), "by the link in a mail"
        audit.record(owner, Event.NOTIFICATIONS_CHOSEN, account.customer_code, how)


def _find_account(mail: Mail) -> Account | None:
    found = Notification.get_or_none(Notification.id == mail.subject_id)
    account = found and Account.find_open(found.account_id)
    return account if account and account.email == mail.recipient else None
