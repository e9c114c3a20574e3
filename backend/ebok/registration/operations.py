"""The wizard's steps: start, send the code again, prove the address, prove the invoice.

Nothing before the invoice asks whether the customer code exists: the answers and the work are the
same for a code that is free, taken, or nobody's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from ebok import audit, limits, settings
from ebok.accounts import operations as accounts
from ebok.accounts.errors import HasAccount
from ebok.accounts.models import Account
from ebok.actor import Actor, Kind, customer as owner_of
from ebok.audit.events import Event
from ebok.captcha import operations_work as captcha
from ebok.consents import operations as consents
from ebok.consents.models import E_INVOICE, PRIVACY, TERMS
from ebok.customers.models import Customer
from ebok.database import now, transaction
from ebok.errors import LinkSpent
from ebok.invoices.operations import Proof, find_proven
from ebok.mail.models import Mail
from ebok.mail.outbox import NO_WAIT, post
from ebok.one_time_codes import operations as codes
from ebok.registration.errors import (
    CodeNotProven,
    NoCompanyMatch,
    NoMatch,
    NoRegistration,
    RegistrationVoid,
)
from ebok.registration.models import Registration, Review
from ebok.registration.operations_stops import require_day_limit
from ebok.settings import Settings
from ebok.tokens import hash_token, new_token

HOUR = timedelta(hours=1)
KEPT = timedelta(days=30)


def start(
    actor: Actor, customer_code: str, email: str, language: str, puzzle: tuple[str, str]
) -> tuple[str, Registration]:
    """Create a registration and post its code; also returns the token for this browser's cookie.

    When a limit is used up no mail is sent, and the answer is the same.
    """
    chosen = settings.current()
    most = chosen.limits.captcha_pictures_per_source_hour
    captcha.spend(actor, captcha.REGISTRATION, *puzzle, most)
    may_send = codes.may_send(actor, email)
    token, moment = new_token(), now()
    with transaction():
        registration = Registration.create(
            token_hash=hash_token(token),
            customer_code=customer_code,
            email=email,
            language=language,
            started_at=moment,
            expires_at=moment + timedelta(hours=chosen.registration_hours),
            code_asked_at=moment,
            matches_left=chosen.limits.matches_per_registration,
        )
        if may_send:
            post("registration_code", email, language, registration.id)
    return token, registration


def get_registration(token: str, may_be_over: bool) -> Registration:
    """The registration of this token. Raises NoRegistration, also after it opened its account."""
    registration = Registration.find_alive(hash_token(token), now())
    if registration is None or (registration.finished_at and not may_be_over):
        raise NoRegistration()
    return registration


def stage(registration: Registration, moment: datetime) -> str:
    """The wizard's stage, by which the page decides what to show."""
    if Review.is_waiting_for(registration, moment):
        return "review"
    if registration.is_stopped(moment):
        return "stopped"
    if not registration.matches_left:
        return "void"
    return "invoice" if registration.is_proven(moment) else "code"


def may_resend_at(registration: Registration) -> datetime:
    """The earliest time (UTC) at which another code may be requested."""
    return codes.may_resend_at(registration.code_asked_at)


def send_code_again(
    actor: Actor, registration: Registration, wait: timedelta = NO_WAIT
) -> Mail | None:
    """Post a new code, to leave after `wait`; generating it makes the former one invalid.

    None if the limits let no mail out. Raises TooSoon, TooManyCodes.
    """
    if not codes.ask_again(actor, registration):
        return None
    to, lang = registration.email, registration.language
    with transaction():
        return post("registration_code", to, lang, registration.id, wait=wait)


def confirm_code(actor: Actor, registration: Registration, code: str) -> None:
    """Mark the address as confirmed, if this is its code."""
    moment = now()
    if registration.is_proven(moment):
        return
    codes.prove(registration, code, moment)
    minutes = settings.current().proven_minutes
    registration.change(proven_until=moment + timedelta(minutes=minutes))
    codes.refund(actor)


def move(link_token: str) -> str:
    """Move the registration to the browser that opened the link in the mail; the other loses it."""
    token = new_token()
    if not Registration.hand_over(hash_token(link_token), hash_token(token), now()):
        raise LinkSpent()
    return token


