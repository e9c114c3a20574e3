"""Instants and days of the database as the API writes them."""

from datetime import date, datetime
from typing import overload


@overload
def as_text(moment: datetime) -> str: ...
@overload
def as_text(moment: None) -> None: ...
def as_text(moment: datetime | None) -> str | None:
    """An instant in the API's format: ISO 8601 with Z."""
    return f"{moment.isoformat(timespec='seconds')}Z" if moment else None


@overload
def day_as_text(day: date) -> str: ...
@overload
def day_as_text(day: None) -> None: ...
def day_as_text(day: date | None) -> str | None:
    """A day in the API's format."""
    return day.isoformat() if day else None
