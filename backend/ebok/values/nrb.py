"""NRB, the 26 digits of a Polish account number.

An individual account is 2 check digits, 8 digits of the bank, 4 of the utility's mask and 12 of its
choice. It identifies the payer: with a wrong account the payment is booked for somebody else.
"""

import re

NRB = re.compile(r"(\d\d)(\d{24})", re.ASCII)
MASK = re.compile(r"\d{12}", re.ASCII)


def bare(account: str) -> str:
    """The number without PL, spaces and dashes."""
    return re.sub(r"[\s-]", "", account).upper().removeprefix("PL")


def is_right(account: str) -> bool:
    """Whether the check digits of 26 digits are valid (ISO 13616, mod 97)."""
    checked = NRB.fullmatch(account)
    # mod 97 of the number with "PL" (2521) and the check digits moved to the end.
    return bool(checked) and int(f"{checked[2]}2521{checked[1]}") % 97 == 1


def has_mask(account: str, mask: str) -> bool:
    """Whether the digits of bank and mask are the utility's; True for an empty mask."""
    return account[2 : 2 + len(mask)] == mask


def grouped(account: str) -> str:
    """The number in groups: 61 1090 1014 0000 0712 1981 2874."""
    return " ".join([account[:2], *(account[i : i + 4] for i in range(2, len(account), 4))])
