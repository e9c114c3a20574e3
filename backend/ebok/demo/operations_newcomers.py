"""Three demo customers without an account, to try registration with."""

from collections.abc import Iterator
from dataclasses import dataclass

from peewee import Expression, fn

from ebok.accounts.models import Account
from ebok.customers.models import Customer
from ebok.invoices.models import Invoice


@dataclass(frozen=True)
class Newcomer:
    """What registration asks of a customer; `amount` as typed."""

    customer_code: str
    kind: str
    buyer_name: str
    nip: str
    invoice_number: str
    amount: str


def three_to_register() -> list[Newcomer]:
    """A plain person, one with a double surname, a company with a NIP; none has an account yet."""
    is_person = Customer.kind == "person"
    has_dash = Customer.name.contains("-")
    sorts = (is_person & ~has_dash, is_person & has_dash, Customer.nip != "")
    return [newcomer for sort in sorts for newcomer in _first(sort)]


def _first(sort: Expression) -> Iterator[Newcomer]:
    invoice = (
        Invoice.select(Invoice, Customer)
        .join(Customer)
        .where(sort, Invoice.kind == "invoice", ~fn.EXISTS(_account_of_customer()))
        .order_by(Customer.code, Invoice.issued_on.desc())
        .first()
    )
    if invoice:
        yield Newcomer(
            customer_code=invoice.customer.code,
            kind=invoice.customer.kind,
            buyer_name=invoice.buyer_name,
            nip=invoice.customer.nip,
            invoice_number=invoice.number,
            amount=f"{invoice.gross_grosze // 100},{invoice.gross_grosze % 100:02}",
        )


def _account_of_customer():
    is_open = (Account.customer == Customer.code) & Account.closed_at.is_null()
    return Account.select(Account.id).where(is_open)
