"""Damage that spreadsheets do to values: undone where possible, else recognised."""

import re

_MONTHS = (
    "sty|lut|mar|kwi|maj|cze|lip|sie|wrz|paź|lis|gru"
    "|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
)
_SCIENTIFIC = re.compile(r"-?\d(?:[.,]\d+)?E\+\d{1,3}", re.IGNORECASE | re.ASCII)
# With a month's name or a time of day, which no system uses in invoice numbers.
_DATE_OR_TIME = rf"(?:{_MONTHS})[-. ]\d{{2,4}}|\d{{1,4}}[-. ](?:{_MONTHS})|.{{8,10}} 0?0:00(?::00)?"
_CERTAIN_DATE = re.compile(_DATE_OR_TIME)
_POSSIBLE_DATE = re.compile(r"\d\d?\.\d\d?\.\d{4}|\d{4}-\d\d-\d\d", re.ASCII)
ANY_MANGLED_CODE = re.compile(rf"^(?:{_DATE_OR_TIME})$", re.MULTILINE)
"""Finds such a code in lines of codes."""

_FORMULA = re.compile(r'="(.*)"', re.DOTALL)

FORMULA = '="'
"""Beginning of a formula that keeps a text a text in Excel: `="39-29001"`."""


def unwrap(record: list[str]) -> list[str]:
    """The values of a record, with formulas of a plain text replaced by the text."""
    return [
        match[1].replace('""', '"') if (match := _FORMULA.fullmatch(value.strip())) else value
        for value in record
    ]


def is_scientific(value: str) -> bool:
    """Whether it is a long number cut to a few digits: 7,1E+24."""
    return bool(_SCIENTIFIC.fullmatch(value))


def is_mangled_code(value: str) -> bool:
    """Whether it is a code that was made a date: 39-01 as sty.39."""
    return bool(_CERTAIN_DATE.fullmatch(value))


def may_be_mangled_code(value: str) -> bool:
    """Whether it may be a code that was made a date: 1-2-2026 as 01.02.2026."""
    return is_mangled_code(value) or bool(_POSSIBLE_DATE.fullmatch(value))


def is_date_serial(value: str) -> bool:
    """Whether it may be a date as a spreadsheet's number: 46054 in 2026."""
    return bool(re.fullmatch(r"[2-7]\d{4}", value, re.ASCII))
