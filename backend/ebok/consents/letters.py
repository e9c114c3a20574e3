"""The mails that confirm a decision about the e-invoice."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as lazy

from ebok.accounts.models import Account
from ebok.consents.models import Consent
from ebok.consents.operations import is_by_ksef, waits_until
from ebok.mail.kinds import EXAMPLE, Letter
from ebok.mail.masking import mask_code
from ebok.settings import Settings

TemplateValues = dict[str, Any]
AT = datetime(2026, 11, 20, 9, 30)


def _write(subject_id: int, _settings: Settings) -> TemplateValues | None:
    """Template values; `waits_until` is None once the consent is in force."""
    consent = Consent.get_or_none(Consent.id == subject_id)
    account = consent and Account.find_open(consent.account_id)
    if consent is None or account is None:
        return None
    return {
        "decided_at": consent.decided_at,
        "waits_until": waits_until(consent),
        "by_ksef": is_by_ksef(account),
        "customer_code_masked": mask_code(account.customer_code),
    }


e_invoice_given = Letter(
    "e_invoice_given",
    lazy("Confirmation that e-invoices were switched on"),
    Consent,
    _write,
    example=EXAMPLE | {"decided_at": AT, "waits_until": AT, "by_ksef": False},
    ttl=lambda _settings: timedelta(days=2),
)
e_invoice_withdrawn = Letter(
    "e_invoice_withdrawn",
    lazy("Confirmation that e-invoices were switched off"),
    Consent,
    _write,
    example=EXAMPLE | {"decided_at": AT, "by_ksef": True},
    ttl=lambda _settings: timedelta(days=2),
)
