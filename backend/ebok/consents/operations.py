"""Recording consents with the exact text that was shown."""

import hashlib
from datetime import datetime

from flask_babel import force_locale, gettext as _

from ebok import audit, settings
from ebok.accounts import operations as accounts, operations_contacts as contacts
from ebok.accounts.models import Account
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.consents.models import E_INVOICE, PRIVACY, TERMS, Consent, TextVersion
from ebok.database import now, transaction
from ebok.database.iso import as_text
from ebok.exports import operations as exports
from ebok.invoices.models import Invoice
from ebok.mail.outbox import post
from ebok.pages import composed

PAGES = {PRIVACY: "polityka-prywatnosci", TERMS: "regulamin"}


def record(
    actor: Actor,
    account: Account,
    purpose: str,
    given: bool,
    text_hash: str,
    channel: str,
    decided_at: datetime | None = None,
) -> Consent:
    """Store a decision and queue it for billing; the last step of the caller's transaction.

    `channel` is "registration", "office" or "my-data". `decided_at` is when the person decided, if
    that was earlier. Consent to the e-invoice takes effect after the paper notice; its withdrawal
    at once.
    """
    moment, is_e_invoice = now(), purpose == E_INVOICE
    waits = is_e_invoice and given
    consent = Consent.create(
        account=account,
        purpose=purpose,
        given=given,
        decided_at=decided_at or moment,
        effective_at=max(moment, accounts.effective_at(account)) if waits else moment,
        text_hash=text_hash,
        channel=channel,
        actor=str(actor),
    )
    if is_e_invoice:
        _tell_billing(account, consent)
    event = Event.CONSENT_GIVEN if given else Event.CONSENT_WITHDRAWN
    since = f", decided {as_text(decided_at)}" if decided_at else ""
    audit.record(actor, event, account.customer_code, f"{purpose}{since}")
    return consent


def _tell_billing(account: Account, consent: Consent) -> None:
    # A consent withdrawn before billing was told of it is never exported.
    exports.discard_future(account.id, "consents")
    facts = {
        "purpose": consent.purpose,
        "given": consent.given,
        "text_sha256": consent.text_hash,
        "channel": consent.channel,
    }
    exports.queue_change(
        "consents",
        account.id,
        account.customer_code,
        facts,
        consent.effective_at,
        consent.decided_at,
    )


def keep_text(purpose: str, language: str, by_ksef: bool = False) -> str:
    """Store the current text if it is new, and return its hash."""
    body = _text(purpose, language, by_ksef)
    text_hash = hashlib.sha256(body.encode()).hexdigest()
    TextVersion.insert(
        hash=text_hash, name=purpose, language=language, body=body, published_at=now()
    ).on_conflict_ignore().execute()
    return text_hash


def _text(purpose: str, language: str, by_ksef: bool) -> str:
    if purpose == E_INVOICE:
        with force_locale(language):
            if by_ksef:
                return _("E-mail me about every new invoice: YES")
            return _("I want to receive invoices in electronic form: YES")
    return composed.text(PAGES[purpose], language, settings.current())


def waits_until(consent: Consent | None) -> datetime | None:
    """When a given consent takes effect after its paper notice; None if it has."""
    waits = consent and consent.given and consent.effective_at > now()
    return consent.effective_at if consent and waits else None


def is_by_ksef(account: Account) -> bool:
    """Whether this customer gets e-invoices by law, without a consent.

    Companies get their invoices in KSeF (VAT act art. 106na); they can only choose to be mailed
    about each.
    """
    mine = (Invoice.customer == account.customer_code) & (Invoice.ksef_number != "")
    return account.customer.kind == "company" and Invoice.select().where(mine).exists()


def decide_e_invoice(actor: Actor, account: Account, given: bool, language: str) -> Consent | None:
    """Record *TAK* or *NIE*, and confirm it by mail; None if nothing changes.

    `language` is that of the text that was shown, and of the mail.
    """
    contacts.consume_decision(account)
    text_hash = keep_text(E_INVOICE, language, is_by_ksef(account))
    with transaction():
        # Two simultaneous clicks are one decision: the row is locked until the first commits.
        account.require_live()
        newest = Consent.newest(account, E_INVOICE)
        if bool(newest and newest.given) == given:
            return newest
        consent = record(actor, account, E_INVOICE, given, text_hash, "my-data")
        name = "e_invoice_given" if given else "e_invoice_withdrawn"
        post(name, account.email, language, consent.id)
    return consent


def withdraw_all(actor: Actor, account: Account) -> None:
    """Withdraw the e-invoice of an account that is being closed."""
    newest = Consent.newest(account, E_INVOICE)
    if newest and newest.given:
        record(actor, account, E_INVOICE, False, newest.text_hash, "closing")
