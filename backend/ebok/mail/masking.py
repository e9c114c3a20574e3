"""Masks customer codes and e-mail addresses.

Mails are read over shoulders, or by others with access to the mailbox. A mask lets customers
recognise their code, but not anybody else log in or request a password with it.
"""

SHOWN_OF_CODE = 2
LEAST_HIDDEN = 3
LONGEST_PREFIX = 2
"""A longer prefix may identify a customer, and is hidden."""


def mask_code(customer_code: str) -> str:
    """`39-29001` as `39-…01`: shows the prefix and at most two digits, hides at least three."""
    prefix, dash, number = customer_code.partition("-")
    if len(prefix) > LONGEST_PREFIX or not dash:
        prefix, dash, number = "", "", customer_code
    shown = max(0, min(SHOWN_OF_CODE, len(number) - LEAST_HIDDEN))
    return f"{prefix}{dash}…{number[len(number) - shown :]}"


def mask_email(email: str) -> str:
    """`helena@poczta.example` as `h…a@poczta.example`; of a short name the first letter only."""
    name, at, domain = email.rpartition("@")
    end = name[-1] if len(name) > 2 else ""
    return f"{name[:1]}…{end}{at}{domain}"
