"""How a customer code and an address are shown to who may not see them whole.

A mail is read by whoever holds the mailbox, and over shoulders. The mask is enough for the
customer to know that the mail is theirs, and not enough to log in or to ask for a new password.
"""

SHOWN_OF_CODE = 2
LEAST_HIDDEN = 3
LONGEST_PREFIX = 2
"""A prefix that a whole town shares tells nobody apart; a longer one may."""


def mask_code(customer_code: str) -> str:
    """`39-29001` as `39-…01`: the prefix and two digits at most, and three at least are hidden."""
    prefix, dash, number = customer_code.partition("-")
    if len(prefix) > LONGEST_PREFIX or not dash:
        prefix, dash, number = "", "", customer_code
    shown = max(0, min(SHOWN_OF_CODE, len(number) - LEAST_HIDDEN))
    return f"{prefix}{dash}…{number[len(number) - shown :]}"


def mask_email(email: str) -> str:
    """`helena@poczta.example` as `h…a@poczta.example`; of a short one, the first letter."""
    name, at, domain = email.rpartition("@")
    end = name[-1] if len(name) > 2 else ""
    return f"{name[:1]}…{end}{at}{domain}"
