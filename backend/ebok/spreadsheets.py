"""CSV for spreadsheets, which take some texts for formulas (OWASP, CSV injection)."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """A text that no spreadsheet computes instead of showing: whoever wrote it meant no formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
