"""Review by the office: a clerk may approve what the invoice did not prove.

A clerk approves only after reaching the customer by a phone number or address in billing, or at the
counter. All that the applicant entered is unproven, the phone number included.
"""

from datetime import datetime, timedelta
from typing import Any

from peewee import IntegrityError

from ebok import audit, limits, settings
from ebok.accounts.models import Account
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.consents.models import E_INVOICE, PRIVACY, TERMS
from ebok.customers.models import Customer
from ebok.database import now, transaction
from ebok.errors import NotFound, TooMany
from ebok.invoices.operations import Proof
from ebok.mail.models import Mail
from ebok.mail.outbox import NO_WAIT, post
from ebok.registration.errors import (
    AlreadyDecided,
    MayNotAskOffice,
    NoSuchCustomer,
    NoSuchWay,
    TooLateToTakeBack,
)
from ebok.registration.models import Registration, Review
from ebok.registration.operations import KEPT, Application, admit, keep_texts
from ebok.settings import Settings

REASONS = ("not-reached", "data-differ", "not-a-customer", "withdrawn")
PHONE, ADDRESS, COUNTER = "billing-phone", "billing-address", "counter"
REACHED_BY = (PHONE, ADDRESS, COUNTER)


def ask(actor: Actor, registration: Registration, application: Application) -> Review:
    """Queue the application for a clerk; asking again changes nothing."""
    if not registration.may_ask_office(now()):
        raise MayNotAskOffice()
    waiting_already = Review.find_waiting(registration.customer_code, registration.email)
    if waiting_already:
        return waiting_already
    most = settings.current().limits.reviews_per_source_day
    if not limits.consume("reviews", actor.network, most, timedelta(days=1)):
        raise TooMany()
    texts = keep_texts(registration.language)
    try:
        return _put_into_queue(actor, registration, application, texts)
    except IntegrityError:
        # The same request arrived twice at once, and the other one was first. Return it even if
        # a clerk has decided it meanwhile.
        return Review.get_newest(registration.customer_code, registration.email)


def _put_into_queue(
    actor: Actor, registration: Registration, application: Application, texts: dict[str, str]
) -> Review:
    with transaction():
        review = _insert(registration, application, texts)
        post("review_received", review.email, review.language, review.id)
        post("review_office", settings.current().utility.email, "pl", review.id)
        audit.record(actor, Event.REVIEW_ASKED, review.customer_code)
    return review


def _insert(registration: Registration, application: Application, texts: dict[str, str]) -> Review:
    proof = application.proof
    return Review.create(
        registration=registration,
        customer_code=registration.customer_code,
        email=registration.email,
        language=registration.language,
        kind=application.kind,
        buyer=proof.buyer,
        nip=proof.nip,
        number=proof.number,
        amount_grosze=proof.amount_grosze,
        phone=application.phone,
        wants_e_invoice=application.wants_e_invoice,
        privacy_hash=texts[PRIVACY],
        terms_hash=texts[TERMS],
        e_invoice_hash=texts[E_INVOICE],
        asked_at=now(),
        unread=application.unread,
    )


def waiting() -> list[Review]:
    """The queue, oldest first."""
    return list(Review.select().where(Review.decision == "").order_by(Review.asked_at))


def approve(actor: Actor, review_id: int, reached_by: str) -> None:
    """Open the account; `reached_by` tells how the customer was reached (see REACHED_BY).

    Raises NoSuchWay, if billing does not hold it.
    """
    with transaction():
        review = _decide(actor, review_id, "approved", reached_by=reached_by)
        customer = Customer.get_or_none(Customer.code == review.customer_code)
        if customer is None:
            raise NoSuchCustomer()
        if reached_by not in ways_to(customer):
            raise NoSuchWay()
        texts = {
            PRIVACY: review.privacy_hash,
            TERMS: review.terms_hash,
            E_INVOICE: review.e_invoice_hash,
        }
        admit(actor, review.registration, customer, _application(review), texts, review.asked_at)
        audit.record(actor, Event.REGISTRATION_APPROVED, review.customer_code, reached_by)


def ways_to(customer: Customer) -> list[str]:
    """How this customer can be reached by what billing holds (see REACHED_BY)."""
    held = {PHONE: customer.phone, ADDRESS: customer.street or customer.city, COUNTER: "always"}
    return [way for way, is_held in held.items() if is_held]


def _application(review: Review) -> Application:
    proof = Proof(review.buyer, review.nip, review.number, review.amount_grosze)
    return Application(proof, review.kind, review.phone, review.wants_e_invoice)


def refuse(actor: Actor, review_id: int, reason: str, wait: timedelta = NO_WAIT) -> None:
    """Refuse with a ready reason (see REASONS); the mail reveals nothing about the customer.

    It leaves after `wait`, and until then the refusal can be taken back.
    """
    with transaction():
        review = _decide(actor, review_id, "refused", reason=reason)
        post("review_refused", review.email, review.language, review.id, wait=wait)
        audit.record(actor, Event.REGISTRATION_REFUSED, review.customer_code, reason)


def take_back(actor: Actor, review_id: int) -> Review:
    """Take the actor's refusal back, whose mail has not left: the request waits again.

    Raises TooLateToTakeBack, also if the applicant has asked anew meanwhile.
    """
    moment = now()
    mine = (Review.id == review_id) & (Review.decided_by == actor.name)
    is_mail = (Mail.letter == "review_refused") & (Mail.subject_id == review_id)
    undecided = {"decision": "", "decided_at": None, "decided_by": "", "reason": ""}
    try:
        with transaction():
            if not Mail.withdraw(Mail.select(Mail.id).where(is_mail), moment):
                raise TooLateToTakeBack()
            again = Review.update(**undecided).where(mine & (Review.decision == "refused"))
            if not again.execute():
                raise TooLateToTakeBack()
            review = Review.get_by_id(review_id)
            audit.record(actor, Event.ACT_UNDONE, review.customer_code, "refuse")
    except IntegrityError:
        raise TooLateToTakeBack() from None
    return review


def _decide(actor: Actor, review_id: int, decision: str, **how: Any) -> Review:
    """Record the decision; a single UPDATE, so that two clerks cannot both decide.

    Raises AlreadyDecided.
    """
    decided = Review.update(decision=decision, decided_at=now(), decided_by=actor.name, **how)
    taken = decided.where((Review.id == review_id) & (Review.decision == "")).execute()
    review = Review.get_or_none(Review.id == review_id)
    if review is None:
        raise NotFound()
    if not taken:
        raise AlreadyDecided()
    return review


def forget_reviews(moment: datetime, _settings: Settings) -> int:
    """Delete requests 30 days after the decision; the decision itself stays in the audit log.

    Those that opened an account are kept while it is open, as evidence of its consents.
    """
    has_opened = Account.select(Account.id).where(
        Account.closed_at.is_null() | (Account.closed_at >= moment - KEPT)
    )
    proving = Registration.select(Registration.id).where(Registration.account.in_(has_opened))
    is_proof = (Review.decision == "approved") & Review.registration.in_(proving)
    return Review.delete().where((Review.decided_at < moment - KEPT) & ~is_proof).execute()
