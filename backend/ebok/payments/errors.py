"""How paying can end other than well."""

from flask_babel import lazy_gettext as lazy

from ebok.errors import Refusal


class UnknownPlace(Refusal):
    """`after` is not what a page of the ledger gave as its `next`."""

    status = 422
    code = "unknown-place"
    sentence = lazy("There is no such place in the list. Please reload it.")


class NothingToPay(Refusal):
    """Nothing is left to pay, so that no payment can begin."""

    status = 409
    code = "nothing-to-pay"
    sentence = lazy("There is nothing left to pay here.")


class PaidAlready(Refusal):
    """It was paid online, and billing has not booked it yet: a second payment would be too much."""

    status = 409
    code = "paid-already"
    sentence = lazy(
        "You have already paid this online. We are waiting for the payment to be booked."
    )


class WrongSignature(Refusal):
    """A notification that the operator did not sign."""

    status = 403
    code = "wrong-signature"
    sentence = lazy("This notification is not signed by the payment operator.")


class OtherSum(Refusal):
    """A notification, truly signed, of another sum or currency than was ordered."""

    status = 422
    code = "other-sum"
    sentence = lazy("This is not the amount that was ordered.")


class UnreadableNotice(Refusal):
    """A notification, truly signed, in which something is missing or of another shape."""

    status = 422
    code = "unreadable-notice"
    sentence = lazy("We could not understand this notification.")


class PeriodTooLong(Refusal):
    """More entries than are put on paper; the CSV takes them all."""

    status = 422
    code = "period-too-long"
    sentence = lazy("This period has too many entries for a PDF. Choose a shorter one, or CSV.")
