"""Payment operators behind one interface: the form for the payer, and the notification that comes
back.

To add one, write a class like `imoje.Imoje` in its own file, a line in `chosen`, and its settings.
The form-action of the pages follows by itself.
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
    """What a payment operator must be able to do."""

    name: str
    label: str
    """What customers know it as."""
    address: str
    """Where its form goes."""
    thanks: dict[str, str]
    """The JSON that it wants to hear when a notification was understood."""

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
