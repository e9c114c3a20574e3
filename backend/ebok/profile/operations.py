"""What is decided under *Moje dane*, and what of the past is shown there."""

from ebok import audit
from ebok.accounts import operations_closing as account_closing, operations_contacts as contacts
from ebok.accounts.errors import NoAccount
from ebok.accounts.models import Account
from ebok.accounts.operations import require_current
from ebok.consents import operations as consents
from ebok.consents.models import Consent, TextVersion
from ebok.database import now, transaction
from ebok.errors import NotFound
from ebok.exports import operations as exports
from ebok.mail.models import Mail
from ebok.notifications import operations_clearing as clearing
from ebok.notifications.models import Notification

CLOSED = "account closed"


def history(account: Account) -> list[Consent]:
    """Every decision of this account, newest first."""
    mine = Consent.select().where(Consent.account == account)
    return list(mine.order_by(Consent.decided_at.desc(), Consent.id.desc()))


def get_text(account: Account, text_hash: str) -> TextVersion:
    """A text that this account decided on, as it was; NotFound for every other."""
    mine = Consent.select(Consent.text_hash).where(Consent.account == account)
    found = TextVersion.get_or_none((TextVersion.hash == text_hash) & TextVersion.hash.in_(mine))
    if found is None:
        raise NotFound()
    return found


def choose(account: Account, choices: dict) -> None:
    """Note how and of what the customer wants to be told."""
    contacts.consume_decision(account)
    with transaction():
        account.require_live()
        account.change(**choices)
        audit.record(audit.CUSTOMER, "notifications chosen", account.customer_code)


def change_email(account: Account, token: str, code: str) -> None:
    """Take the address that this code proves; what was missed before is sent to it.

    Where it is the present one, from which mails came back, they are written to it again.
    """
    change = contacts.prove_email(account, code)
    is_same = change.email == account.email
    with transaction():
        held = clearing.hold(change.email)
        if is_same:
            before = account.email
            contacts.take_up_address(account, change)
        else:
            before = contacts.take_email(account, token, change)
        clearing.send_missed(account, before)
        others = [each for each in held if each.id != account.id]
        also = clearing.take_up_proved(others, account.email)
        deed = "e-mail works again" if is_same else "e-mail changed"
        audit.record(audit.CUSTOMER, deed, account.customer_code)
        for each in also:
            audit.record(audit.OFFICE, "e-mail works again", each.customer_code)


def close(account: Account, token: str, current: str) -> None:
    """Close one's own account: what billing holds stays there (RODO art. 17(3)(b))."""
    require_current(account, token, current)
    _close(account, audit.CUSTOMER)


def close_by_clerk(customer_code: str, clerk: str) -> None:
    """Close an account for its customer, or one that somebody else has opened."""
    account = Account.find(customer_code)
    if account is None:
        raise NoAccount()
    _close(account, audit.clerk(clerk))


def _close(account: Account, who: audit.Actor) -> None:
    with transaction():
        _drop_mails(account)
        account_closing.close(account, who)
        # What waits is not told any more; that a consent ended is, whatever billing knew. After the
        # account is locked, as wherever both are, and last what writes to the audit log.
        exports.take_back(account.id, *exports.HELD)
        consents.withdraw_all(account, who)


def _drop_mails(account: Account) -> None:
    """Notifications that have not left stay here; other letters look for themselves."""
    told = Notification.select(Notification.mail_id).where(Notification.account == account)
    waiting = Mail.id.in_(told) & Mail.sent_at.is_null() & Mail.failed_at.is_null()
    Mail.update(failed_at=now(), fault=CLOSED).where(waiting).execute()
