"""Account numbers for tests: right by their check digits, one after another."""

import itertools

MASK = "109010140000"
_numbers = itertools.count(100_000_000_001)


def new_account_number(mask: str = MASK) -> str:
    """An individual account that nobody has: check digits, bank and mask, twelve digits."""
    rest = f"{mask}{next(_numbers):012}"
    return f"{98 - int(f'{rest}252100') % 97:02}{rest}"
