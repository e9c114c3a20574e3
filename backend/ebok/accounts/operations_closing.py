"""Closing an account: its personal data are erased and the customer code can be registered
again.
"""

from ebok import audit
from ebok.accounts.models import Account, EmailChange, Link, Session, SignIn
from ebok.accounts.operations import tell_event
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.database import now
from ebok.errors import SignInFirst
from ebok.exports import operations as exports
from ebok.mail.outbox import post

WIPED = {
    "email": "",
    "phone": "",
    "tax_number": "",
    "password_hash": "",
    "password_expires_at": None,
    "must_change_password": False,
    "bounced_at": None,
    "bounce_kind": "",
    "wants_paper": False,
    "attach_pdf": None,
    "remind_due": False,
    "remind_overdue": False,
}


def close(actor: Actor, account: Account, reason: str = "") -> None:
    """Erase the account's data and end all that gives access to it. Runs in the caller's
    transaction.

    The row stays as evidence of consents, with the customer code alone (GDPR art. 17). Mails about
    it that have not left are dropped by their writers. Raises SignInFirst if it was closed
    meanwhile.
    """
    moment = now()
    # Former addresses, too: a thief might change the address before closing the account.
    told = {account.email, *EmailChange.addresses_before(account)}
    # Lock links, then the account, then the rest: another order could deadlock.
    Link.delete().where(Link.account == account).execute()
    is_open = (Account.id == account.id) & Account.closed_at.is_null()
    if not Account.update(closed_at=moment, **WIPED).where(is_open).execute():
        # A simultaneous request closed it.
        raise SignInFirst()
    for owned in (Session, SignIn):
        owned.delete().where(owned.account == account).execute()
    forgotten = {"email": "", "email_before": "", "code_hash": "", "ended_at": moment}
    EmailChange.update(**forgotten).where(EmailChange.account == account).execute()
    for email in sorted(told):
        post("account_closed", email, account.language, account.id)
    exports.forget_contacts(account.id)
    tell_event(account, "closed")
    audit.record(actor, Event.ACCOUNT_CLOSED, account.customer_code, reason)
