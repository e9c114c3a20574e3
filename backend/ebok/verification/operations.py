"""Comparing what somebody holds with what the utility has: *Czy to od nas?*.

Anyone may ask, so each answer tells as little as helps: of an account whether it is the utility's
or a customer's, and never whose; of an invoice yes or no, number and amount being one question; of
a mail what its holder can see in it anyway, and where it went, because a code can be copied out of
a true mail into a forged one. Nothing known and nothing there are the same answer after the same
queries, and every question counts towards a limit of its source and of the whole office.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as lazy

from ebok import limits, settings
from ebok.actor import Actor
from ebok.customers.models import Customer
from ebok.errors import TooMany
from ebok.invoices.models import Invoice
from ebok.mail.models import Mail
from ebok.values import normalize, nrb

HOUR = timedelta(hours=1)
EVERYBODY = "everybody"


class AskedTooOften(TooMany):
    """This source, or everybody together, has asked as often as may be in an hour."""

    code = "asked-too-often"
    sentence = lazy("Too many questions in the last hour. Ask again later, or call us.")


@dataclass(frozen=True)
class Ownership:
    """Whose account it is: "utility", "customer" or ""; `is_yours` is None for a stranger."""

    whose: str
    is_yours: bool | None


def check_account(actor: Actor, account: str, asker: str) -> Ownership:
    """Whether this account (26 digits) is one to pay to; `asker` is who is signed in, or ""."""
    _count(actor)
    held = Customer.select().where(Customer.bank_account == account)
    # The second condition is what its index is made for.
    printed = Invoice.select().where(
        (Invoice.bank_account == account) & (Invoice.bank_account != "")
    )
    # Not whose all these are: a town's invoices may have the utility's own account printed on them.
    is_customers = any([held.exists(), printed.exists()])
    is_yours = any([held.where(Customer.code == asker).exists(), account in _printed_for(asker)])
    is_utilitys = account == nrb.bare(settings.current().utility.bank_account)
    whose = "utility" if is_utilitys else "customer" if is_customers else ""
    return Ownership(whose, is_yours if asker else None)


def _printed_for(customer_code: str) -> set[str]:
    mine = Invoice.select(Invoice.bank_account).where(Invoice.customer == customer_code)
    return {account for (account,) in mine.distinct().tuples()}  # pyright: ignore[reportGeneralTypeIssues]


def is_invoice(actor: Actor, number: str, amount_grosze: int) -> bool:
    """Whether an invoice of this number, the utility's or KSeF's, is over this amount."""
    _count(actor)
    bare = normalize.invoice_number(number)
    by_number = Invoice.number.in_({number, number.upper(), bare})
    by_ksef = (Invoice.ksef_number == bare) & (Invoice.ksef_number != "")
    # Two questions, so that each goes through its index.
    found = [*Invoice.select().where(by_number), *Invoice.select().where(by_ksef)]
    return any(abs(amount_grosze) in _amounts(invoice) for invoice in found)


def _amounts(invoice: Invoice) -> set[int]:
    # A correction's sum is printed with a minus that people leave out.
    return {abs(a) for a in (invoice.gross_grosze, invoice.payable_grosze) if a is not None}


def find_mail(actor: Actor, short_code: str) -> Mail | None:
    """The mail that carries this code; None where we sent none such, or a year has passed."""
    _count(actor)
    return Mail.get_or_none((Mail.short_code == short_code) & (Mail.short_code != ""))


def sent_at(mail: Mail) -> datetime:
    """When it left, or was about to: a worker may have died before it could note that it did."""
    return mail.sent_at or mail.created_at


def _count(actor: Actor) -> None:
    most = settings.current().limits
    for name, key, allowed in (
        ("genuine-source", actor.network, most.genuine_checks_per_source_hour),
        ("genuine-office", EVERYBODY, most.genuine_checks_per_office_hour),
    ):
        if not limits.consume(name, key, allowed, HOUR):
            left = limits.time_left(name, key, HOUR)
            raise AskedTooOften(retry_after_seconds=max(1, int(left.total_seconds())))
