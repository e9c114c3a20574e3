"""Checking that a visitor holds one of a customer's invoices."""

import re
from dataclasses import dataclass

from ebok.customers.models import Customer
from ebok.invoices.models import Invoice
from ebok.values import normalize
from ebok.values.names import name_words


@dataclass(frozen=True)
class Proof:
    """The invoice data that a visitor typed, normalized; `nip` is "" for a person."""

    buyer: str
    nip: str
    number: str
    amount_grosze: int


def find_proven(customer_code: str, proof: Proof) -> Customer | None:
    """The customer, if all parts of `proof` are right, else None, without saying which is wrong.

    The same queries run whether or not the customer code exists.
    """
    customer = Customer.get_or_none(Customer.code == customer_code)
    invoices = Invoice.newest_three(customer_code)
    billed = billed_nip(customer) if customer else ""
    shown = [proves(proof, invoice) for invoice in invoices]
    # A NIP that billing knows is required, or a company's account could be opened as a person. On
    # an invoice for a municipality's unit the municipality's NIP is accepted, too.
    units = [i for i, is_proven in zip(invoices, shown, strict=True) if is_proven and i.buyer_nip]
    nip_fits = billed in ("", proof.nip) or proof.nip in [i.buyer_nip for i in units]
    return customer if customer and nip_fits and any(shown) else None


def billed_nip(customer: Customer) -> str:
    """The customer's NIP as digits; "" if billing holds none."""
    return normalize.plain(customer.nip).upper().removeprefix("PL")


def proves(proof: Proof, invoice: Invoice) -> bool:
    """Whether number (the invoice's or KSeF's), amount and buyer match this invoice."""
    is_of_it = has_number(invoice, proof.number) and has_amount(invoice, proof.amount_grosze)
    return is_of_it and has_buyer(invoice, proof.buyer)


def has_number(invoice: Invoice, number: str) -> bool:
    """Whether this is the invoice's number or that of KSeF, whatever its marks."""
    numbers = {
        _with_one_mark(normalize.invoice_number(own))
        for own in (invoice.number, invoice.ksef_number)
    }
    return _with_one_mark(number) in numbers - {""}


def has_amount(invoice: Invoice, grosze: int) -> bool:
    """Whether this is its gross amount; people leave out the minus of a correction."""
    return abs(grosze) == abs(invoice.gross_grosze)


def has_buyer(invoice: Invoice, name: str) -> bool:
    """Whether this is its buyer, its recipient, or both: docs/decisions/0006."""
    # If billing has no buyer's name, nothing typed can match it.
    return name_words(name) in [words for words in _buyers(invoice) if words]


def _with_one_mark(number: str) -> str:
    """The number with slashes for dashes and dots, which phones offer sooner."""
    return re.sub(r"[-./]+", "/", number)


def _buyers(invoice: Invoice) -> list[list[str]]:
    """Accepted buyer names, as lists of words: buyer, recipient, or both."""
    buyer, recipient = invoice.buyer_name, invoice.recipient_name
    if not recipient:
        return [name_words(buyer)]
    return [name_words(name) for name in (buyer, recipient, f"{buyer} {recipient}")]
