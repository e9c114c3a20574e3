"""Refusals of one-time codes."""

from flask_babel import lazy_gettext as lazy

from ebok.errors import Refusal, TooMany


class WrongCode(Refusal):
    """The code is not the last one that was mailed."""

    code = "wrong-code"
    sentence = lazy("This is not the code from our latest e-mail.")


class CodeVoid(Refusal):
    """The attempts are used up, or the code has expired."""

    status = 410
    code = "code-void"
    sentence = lazy("This code no longer works. Ask for a new one.")


class TooSoon(TooMany):
    """The last code was requested less than a minute ago."""

    code = "too-soon"
    sentence = lazy("A code is on its way. You can ask for another in a moment.")


class TooManyCodes(TooMany):
    """Five codes were sent again within the hour."""

    code = "too-many-codes"
    sentence = lazy("We have already sent several codes. Please try again in an hour.")
