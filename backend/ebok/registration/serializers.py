"""JSON of a registration, for the browser that holds it."""

from typing import Annotated, TypedDict

from ebok.accounts.models import Account
from ebok.database import now
from ebok.database.iso import as_text
from ebok.registration import operations
from ebok.registration.models import Registration, Review
from ebok.values import days
from ebok.values.days import Instant, ShownInstant
from ebok.values.normalize import CustomerCode


class RegistrationJson(TypedDict):
    """Where a registration stands."""

    customer_code: CustomerCode
    """As it was typed; it may belong to nobody."""
    email: Annotated[str, "format: email"]
    stage: Annotated[str, "enum: [code, invoice, review, void, stopped]"]
    """`code`: the one-time code is to be typed. `invoice`: it is proven, the invoice is next.
    `review`: the office was asked. `void`: no try is left.
    `stopped`: too many failed matches for this customer code, until tomorrow."""
    code_sent: bool
    """Whether a code has been made for a mail; false while the first is queued."""
    resend_after: Instant
    proven_until: ShownInstant | None
    """Until when the address counts as proven."""
    may_ask_office: bool


class NewAccountJson(TypedDict):
    """The account that a registration has opened."""

    customer_code: CustomerCode
    email: Annotated[str, "format: email"]
    """The address that this browser has proved."""


class ReviewJson(TypedDict):
    """What the office was asked to check."""

    received_at: Instant


def registration(shown: Registration) -> RegistrationJson:
    """The registration as its own browser sees it."""
    moment = now()
    is_proven = shown.is_proven(moment)
    return {
        "customer_code": shown.customer_code,
        "email": shown.email,
        "stage": operations.stage(shown, moment),
        "code_sent": bool(shown.code_hash),
        "resend_after": as_text(operations.may_resend_at(shown)),
        "proven_until": days.instant_as_json(shown.proven_until) if is_proven else None,
        "may_ask_office": shown.may_ask_office(moment),
    }


def new_account(opened: Account, proved: Registration) -> NewAccountJson:
    """The account, and the address that this browser has proved: the owner's may be another one
    by now."""
    return {"customer_code": opened.customer_code, "email": proved.email}


def review(asked: Review) -> ReviewJson:
    """When it was asked."""
    return {"received_at": as_text(asked.asked_at)}
