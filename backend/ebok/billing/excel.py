"""What a spreadsheet does to a file: what can be undone, and what is destroyed."""

import re

_MONTHS = (
    "sty|lut|mar|kwi|maj|cze|lip|sie|wrz|paź|lis|gru"
    "|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
)
_POWER = re.compile(r"-?\d(?:[.,]\d+)?E\+\d{1,3}", re.IGNORECASE | re.ASCII)
# With a month's name, or an hour: no system numbers its invoices so.
_SURELY = rf"(?:{_MONTHS})[-. ]\d{{2,4}}|\d{{1,4}}[-. ](?:{_MONTHS})|.{{8,10}} 0?0:00(?::00)?"
_SURELY_A_DAY = re.compile(_SURELY)
_PERHAPS_A_DAY = re.compile(r"\d\d?\.\d\d?\.\d{4}|\d{4}-\d\d-\d\d", re.ASCII)
ANY_DAY = re.compile(rf"^(?:{_SURELY})$", re.MULTILINE)
"""Such a code among lines of them."""

_FORMULA = re.compile(r'="(.*)"', re.DOTALL)

FORMULA = '="'
"""How a text that must stay a text is written for Excel: `="39-29001"`."""


def unwrapped(record: list[str]) -> list[str]:
    """The values of a record, of formulas that are a text alone the text."""
    return [
        match[1].replace('""', '"') if (match := _FORMULA.fullmatch(value.strip())) else value
        for value in record
    ]


def is_power(value: str) -> bool:
    """Whether this is a long number that was cut to a few digits: 7,1E+24."""
    return bool(_POWER.fullmatch(value))


def was_day(value: str) -> bool:
    """Whether this is a code that was taken for a day: 39-01 as sty.39."""
    return bool(_SURELY_A_DAY.fullmatch(value))


def may_be_day(value: str) -> bool:
    """Whether what is no code of ours may have been one: 1-2-2026 as 01.02.2026."""
    return was_day(value) or bool(_PERHAPS_A_DAY.fullmatch(value))


def is_serial(value: str) -> bool:
    """Whether this is a day as the number that a spreadsheet keeps of it: 46054 of 2026."""
    return bool(re.fullmatch(r"[2-7]\d{4}", value, re.ASCII))
