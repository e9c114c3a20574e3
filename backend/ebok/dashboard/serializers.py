"""What *Start* shows, gathered from the features that know it."""

from typing import Annotated, TypedDict

from ebok.accounts.models import Account
from ebok.accounts.serializers import password_changed
from ebok.accounts.texts import why_unreached
from ebok.consents import serializers as consents
from ebok.consents.serializers import EInvoiceJson
from ebok.customers.models import Customer
from ebok.invoices import serializers as invoices
from ebok.invoices.serializers_json import NewestInvoiceJson
from ebok.values import days
from ebok.values.days import ShownInstant
from ebok.values.normalize import CustomerCode


class AccountJson(TypedDict):
    """What *Start* shows."""

    customer_code: CustomerCode
    today: str
    """Today in the town, with its weekday, as a letter has it."""
    name: str
    """As billing has it."""
    email: Annotated[str, "format: email"]
    email_bounced: ShownInstant | None
    """When a mail to this address last came back; null once it is another one, or works again."""
    email_bounced_why: str | None
    """A sentence in the reader's language."""
    phone: str | None
    """E.164."""
    e_invoice: EInvoiceJson
    newest_invoice: NewestInvoiceJson | None
    """The newest invoice, without corrections and notes; null where there is none."""
    opened: ShownInstant
    password_changed: ShownInstant


def account(shown: Account) -> AccountJson:
    """What *Start* shows."""
    return {
        "customer_code": shown.customer_code,
        "today": days.of_a_letter(days.today()),
        "name": Customer.name_of(shown.customer_code),
        "email": shown.email,
        "email_bounced": days.instant_as_json(shown.bounced_at),
        "email_bounced_why": why_unreached(shown),
        "phone": shown.phone or None,
        "e_invoice": consents.e_invoice(shown),
        "newest_invoice": invoices.newest(shown.customer_code),
        "opened": days.instant_as_json(shown.opened_at),
        "password_changed": password_changed(shown),
    }
