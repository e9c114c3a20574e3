"""What *Moje dane* shows of an account, and what is decided there."""

from ebok import audit, settings
from ebok.accounts import operations_closing as account_closing, operations_contacts as contacts
from ebok.accounts.errors import NoAccount
from ebok.accounts.models import Account, EmailChange, Session, SignIn
from ebok.accounts.operations import require_current
from ebok.accounts.texts import why_unreached
from ebok.consents import operations as consents
from ebok.consents.models import E_INVOICE, Consent, TextVersion
from ebok.database import as_text, now, transaction
from ebok.errors import NotFound
from ebok.exports import operations as exports
from ebok.mail.models import Mail
from ebok.notifications import operations_clearing as clearing
from ebok.notifications.models import Notification
from ebok.profile.texts import paragraphs
from ebok.values import days

CLOSED = "account closed"


def shown(account: Account) -> dict:
    """All that the page is filled with at first."""
    change = EmailChange.find_open(account, now())
    return {
        "customer_code": account.customer_code,
        "email": account.email,
        "email_bounced": days.shown_instant(account.bounced_at),
        "email_bounced_why": why_unreached(account),
        "email_change": change and shown_change(change),
        "phone": account.phone or None,
        "by_ksef": consents.is_by_ksef(account),
        "e_invoice": shown_e_invoice(account),
        "consents": [shown_consent(consent) for consent in history(account)],
        "choices": shown_choices(account),
    }


def shown_change(change: EmailChange) -> dict:
    """A new address that waits for its code."""
    return {
        "email": change.email,
        "code_sent": bool(change.code_hash),
        "resend_after": as_text(contacts.may_resend_at(change)),
    }


def shown_e_invoice(account: Account) -> dict:
    """The decision in force; `waits_until` while the paper notice has to come first."""
    newest = Consent.newest(account, E_INVOICE)
    waits = days.shown_instant(consents.waits_until(newest))
    return consents.e_invoice(account) | {"waits_until": waits}


def shown_consent(consent: Consent) -> dict:
    """One decision of the past."""
    return {
        "purpose": consent.purpose,
        "given": consent.given,
        "decided": days.shown_instant(consent.decided_at),
        "effective": days.shown_instant(consent.effective_at),
        "channel": consent.channel,
        "text_id": consent.text_hash,
    }


def history(account: Account) -> list[Consent]:
    """Every decision of this account, newest first."""
    mine = Consent.select().where(Consent.account == account)
    return list(mine.order_by(Consent.decided_at.desc(), Consent.id.desc()))


def get_text(account: Account, text_hash: str) -> dict:
    """A text that this account decided on, as it was; NotFound for every other."""
    mine = Consent.select(Consent.text_hash).where(Consent.account == account)
    found = TextVersion.get_or_none((TextVersion.hash == text_hash) & TextVersion.hash.in_(mine))
    if found is None:
        raise NotFound()
    return {
        "id": found.hash,
        "name": found.name,
        "language": found.language,
        "published_at": as_text(found.published_at),
        "paragraphs": paragraphs(found.body),
    }


def shown_choices(account: Account) -> dict:
    """How and of what the customer is told; the office's own choice where none was made."""
    office = settings.current().attach_pdf
    return {
        "attach_pdf": office if account.attach_pdf is None else account.attach_pdf,
        "remind_due": account.remind_due,
        "remind_overdue": account.remind_overdue,
    }


def choose(account: Account, choices: dict) -> None:
    """Note how and of what the customer wants to be told."""
    contacts.consume_decision(account)
    with transaction():
        account.require_live()
        account.change(**choices)
        audit.record(audit.CUSTOMER, "notifications chosen", account.customer_code)


def shown_session(session: Session, token_hash: str) -> dict:
    """One browser; `is_this` marks the one that asks."""
    return {
        "id": session.public_id,
        "device": session.device,
        "network": session.network,
        "started": days.shown_instant(session.started_at),
        "seen": days.shown_instant(session.seen_at),
        "is_this": session.token_hash == token_hash,
    }


def shown_sign_in(sign_in: SignIn) -> dict:
    """One login."""
    return {
        "at": days.shown_instant(sign_in.at),
        "outcome": sign_in.outcome,
        "device": sign_in.device,
        "network": sign_in.network,
    }


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
