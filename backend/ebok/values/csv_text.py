"""Texts in a CSV file, for whoever opens it in a spreadsheet."""

import re

# What a spreadsheet computes instead of showing it (OWASP, CSV injection): also in the wide letters
# of East Asia, which some take for the narrow ones, and behind what they pass over.
FORMULA = re.compile(r"[\s\ufeff\u200b\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if FORMULA.match(text) else text
