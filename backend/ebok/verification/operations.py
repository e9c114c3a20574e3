"""Compares what people hold with what the utility has: *Czy to od nas?*.

Anyone may ask, so answers reveal as little as possible. About an account: whether it belongs to the
utility or to a customer, never to whom. About an invoice: yes or no, for number and amount
together. About a mail: what its holder sees in it anyway, and the masked recipient, because a code
can be copied from a genuine mail into a forged one. Every answer runs the same queries, and every
question counts towards the limits of its source and of the whole installation.
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
    """The limit of this source, or of everybody together, is used up for this hour."""

    code = "asked-too-often"
    sentence = lazy("Too many questions in the last hour. Ask again later, or call us.")


@dataclass(frozen=True)
class Ownership:
    """Owner of an account: "utility", "customer" or ""; `is_yours` is None for visitors."""

    whose: str
    is_yours: bool | None


def check_account(actor: Actor, account: str, asker: str) -> Ownership:
    """Tell whether this bank account (26 digits) is ours; `asker` is the customer code or ""."""
    _count(actor)
    held = Customer.select().where(Customer.bank_account == account)
    # The second condition allows the use of a partial index.
    printed = Invoice.select().where(
        (Invoice.bank_account == account) & (Invoice.bank_account != "")
    )
    # exists(), not a list: many invoices may have the utility's own account.
    is_customers = any([held.exists(), printed.exists()])
    is_yours = any([held.where(Customer.code == asker).exists(), account in _printed_for(asker)])
    is_utilitys = account == nrb.bare(settings.current().utility.bank_account)
    whose = "utility" if is_utilitys else "customer" if is_customers else ""
    return Ownership(whose, is_yours if asker else None)


def _printed_for(customer_code: str) -> set[str]:
    mine = Invoice.select(Invoice.bank_account).where(Invoice.customer == customer_code)
    return {account for (account,) in mine.distinct().tuples()}  # pyright: ignore[reportGeneralTypeIssues]


def is_invoice(actor: Actor, number: str, amount_grosze: int) -> bool:
    """Tell whether an invoice has this number (ours or KSeF's) and this amount."""
    _count(actor)
    bare = normalize.invoice_number(number)
    by_number = Invoice.number.in_({number, number.upper(), bare})
    by_ksef = (Invoice.ksef_number == bare) & (Invoice.ksef_number != "")
    # Two queries, so that each uses its index.
    found = [*Invoice.select().where(by_number), *Invoice.select().where(by_ksef)]
    return any(abs(amount_grosze) in _amounts(invoice) for invoice in found)


def _amounts(invoice: Invoice) -> set[int]:
    # People omit the minus of a correction.
    return {abs(a) for a in (invoice.gross_grosze, invoice.payable_grosze) if a is not None}


def find_mail(actor: Actor, short_code: str) -> Mail | None:
    """The mail with this short code, else None. Mails are kept for a year."""
    _count(actor)
    return Mail.get_or_none((Mail.short_code == short_code) & (Mail.short_code != ""))


def sent_at(mail: Mail) -> datetime:
    """When the mail was sent; its creation time if a worker stopped before recording that."""
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
