"""Refusals of what the staff do about a customer."""

from flask_babel import lazy_gettext as lazy

from ebok.errors import Refusal


class NothingToSend(Refusal):
    """Neither a registration waits for a code, nor is there an account that can be logged in to."""

    status = 409
    code = "nothing-to-send"
    sentence = lazy("There is nothing that could be sent again now.")


class TooLate(Refusal):
    """The time to take an act back is over, or the mail has left."""

    status = 410
    code = "too-late"
    sentence = lazy("It is too late to take this back.")
