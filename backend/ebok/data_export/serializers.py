"""Converts stored values of the download to złoty, cubic metres and local time.

The JSON has plain decimals; the HTML is formatted in the reader's language.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from flask_babel import get_locale, gettext

from ebok import settings
from ebok.invoices.texts import amount, cubic_metres, day
from ebok.ksef.texts import rate_in_words
from ebok.languages import moment
from ebok.profile.texts import paragraphs
from ebok.values import nrb
from ebok.values.money import zloty

# Suffix of a column, its suffix in the JSON, and the decimals of its fixed-point integers.
PLAIN = (
    ("_microgrosze", "_zloty", 8),
    ("_grosze", "_zloty", 2),
    ("_millionths", "", 6),
    ("_litres", "_m3", 3),
)
WRITTEN = {"vat_rate": rate_in_words, "bank_account": nrb.grouped}
"""Columns with a format of their own."""
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
TECHNICAL = {"public_id", "id", "hash", "text_hash", "payment_id", "position"}
"""Columns that only the JSON has."""


class TicketJson(TypedDict):
    """The ticket for the download of all data."""

    ticket: str


def for_programs(row: dict[str, Any]) -> dict[str, Any]:
    """A row for the JSON: amounts and quantities as decimals, instants in local time."""
    return dict(_plain(name, value) for name, value in row.items())


def _plain(name: str, value: Any) -> tuple[str, object]:
    if isinstance(value, dict):
        return name, for_programs(value)
    if isinstance(value, list):
        return name, [for_programs(each) for each in value]
    if isinstance(value, str) and INSTANT.fullmatch(value):
        return name, _local(value).isoformat()
    for end, unit, places in PLAIN:
        if name.endswith(end):
            least = 2 if unit == "_zloty" else 0
            plain = _decimal(value, places, least) if isinstance(value, int) else None
            return name.removesuffix(end) + unit, plain
    return name, value


def _decimal(value: int, places: int, least: int) -> str:
    """A fixed-point integer as a decimal; trailing zeros beyond `least` places are dropped."""
    whole, _, rest = f"{Decimal(value).scaleb(-places):.{places}f}".partition(".")
    rest = rest.rstrip("0").ljust(least, "0")
    return f"{whole}.{rest}" if rest else whole


def _local(instant: str) -> datetime:
    zone = ZoneInfo(settings.current().timezone)
    return datetime.fromisoformat(instant).replace(tzinfo=UTC).astimezone(zone)


def for_people(row: dict[str, Any], words: dict[str, str]) -> list[tuple[str, str]]:
    """(label, value) pairs of a row for the HTML; empty and technical columns are left out."""
    facts = ((name, value) for name, value in row.items() if not isinstance(value, dict | list))
    return [
        (words.get(name, name), told)
        for name, value in facts
        if name not in TECHNICAL and (told := _told(name, value, row, words))
    ]


def table_for_people(
    rows: list[dict[str, Any]], words: dict[str, str]
) -> tuple[list[str], list[list[str]]] | None:
    """Heads and cells of a table; None if rows contain nested rows."""
    if any(isinstance(value, dict | list) for row in rows for value in row.values()):
        return None
    told = [{name: _told(name, value, row, words) for name, value in row.items()} for row in rows]
    names = [name for name in told[0] if name not in TECHNICAL and any(row[name] for row in told)]
    return [words.get(name, name) for name in names], [[row[n] for n in names] for row in told]


def _told(name: str, value: Any, row: dict[str, Any], words: dict[str, str]) -> str:
    if value is None or value == "" or _is_said_elsewhere(name, value, row):
        return ""
    if name in WRITTEN:
        return WRITTEN[name](value)
    if isinstance(value, bool):
        return gettext("YES") if value else gettext("NO")
    if isinstance(value, int):
        return _measured(name, value, row)
    if INSTANT.fullmatch(value):
        return moment(datetime.fromisoformat(value.removesuffix("Z")))
    if DAY.fullmatch(value) and name != "title":
        return day(date.fromisoformat(value))
    if name == "body":
        return "\n".join(block["text"] for block in paragraphs(value))
    text = str(value)
    return words.get(f"{name}={text}") or words.get(text, text)


def _is_said_elsewhere(name: str, value: Any, row: dict[str, Any]) -> bool:
    """Whether a value is redundant: a unit shown with its quantity, or a false flag."""
    is_unit = name == "unit" and row.get("quantity_millionths") is not None
    return is_unit or (name == "before_correction" and not value)


def _measured(name: str, value: int, row: dict[str, Any]) -> str:
    """A quantity with its unit."""
    if name.endswith("_microgrosze"):
        sign = "," if get_locale().language in ("pl", "uk") else "."
        return f"{_decimal(value, 8, 2).replace('.', sign)}\u00a0zł"
    if name.endswith("_grosze"):
        return zloty(value)
    if name.endswith("_litres"):
        return cubic_metres(Fraction(value, 1000))
    if name.endswith("_millionths"):
        return f"{amount(Fraction(value, 10**6))}\u00a0{row.get('unit', '')}".strip()
    return str(value)