@dataclass(frozen=True)
class Application:
    """The form of *Potwierdzenie*: the proof, and the data of the new account."""

    proof: Proof
    kind: str
    phone: str
    wants_e_invoice: bool
    unread: str = ""


def note_form_refused(registration: Registration) -> bool:
    """Count an invalid form; return whether the office may now be asked to check."""
    moment = now()
    registration.note_form_refused(moment)
    return Registration.get_by_id(registration.id).may_ask_office(moment)


def finish(actor: Actor, registration: Registration, application: Application) -> Account:
    """Open the account, if the application proves an invoice.

    The same form may arrive twice, at once or after a lost answer: both get the same account.
    """
    try:
        return _open(actor, registration, application)
    except (CodeNotProven, HasAccount, RegistrationVoid):
        account = _find_opened(registration, application.proof)
        if account is None:
            raise
    return account


def _find_opened(registration: Registration, proof: Proof) -> Account | None:
    """The account that this registration opened, if the same invoice is proven again; else None.

    The next person at the browser has its cookie, but not the invoice.
    """
    # The account of this registration, which need not be the code's current one.
    account = Account.find_open(Registration.get_by_id(registration.id).account_id or 0)
    most = settings.current().limits.matches_per_registration
    if account is None or not limits.consume(
        "matches-again", str(registration.id), most, 24 * HOUR
    ):
        return None
    return account if find_proven(registration.customer_code, proof) else None


def _open(actor: Actor, registration: Registration, application: Application) -> Account:
    moment = now()
    may_ask = registration.may_ask_office(moment)
    if not registration.is_proven(moment):
        raise CodeNotProven()
    # Checked first: attempts in an ended registration must not count for the customer code.
    if registration.finished_at or not registration.matches_left:
        raise RegistrationVoid(may_ask_office=may_ask)
    require_day_limit(actor, registration)
    if not registration.spend_match(moment):
        raise RegistrationVoid(may_ask_office=may_ask)
    customer = find_proven(registration.customer_code, application.proof)
    if customer is None:
        _refuse_match(registration, application.kind, moment)
    texts = keep_texts(registration.language)
    with transaction():
        return admit(actor, registration, customer, application, texts)


def keep_texts(language: str) -> dict[str, str]:
    """The hashes of the texts now in force, by purpose."""
    return {p: consents.keep_text(p, language) for p in (PRIVACY, TERMS, E_INVOICE)}


def admit(
    actor: Actor,
    registration: Registration,
    customer: Customer,
    application: Application,
    texts: dict[str, str],
    ticked_at: datetime | None = None,
) -> Account:
    """Open the account and record its consents, for the wizard or a clerk, in the caller's
    transaction.

    `ticked_at` is when the person agreed, if a clerk approves later: it is the time of the
    consents.
    """
    opening = accounts.Opening(
        customer,
        registration.email,
        registration.language,
        application.kind,
        application.phone,
        application.proof.nip,
    )
    account = accounts.open_account(opening)
    registration.change(finished_at=now(), account=account)
    Review.close_waiting(customer.code, now())
    channel = "office" if actor.kind == Kind.STAFF else "registration"
    audit.record(actor, Event.ACCOUNT_OPENED, customer.code)
    wanted = (PRIVACY, TERMS, E_INVOICE) if application.wants_e_invoice else (PRIVACY, TERMS)
    for purpose in wanted:
        owner = owner_of(account.id)
        consents.record(owner, account, purpose, True, texts[purpose], channel, ticked_at)
    return account


def _refuse_match(registration: Registration, kind: str, moment: datetime) -> NoReturn:
    fresh = Registration.get_by_id(registration.id)
    may_ask = fresh.may_ask_office(moment)
    if not fresh.matches_left:
        raise RegistrationVoid(may_ask_office=may_ask)
    refusal = NoCompanyMatch if kind == "company" else NoMatch
    raise refusal(attempts_left=fresh.matches_left, may_ask_office=may_ask)


def forget_registrations(moment: datetime, _settings: Settings) -> int:
    """Delete registrations after 30 days, except those that wait for the office."""
    over = Registration.expires_at < moment - KEPT
    asked = Review.select(Review.registration)
    return Registration.delete().where(over & Registration.id.not_in(asked)).execute()
