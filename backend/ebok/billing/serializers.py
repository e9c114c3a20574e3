"""JSON of a delivery."""

from typing import Annotated, TypedDict

from ebok.billing.models_deliveries import DONE, FAILED, REFUSED, WAITING, Delivery
from ebok.database.iso import as_text
from ebok.values.days import Instant


class DeliveryJson(TypedDict):
    """A bundle delivered by a program."""

    id: str
    name: str
    sha256: Annotated[str, "pattern: ^[0-9a-f]{64}$"]
    bytes: Annotated[int, "minimum: 0"]
    state: Annotated[str, f"enum: {[WAITING, DONE, REFUSED, FAILED]}"]
    received_at: Instant
    finished_at: Instant | None
    report: str
    """The import's report, in the language of reports; empty while it waits."""


def delivery(received: Delivery) -> DeliveryJson:
    """The state of a delivery, with the import's report."""
    return {
        "id": received.public_id,
        "name": received.name,
        "sha256": received.sha256,
        "bytes": received.size,
        "state": received.state,
        "received_at": as_text(received.received_at),
        "finished_at": as_text(received.finished_at),
        "report": received.report,
    }
