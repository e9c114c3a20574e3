"""A payment operator's callback, in a form common to all operators."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Callback:
    """A callback with a valid signature. `outcome` is "paid", "failed" or "" for neither.

    `operator_id` is the operator's id of this attempt; one order may have several.
    """

    order_id: str
    operator_id: str
    outcome: str
    amount_grosze: int
    currency: str
