"""Reads e-mail addresses as people type them, and says what is wrong with what is none."""

import re

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

# Phone keyboards add a space after a suggestion, and behind a dot.
SPACED_MARK = re.compile(r"\s*([@.,;+_-])\s*")
WRAPPED = re.compile(r"^(?:mailto:|<)+|[>.,;]+$", re.IGNORECASE)
DOTS = re.compile(r"\.*(@)\.*|\.{2,}|^\.+")


def bare(text: str) -> str:
    """The address without what belongs to the text around it: spaces, brackets, a full stop."""
    return WRAPPED.sub("", SPACED_MARK.sub(r"\1", text.strip()))


def normalized(address: str) -> str:
    """The address in its usual form, or "" if it is none; whether it exists is not checked."""
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        return ""


def what_is_wrong(address: str) -> str:
    """A sentence for the person who typed this, which is no address."""
    if re.search(r"\s", address):
        return _("There is a space in this e-mail address. Remove it, or enter what belongs there.")
    if "@" not in address:
        return _("There is no @ in this e-mail address. It looks like name@example.pl.")
    if meant := normalized(address.replace(",", ".")):
        return _("There is a comma in this e-mail address. Did you mean %(meant)s?", meant=meant)
    if meant := normalized(DOTS.sub(lambda dots: dots[1] or dots[0][1:2], address)):
        return _(
            "There is one dot too many in this e-mail address. Did you mean %(meant)s?",
            meant=meant,
        )
    if re.fullmatch(r"[^@]+@[\w-]+", address):
        return _("The end of this e-mail address is missing, for example .pl or .com.")
    return _("An e-mail address looks like name@example.pl.")
