"""Payment operators, behind one small interface: `start` sends a payer off, `read` hears back.

To add one: a class like `imoje.Imoje` in a file of its own, a line in `chosen`, its settings, and
its origin goes into the pages' form-action by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from ebok.payments.models_callback import Callback
from ebok.payments.operations_imoje import Imoje
from ebok.settings import Settings


@dataclass(frozen=True)
class Handover:
    """The form that the payer's browser sends to the operator."""

    action: str
    fields: dict[str, str]


class Operator(Protocol):
    """What a payment operator must be able to do."""

    name: str
    label: str
    """What customers know it as."""
    address: str
    """Where its form goes."""
    thanks: dict
    """The JSON that it wants to hear when a notification was understood."""

    def fields(self, order, payer, back: str, notify_url: str) -> dict[str, str]:
        """The signed fields of the form; `back` is our page, `told_at` takes its notifications."""

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """What a notification says, or WrongSignature: nothing of it is believed before."""


def chosen(settings: Settings) -> Operator | None:
    """The operator that this utility has a contract with, if any."""
    return Imoje(settings.imoje) if settings.imoje.is_on else None


def origin(settings: Settings) -> str:
    """The one origin that our pages may send a form to; empty without an operator."""
    operator = chosen(settings)
    if operator is None:
        return ""
    parts = urlsplit(operator.address)
    return f"{parts.scheme}://{parts.netloc}"
