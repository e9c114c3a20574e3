"""Sections of a report with the first new and changed rows of each kind, old and new values."""

import json
from decimal import Decimal
from typing import Any

from ebok.billing.differences import Difference
from ebok.billing.staging import execute
from ebok.billing.texts_report import Section
from ebok.languages import say as _

FIRST = 3
"""Rows of a kind that are listed."""
SHOWN_DIGITS = 4
"""Last digits of an account that are shown: enough to tell two apart."""
DECIMALS = {"_grosze": 2, "_millionths": 6, "_microgrosze": 8, "_litres": 3}


def sections(differences: list[Difference]) -> list[Section]:
    """New and changed rows by CSV file. Nothing for a first load: there all rows are new."""
    compared = [each for each in differences if each.is_compared and _is_file(each)]
    found = [part for each in compared for part in (_new(each), _changed(each))]
    return [part for part in found if part.count]


def _is_file(difference: Difference) -> bool:
    return difference.stage.layout.name.endswith(".csv")


def _new(difference: Difference) -> Section:
    stage = difference.stage
    rows = execute(
        f"""
        SELECT {stage.key_text("src")} FROM {difference.rows} AS src
        WHERE is_new ORDER BY line LIMIT {FIRST:d}
        """
        if difference.new
        else "SELECT 1 WHERE false"
    )
    title = _("New: %(file)s", file=stage.layout.name)
    return Section(title, [key for (key,) in rows], difference.new)


def _changed(difference: Difference) -> Section:
    stage = difference.stage
    title = _("Changes: %(file)s", file=stage.layout.name)
    if not difference.changed:
        return Section(title)
    fields = ", ".join(f'"{name}"' for name in stage.fields)
    rows = execute(
        f"""
        SELECT {stage.key_text("src")}, replaced, {fields} FROM {difference.rows} AS src
        WHERE NOT is_new ORDER BY line LIMIT {FIRST:d}
        """
    )
    names = {column.field: column.name for column in stage.layout.columns}
    lines = [
        f"{key}: {_differences(json.loads(old), dict(zip(stage.fields, new, strict=True)), names)}"
        for key, old, *new in rows
    ]
    return Section(title, lines, difference.changed)


def _differences(old: dict[str, Any], new: dict[str, Any], names: dict[str, str]) -> str:
    """Each column that differs: `outstanding 1080.00 → 0.00`."""
    return "; ".join(
        f"{names.get(field, field)} {_display(field, old[field])} → {_display(field, value)}"
        for field, value in new.items()
        if _plain(old[field]) != _plain(value)
    )


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _display(field: str, value: Any) -> str:
    if value in (None, ""):
        return _("(nothing)")
    if field == "bank_account":
        return f"…{str(value)[-SHOWN_DIGITS:]}"
    for ending, decimals in DECIMALS.items():
        if field.endswith(ending):
            return f"{Decimal(int(value)).scaleb(-decimals):f}"
    return str(value)
