"""What a comparison finds, how long somebody waits, and how they can be reached, in words."""

from datetime import timedelta

from flask_babel import format_timedelta, gettext as _, lazy_gettext as lazy

from ebok.registration.models import Review
from ebok.registration.operations_reviews import ADDRESS, COUNTER, PHONE
from ebok.reviews.operations import (
    ALPHABET,
    AMOUNT,
    BUYER,
    FORGIVEN,
    KIND,
    MISSING,
    NIP,
    NUMBER,
    ONE_OFF,
    OTHER,
    SAME,
    SWAPPED,
    Comparison,
)

FIELDS = {
    KIND: lazy("Registered as"),
    BUYER: lazy("Name of the buyer"),
    NIP: lazy("NIP (tax number)"),
    NUMBER: lazy("Invoice number"),
    AMOUNT: lazy("Gross amount"),
}
KINDS = {"person": lazy("Individual"), "company": lazy("Company"), "": lazy("no NIP in billing")}
FINDINGS = {
    SAME: lazy("agrees"),
    FORGIVEN: lazy("agrees, spelt in another way"),
    SWAPPED: lazy("two characters are swapped"),
    ONE_OFF: lazy("one character differs"),
    ALPHABET: lazy("another alphabet"),
    OTHER: lazy("differs"),
    MISSING: lazy("not entered"),
}
REACHED = {
    PHONE: lazy("I spoke with them on the phone number that billing holds"),
    ADDRESS: lazy("they answered a letter to the address that billing holds"),
    COUNTER: lazy("they are at the counter, with a document"),
}
REASONS = {
    "not-reached": lazy("the customer could not be reached"),
    "data-differ": lazy("the data belong to somebody else"),
    "not-a-customer": lazy("nobody has a contract with this customer code"),
    "withdrawn": lazy("the customer did not ask, or asks no more"),
}
DECISIONS = {
    "approved": lazy("approved"),
    "refused": lazy("refused"),
    "overtaken": lazy("settled in another way"),
}


def finding(name: str) -> str:
    """What a comparison finds of one field."""
    return str(FINDINGS[name])


def field(name: str) -> str:
    """The field's label, as the applicant saw it."""
    return str(FIELDS[name])


def kind(name: str) -> str:
    """As what somebody registers."""
    return str(KINDS.get(name, name))


def reached(name: str) -> str:
    """How the customer was reached."""
    return str(REACHED.get(name, name))


def reason(name: str) -> str:
    """Why it was refused."""
    return str(REASONS.get(name, name))


def decision(review: Review) -> str:
    """What was decided; "" while nothing is."""
    return str(DECISIONS.get(review.decision, review.decision))


def age(waited: timedelta) -> str:
    """How long somebody waits, in one unit: 25 minutes, 20 hours, 3 days."""
    return format_timedelta(waited, granularity="minute", threshold=1.5)


def summary(found: Comparison) -> str:
    """What is the matter, as one would say it."""
    if found.customer is None:
        return _("Billing does not know this customer code: no account can be opened for it.")
    if found.invoice is None:
        return _("Billing has no invoice of this customer to compare with.")
    names = ", ".join(field(line.name) for line in found.differing)
    if names and not found.is_newest:
        return _("Not as on an invoice of this customer: %(fields)s.", fields=names)
    if names:
        return _("Not as on the invoice: %(fields)s. The rest agrees.", fields=names)
    if not found.is_newest:
        return _("Everything agrees, but the invoice is not one of the last three.")
    return _("Everything agrees with the invoice.")


def brief(found: Comparison) -> str:
    """What differs, for a row of the list."""
    if found.customer is None:
        return _("billing does not know this code")
    if found.invoice is None:
        return _("no invoice to compare with")
    told = [f"{field(line.name)}: {finding(line.finding)}" for line in found.differing]
    if not found.is_newest:
        told.append(_("not one of the last three invoices"))
    return "; ".join(told) or _("nothing")


def way(found: Comparison) -> str:
    """How the customer can be reached, for a row of the list."""
    customer = found.customer
    if customer is None:
        return _("not at all")
    if customer.phone:
        return _("phone %(number)s", number=customer.phone)
    if customer.street or customer.city:
        return _("by letter: billing has no phone number")
    return _("at the counter only")
