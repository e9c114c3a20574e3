"""What an operator tells of a payment, in the house's own words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Callback:
    """A notification whose signature is right. `outcome` is "paid", "failed" or "" for neither.

    `operator_id` is the operator's own name for this attempt; one order may see several.
    """

    order_id: str
    operator_id: str
    outcome: str
    amount_grosze: int
    currency: str
