"""How a customer code and an address are shown to who may not see them whole.

A mail is read by whoever holds the mailbox, and over shoulders. The mask is enough for the
customer to know that the mail is theirs, and not enough to log in with.
"""

SHOWN_OF_CODE = 3


def mask_code(customer_code: str) -> str:
    """`39-29001` as `39-…001`; a short number hides two digits at least, if it has them."""
    prefix, dash, number = customer_code.partition("-")
    if not dash:
        prefix, number = "", customer_code
    shown = max(0, min(SHOWN_OF_CODE, len(number) - 2))
    return f"{prefix}{dash}…{number[len(number) - shown :]}"


def mask_email(email: str) -> str:
    """`helena@poczta.example` as `h…a@poczta.example`; of a short one, the first letter."""
    name, at, domain = email.rpartition("@")
    end = name[-1] if len(name) > 2 else ""
    return f"{name[:1]}…{end}{at}{domain}"
