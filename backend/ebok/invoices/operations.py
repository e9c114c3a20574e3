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
    billed_nip = normalize.plain(customer.nip).upper().removeprefix("PL") if customer else ""
    shown = [proves(proof, invoice) for invoice in invoices]
    # A NIP that billing knows is required, or a company's account could be opened as a person. On
    # an invoice for a municipality's unit the municipality's NIP is accepted, too.
    units = [i for i, is_proven in zip(invoices, shown, strict=True) if is_proven and i.buyer_nip]
    nip_fits = billed_nip in ("", proof.nip) or proof.nip in [i.buyer_nip for i in units]
    return customer if customer and nip_fits and any(shown) else None


def proves(proof: Proof, invoice: Invoice) -> bool:
    """Whether number (the invoice's or KSeF's), amount and buyer match this invoice."""
    numbers = {
        _with_one_mark(normalize.invoice_number(number))
        for number in (invoice.number, invoice.ksef_number)
    }
    # Corrections are printed with a minus that people leave out.
    same_sum = abs(proof.amount_grosze) == abs(invoice.gross_grosze)
    # If billing has no buyer's name, nothing typed can match it.
    same_buyer = name_words(proof.buyer) in [words for words in _buyers(invoice) if words]
    return _with_one_mark(proof.number) in numbers - {""} and same_sum and same_buyer


def _with_one_mark(number: str) -> str:
    """The number with slashes for dashes and dots, which phones offer sooner."""
    return re.sub(r"[-./]+", "/", number)


def _buyers(invoice: Invoice) -> list[list[str]]:
    """Accepted buyer names, as lists of words: buyer, recipient, or both."""
    buyer, recipient = invoice.buyer_name, invoice.recipient_name
    if not recipient:
        return [name_words(buyer)]
    return [name_words(name) for name in (buyer, recipient, f"{buyer} {recipient}")]
