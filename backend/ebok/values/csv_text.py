"""Texts of CSV files that are opened in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What a spreadsheet would evaluate (OWASP, CSV injection), including full-width forms and after
# characters that it skips.
FORMULA = re.compile(r"[\s\ufeff\u200b\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def harmless(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet would take it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def table(rows: Iterable[Sequence[object]], *, quoted: bool = False) -> str:
    """The rows as CSV, with the semicolons of a Polish spreadsheet; `quoted`: every cell in quotes.

    Texts that somebody else typed go through `harmless` first.
    """
    written = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(written, delimiter=";", quoting=quoting).writerows(rows)
    return written.getvalue()
