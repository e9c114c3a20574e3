"""Demo customers who already have an account."""

from dataclasses import dataclass

from flask_babel import force_locale

from ebok.accounts.models import Account
from ebok.accounts.operations_passwords import hash_password
from ebok.actor import customer as customer_actor
from ebok.consents import operations as consents
from ebok.consents.models import E_INVOICE
from ebok.customers.models import Customer
from ebok.database import now, transaction

PASSWORD = "Kasztan-przy-rynku-7"


@dataclass(frozen=True)
class Resident:
    """A customer with an account, and what it shows."""

    customer_code: str
    sees: str


RESIDENTS = (
    Resident("39-29005", "a person: one invoice to pay, printed by billing itself"),
    Resident("39-29007", "a person: one invoice overdue"),
    Resident("39-29003", "a person: one invoice corrected"),
    Resident("39-29008", "a person: each invoice to be paid in two parts"),
    Resident("39-29013", "a person: one invoice corrected twice, each time with its reason"),
    Resident("39-29029", "a person: a call for payment"),
    Resident("39-29006", "a company: invoices from KSeF, with its meter in the attachment"),
    Resident("39-29012", "a housing co-operative: three points of use, part-paid invoices"),
)


def settle_in() -> None:
    """Open the residents' accounts with the e-invoice switched on; idempotent."""
    for resident in RESIDENTS:
        customer = Customer.get_or_none(Customer.code == resident.customer_code)
        if customer and Account.find(customer.code) is None:
            _open(customer)


def _open(customer: Customer) -> None:
    with transaction(), force_locale("pl"):
        account = Account.create(
            customer=customer.code,
            email=customer.email or f"klient.{customer.code}@poczta.example",
            kind=customer.kind,
            language="pl",
            password_hash=hash_password(PASSWORD),
            must_change_password=False,
            password_changed_at=now(),
            opened_at=now(),
        )
        text_hash = consents.keep_text(E_INVOICE, "pl")
        owner = customer_actor(account.id)
        consents.record(owner, account, E_INVOICE, True, text_hash, "registration")
