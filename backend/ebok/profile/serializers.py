"""An account as *Moje dane* shows it."""

from ebok import settings
from ebok.accounts import operations_contacts as contacts
from ebok.accounts.models import Account, EmailChange, Session, SignIn
from ebok.accounts.texts import why_unreached
from ebok.consents import operations as consents
from ebok.consents.models import E_INVOICE, Consent, TextVersion
from ebok.database import as_text, now
from ebok.profile import operations
from ebok.profile.texts import paragraphs
from ebok.values import days


def whole(account: Account) -> dict:
    """All that the page is filled with at first."""
    change = EmailChange.find_open(account, now())
    return {
        "customer_code": account.customer_code,
        "email": account.email,
        "email_bounced": days.instant_as_json(account.bounced_at),
        "email_bounced_why": why_unreached(account),
        "email_change": change and email_change(change),
        "phone": account.phone or None,
        "by_ksef": consents.is_by_ksef(account),
        "e_invoice": e_invoice(account),
        "consents": [consent(each) for each in operations.history(account)],
        "choices": choices(account),
    }


def email_change(change: EmailChange) -> dict:
    """A new address that waits for its code."""
    return {
        "email": change.email,
        "code_sent": bool(change.code_hash),
        "resend_after": as_text(contacts.may_resend_at(change)),
    }


def e_invoice(account: Account) -> dict:
    """The decision in force; `waits_until` while the letter about the new account must come
    first.
    """
    newest = Consent.newest(account, E_INVOICE)
    waits = days.instant_as_json(consents.waits_until(newest))
    return consents.e_invoice(account) | {"waits_until": waits}


def consent(made: Consent) -> dict:
    """One decision of the past."""
    return {
        "purpose": made.purpose,
        "given": made.given,
        "decided": days.instant_as_json(made.decided_at),
        "effective": days.instant_as_json(made.effective_at),
        "channel": made.channel,
        "text_id": made.text_hash,
    }


def choices(account: Account) -> dict:
    """How and of what the customer is told; the office's own choice where none was made."""
    office = settings.current().attach_pdf
    return {
        "attach_pdf": office if account.attach_pdf is None else account.attach_pdf,
        "remind_due": account.remind_due,
        "remind_overdue": account.remind_overdue,
    }


def session(found: Session, token_hash: str) -> dict:
    """One browser; `is_this` marks the one that asks."""
    return {
        "id": found.public_id,
        "device": found.device,
        "network": found.network,
        "started": days.instant_as_json(found.started_at),
        "seen": days.instant_as_json(found.seen_at),
        "is_this": found.token_hash == token_hash,
    }


def sign_in(found: SignIn) -> dict:
    """One login."""
    return {
        "at": days.instant_as_json(found.at),
        "outcome": found.outcome,
        "device": found.device,
        "network": found.network,
    }


def text(version: TextVersion) -> dict:
    """A text that somebody decided on, as it was."""
    return {
        "id": version.hash,
        "name": version.name,
        "language": version.language,
        "published_at": as_text(version.published_at),
        "paragraphs": paragraphs(version.body),
    }
