"""Who plays in the tests, and factories that put them into billing's mirror.

Anna has an account; Bartek has another and must never see hers; Celina is registering; Dorota is a
clerk. Factories are plain functions with keyword overrides.
"""

import itertools
import os
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from ebok.accounts.models import Account
from ebok.accounts.operations_passwords import hash_password
from ebok.customers import models as customers
from ebok.database import now
from ebok.documents import models as documents
from ebok.invoices import models as invoices
from ebok.meters import models as meters
from ebok.payments import models as payments
from ebok.tokens import new_public_id

TOWN = ZoneInfo("Europe/Warsaw")
LETTERS = str.maketrans("0123456789", "ghijklmnop")
_numbers = itertools.count(random.Random(os.urandom(8)).randrange(10_000_000, 80_000_000))


def today() -> date:
    """The day in the town, which is not the machine's for an hour or two of each night."""
    return datetime.now(TOWN).date()


@dataclass(frozen=True)
class Customer:
    """Somebody with invoices; `number` and `amount` are the newest one's, as one types them."""

    code: str
    name: str
    kind: str
    nip: str
    number: str
    amount: str


def new_code() -> str:
    """A customer code that nobody has."""
    return f"39-{next(_numbers)}"


def new_email() -> str:
    """An address that nobody has used."""
    return f"c{next(_numbers)}@poczta.example"


def new_surname() -> str:
    """A surname that nobody has, nor one a typing error away."""
    return f"Rzadko{new_public_id()[:12].translate(LETTERS)}"


def new_customer(
    name: str = "Celina Wójcik-Żak",
    kind: str = "person",
    nip: str = "",
    email: str = "",
    months: int = 5,
) -> Customer:
    """A customer with an invoice for each of the last months."""
    code = new_code()
    customers.Customer.create(code=code, name=name, kind=kind, nip=nip, email=email)
    issued = [_invoice(code, name, age) for age in reversed(range(months))]
    if issued:
        # In one statement: most tests begin with some customers.
        invoices.Invoice.insert_many(issued).execute()
    newest = issued[-1] if issued else {"number": "", "gross_grosze": 0}
    amount = f"{newest['gross_grosze'] / 100:.2f}"
    return Customer(code, name, kind, nip, newest["number"], amount)


def add_invoice(
    code: str, buyer: str, months_ago: int = 0, gross_grosze: int = 0, **columns
) -> invoices.Invoice:
    """Add an invoice issued `months_ago`."""
    return invoices.Invoice.create(**_invoice(code, buyer, months_ago, gross_grosze) | columns)


def _invoice(code: str, buyer: str, months_ago: int, gross_grosze: int = 0) -> dict:
    serial = next(_numbers)
    gross = gross_grosze or 10_000 + serial % 10_000
    issued_on = today() - timedelta(days=30 * months_ago + 3)
    return {
        "number": f"FV/{issued_on:%Y/%m}/{serial}",
        "customer": code,
        "kind": "invoice",
        "buyer_name": buyer,
        "issued_on": issued_on,
        "due_on": issued_on + timedelta(days=14),
        "net_grosze": gross - gross * 8 // 108,
        "vat_grosze": gross * 8 // 108,
        "gross_grosze": gross,
        "outstanding_grosze": gross,
    }


def add_document(invoice: invoices.Invoice, **columns) -> documents.Document:
    """A file of this customer's invoice, as billing gives it."""
    key = {"invoice_number": invoice.number, "customer_code": invoice.customer_code}
    return documents.Document.create(**key, **columns)


def add_line(invoice: invoices.Invoice, position: int = 1, **columns) -> invoices.InvoiceLine:
    """One more line of an invoice: ten cubic metres of water."""
    return invoices.InvoiceLine.create(
        **{
            "invoice": invoice.number,
            "position": position,
            "name": "Dostarczona woda",
            "unit": "m³",
            "quantity_millionths": 10_000_000,
            "unit_net_microgrosze": 482_000_000,
            "net_grosze": 4820,
            "vat_rate": "8",
            **columns,
        }
    )


def add_payment(code: str, amount_grosze: int, booked_on: date, **columns) -> payments.Payment:
    """Money that billing has booked."""
    return payments.Payment.create(
        **{
            "payment_id": f"P{next(_numbers)}",
            "customer": code,
            "amount_grosze": amount_grosze,
            "booked_on": booked_on,
            **columns,
        }
    )


def add_meter(code: str, street: str = "Lipowa 14/3", **columns) -> meters.Meter:
    """A meter at a new point of use of this customer's."""
    point = meters.PointOfUse.create(code=f"PP{next(_numbers)}", customer=code, street=street)
    return meters.Meter.create(
        **{
            "serial": str(next(_numbers)),
            "point": point,
            "digits": 5,
            "kind": "water",
            **columns,
        }
    )


@cache
def hash_once(password: str) -> str:
    """A hash of this password; one more would take as long as a login."""
    return hash_password(password)


TEMPORARY = "Hk7RtWxPqN3c"
"""A temporary password as it is mailed."""


def newcomer() -> tuple[Customer, str]:
    """A customer with an account just opened, and the temporary password that was mailed."""
    customer = new_customer()
    ends_at = now() + timedelta(days=1)
    new_account(customer, TEMPORARY, must_change_password=True, password_expires_at=ends_at)
    return customer, TEMPORARY


def new_account(customer: Customer, password: str, email: str = "", **columns) -> Account:
    """An account that was opened before the test begins, with a password of its owner's."""
    return Account.create(
        **{
            "customer": customer.code,
            "email": email or new_email(),
            "kind": customer.kind,
            "language": "pl",
            "opened_at": now(),
            "must_change_password": False,
            "password_hash": hash_once(password),
            "password_changed_at": now(),
            **columns,
        }
    )
