"""Recording a consent together with the very text it was given to."""

import hashlib

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from ebok import audit, pages
from ebok.accounts import operations as accounts
from ebok.accounts.models import Account
from ebok.consents.models import E_INVOICE, PRIVACY, TERMS, Consent, TextVersion
from ebok.database import as_text, now
from ebok.exports import operations as exports

PAGES = {PRIVACY: "polityka-prywatnosci", TERMS: "regulamin"}


def record(
    account: Account, purpose: str, given: bool, text_hash: str, channel: str, who: str = "customer"
) -> Consent:
    """Write a decision down, as the last step of the caller's transaction, and tell billing.

    `channel` is the door it came through: "registration", "office" or "my-data". The e-invoice
    waits for the paper notice where there is one; to withdraw it waits for nothing.
    """
    moment, is_e_invoice = now(), purpose == E_INVOICE
    waits = is_e_invoice and given
    consent = Consent.create(
        account=account,
        purpose=purpose,
        given=given,
        decided_at=moment,
        effective_at=max(moment, accounts.effective_at(account)) if waits else moment,
        text_hash=text_hash,
        channel=channel,
    )
    if is_e_invoice:
        _tell_billing(account, consent)
    did = "consent given" if given else "consent withdrawn"
    audit.record(who, did, account.customer_code, purpose)
    return consent


def _tell_billing(account: Account, consent: Consent) -> None:
    # A consent that billing has not learnt of yet, and that has been withdrawn, never comes there.
    exports.take_back_later(account.customer_code, "consents")
    facts = {
        "purpose": consent.purpose,
        "given": consent.given,
        "text_sha256": consent.text_hash,
        "channel": consent.channel,
    }
    exports.tell("consents", account.customer_code, facts, consent.effective_at)


def keep_text(purpose: str, language: str) -> str:
    """The hash of the text now in force, which is kept so that it can be shown again."""
    body = _text(purpose, language)
    text_hash = hashlib.sha256(body.encode()).hexdigest()
    TextVersion.insert(
        hash=text_hash, name=purpose, language=language, body=body, published_at=now()
    ).on_conflict_ignore().execute()
    return text_hash


def _text(purpose: str, language: str) -> str:
    if purpose == E_INVOICE:
        with force_locale(language):
            return _("I want to receive invoices in electronic form: YES")
    return pages.text(PAGES[purpose], language, current_app.config["EBOK"])


def e_invoice(account: Account) -> dict:
    """Whether the e-invoice is on, and since when: as the API tells it."""
    consent = Consent.newest(account, E_INVOICE)
    given = bool(consent and consent.given)
    return {"given": given, "since": as_text(consent.decided_at) if given else None}
