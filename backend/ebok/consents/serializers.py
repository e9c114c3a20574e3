"""JSON of the e-invoice."""

from typing import TypedDict

from ebok.accounts.models import Account
from ebok.consents.models import E_INVOICE, Consent
from ebok.values import days
from ebok.values.days import ShownInstant


class EInvoiceJson(TypedDict):
    """Whether invoices come as e-invoices."""

    given: bool
    since: ShownInstant | None


def e_invoice(account: Account) -> EInvoiceJson:
    """Whether the e-invoice is on, and since when."""
    consent = Consent.newest(account, E_INVOICE)
    if consent is None or not consent.given:
        return {"given": False, "since": None}
    return {"given": True, "since": days.instant_as_json(consent.decided_at)}
