"""Refusals of the ledger, transfers and payments online."""

from flask_babel import lazy_gettext as lazy

from ebok.errors import Refusal


class UnknownPlace(Refusal):
    """`after` is not the `next` of a page of the ledger."""

    status = 422
    code = "unknown-place"
    sentence = lazy("There is no such place in the list. Please reload it.")


class NothingToPay(Refusal):
    """Nothing is left to pay."""

    status = 409
    code = "nothing-to-pay"
    sentence = lazy("There is nothing left to pay here.")


class PaidAlready(Refusal):
    """Already paid online, but not booked by billing yet."""

    status = 409
    code = "paid-already"
    sentence = lazy(
        "You have already paid this online. We are waiting for the payment to be booked."
    )


class WrongSignature(Refusal):
    """A callback without the operator's valid signature."""

    status = 403
    code = "wrong-signature"
    sentence = lazy("This notification is not signed by the payment operator.")


class OtherSum(Refusal):
    """A correctly signed callback with another amount or currency than ordered."""

    status = 422
    code = "other-sum"
    sentence = lazy("This is not the amount that was ordered.")


class UnreadableCallback(Refusal):
    """A correctly signed callback with a missing or malformed field."""

    status = 422
    code = "unreadable-notice"
    sentence = lazy("We could not understand this notification.")


class PeriodTooLong(Refusal):
    """More entries than the PDF may have; the CSV has no limit."""

    status = 422
    code = "period-too-long"
    sentence = lazy("This period has too many entries for a PDF. Choose a shorter one, or CSV.")
