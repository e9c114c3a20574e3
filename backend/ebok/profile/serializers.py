"""JSON of *Moje dane*."""

from typing import Annotated, TypedDict

from ebok import settings
from ebok.access import Role
from ebok.accounts import operations_contacts as contacts
from ebok.accounts.models import Account, EmailChange, Session, SignIn
from ebok.accounts.serializers import password_changed
from ebok.accounts.texts import why_unreached
from ebok.consents import operations as consents, serializers as consents_told
from ebok.consents.models import E_INVOICE, PRIVACY, TERMS, Consent, TextVersion
from ebok.consents.serializers import EInvoiceJson
from ebok.customers.models import Customer
from ebok.database import now
from ebok.database.iso import as_text
from ebok.languages import LANGUAGES
from ebok.profile import operations, operations_looks as looks
from ebok.profile.texts import Paragraph, paragraphs
from ebok.values import days
from ebok.values.days import Instant, ShownInstant
from ebok.values.normalize import CustomerCode

_Purpose = Annotated[str, f"enum: {[E_INVOICE, PRIVACY, TERMS]}"]


class EmailChangeJson(TypedDict):
    """A new address that waits for its code."""

    email: str
    code_sent: bool
    resend_after: Instant


class EInvoiceStateJson(EInvoiceJson):
    """The decision in force."""

    waits_until: ShownInstant | None
    """While the paper notice has to come first."""


class ConsentJson(TypedDict):
    """A past decision."""

    purpose: _Purpose
    given: bool
    decided: ShownInstant
    effective: ShownInstant
    channel: Annotated[str, "enum: [registration, office, my-data, closing]"]
    text_id: str
    """SHA-256 of the text."""


class ChoicesJson(TypedDict):
    """Notification preferences."""

    attach_pdf: bool
    remind_due: bool
    remind_overdue: bool


class MyDataJson(TypedDict):
    """All data of *Moje dane*."""

    customer_code: CustomerCode
    name: str
    """As billing has it."""
    password_changed: ShownInstant
    email: str
    email_bounced: ShownInstant | None
    email_bounced_why: str | None
    """A sentence in the reader's language."""
    email_change: EmailChangeJson | None
    phone: str | None
    by_ksef: bool
    """A company whose invoices come from KSeF: not a matter of consent."""
    e_invoice: EInvoiceStateJson
    consents: list[ConsentJson]
    choices: ChoicesJson


class OwnSessionJson(TypedDict):
    """A browser that is logged in."""

    id: str
    device: str
    """Empty when unknown."""
    network: str
    """Without its last part."""
    started: ShownInstant
    seen: ShownInstant
    is_this: bool


class SignInJson(TypedDict):
    """One login."""

    at: ShownInstant
    outcome: Annotated[str, "enum: [in, wrong, temporary]"]
    device: str
    network: str


class LookJson(TypedDict):
    """A look of somebody from the office at the customer's data."""

    at: ShownInstant
    role: Annotated[str, f"enum: {[*map(str, Role)]}"]
    purpose: Annotated[str, f"enum: {[*looks.PURPOSES]}"]
    what: Annotated[str, f"enum: {[*looks.WHAT.values()]}"]
    """`data`: the office's page about the customer; `screen`: the customer's own screens."""


Looks = Annotated[list[LookJson], f"maxItems: {looks.MOST}"]


class DecidedTextJson(TypedDict):
    """A text that somebody decided on, as it was."""

    id: str
    name: _Purpose
    language: Annotated[str, f"enum: {[*LANGUAGES]}"]
    published_at: Instant
    paragraphs: list[Paragraph]


def whole(account: Account) -> MyDataJson:
    """All data of *Moje dane*."""
    change = EmailChange.find_open(account, now())
    return {
        "customer_code": account.customer_code,
        "name": Customer.name_of(account.customer_code),
        "password_changed": password_changed(account),
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


def email_change(change: EmailChange) -> EmailChangeJson:
    """A new address that waits for its code."""
    return {
        "email": change.email,
        "code_sent": bool(change.code_hash),
        "resend_after": as_text(contacts.may_resend_at(change)),
    }


def e_invoice(account: Account) -> EInvoiceStateJson:
    """The decision in force; `waits_until` while the letter about the new account must come
    first.
    """
    newest = Consent.newest(account, E_INVOICE)
    waits = days.instant_as_json(consents.waits_until(newest))
    return {**consents_told.e_invoice(account), "waits_until": waits}


def consent(made: Consent) -> ConsentJson:
    """A past decision."""
    return {
        "purpose": made.purpose,
        "given": made.given,
        "decided": days.instant_as_json(made.decided_at),
        "effective": days.instant_as_json(made.effective_at),
        "channel": made.channel,
        "text_id": made.text_hash,
    }


def choices(account: Account) -> ChoicesJson:
    """Notification preferences, with the installation's defaults where none were chosen."""
    default = settings.current().attach_pdf
    return {
        "attach_pdf": default if account.attach_pdf is None else account.attach_pdf,
        "remind_due": account.remind_due,
        "remind_overdue": account.remind_overdue,
    }


def session(found: Session, token_hash: str) -> OwnSessionJson:
    """A session; `is_this` is true for the one of this request."""
    return {
        "id": found.public_id,
        "device": found.device,
        "network": found.network,
        "started": days.instant_as_json(found.started_at),
        "seen": days.instant_as_json(found.seen_at),
        "is_this": found.token_hash == token_hash,
    }


def sign_in(found: SignIn) -> SignInJson:
    """One login."""
    return {
        "at": days.instant_as_json(found.at),
        "outcome": found.outcome,
        "device": found.device,
        "network": found.network,
    }


def own_looks(account: Account) -> Looks:
    """Who of the office looked at the customer's data."""
    return [
        {
            "at": days.instant_as_json(each.at),
            "role": each.role,
            "purpose": each.purpose,
            "what": each.what,
        }
        for each in looks.of_account(account)
    ]


def text(version: TextVersion) -> DecidedTextJson:
    """A text that somebody decided on, as it was."""
    return {
        "id": version.hash,
        "name": version.name,
        "language": version.language,
        "published_at": as_text(version.published_at),
        "paragraphs": paragraphs(version.body),
    }
