"""Payment operators behind one interface: the form for the payer, and the callback.

To add one, write a class like `Imoje` in its own file, a line in `chosen`, and its settings. The
pages' CSP (form-action) follows from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from ebok.accounts.models import Account
from ebok.payments.models import PaymentOrder
from ebok.payments.models_callback import Callback
from ebok.payments.operations_imoje import Imoje
from ebok.settings import Settings


@dataclass(frozen=True)
class Handover:
    """The form that the payer's browser submits to the operator."""

    action: str
    fields: dict[str, str]


class Operator(Protocol):
    """The interface of a payment operator."""

    name: str
    label: str
    """Its name for customers."""
    address: str
    """URL that its form is submitted to."""
    thanks: dict[str, str]
    """The JSON answer that it expects to a callback."""

    def fields(
        self, order: PaymentOrder, payer: Account, back: str, notify_url: str
    ) -> dict[str, str]:
        """Signed fields of the form. `back` is our page, `notify_url` receives the
        notifications.
        """
        ...

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """The callback in a notification. Raises WrongSignature before anything in it is used."""
        ...


def chosen(settings: Settings) -> Operator | None:
    """The utility's payment operator, else None."""
    return Imoje(settings.imoje) if settings.imoje.is_on else None


def origin(settings: Settings) -> str:
    """The origin that our pages may submit a form to; "" without an operator."""
    operator = chosen(settings)
    if operator is None:
        return ""
    parts = urlsplit(operator.address)
    return f"{parts.scheme}://{parts.netloc}"
