"""Detects how a file is written: separator, decimal sign, form of dates. There is no setting."""

import re
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as lazy

from ebok.billing import numerals
from ebok.billing.bundle import Source
from ebok.billing.errors import Fault, Refused
from ebok.billing.records import batches
from ebok.languages import say as _

SEPARATORS = {";": lazy("semicolon"), ",": lazy("comma"), "\t": lazy("tab")}
DECIMALS = {",": lazy("decimal comma"), ".": lazy("decimal point")}
DATES = {
    "iso": lazy("YYYY-MM-DD"),
    "dotted": lazy("DD.MM.YYYY"),
    "compact": lazy("YYYYMMDD"),
}
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1250": "CP1250"}

FRACTION = re.compile(rf"-?(?:\d|{numerals.SPACES})+([.,])(\d+)", re.ASCII)
AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
"""`1.234`: one złoty with three decimals, or one thousand two hundred and thirty-four?"""

MAX_COLUMNS = 500


@dataclass(frozen=True)
class Dialect:
    """How a file is written. `decimal` and `dates` are empty until a value has shown them."""

    encoding: str
    separator: str
    decimal: str = ""
    dates: str = ""

    def __str__(self) -> str:
        parts = (
            ENCODINGS[self.encoding],
            SEPARATORS[self.separator],
            DECIMALS.get(self.decimal, ""),
            DATES.get(self.dates, ""),
        )
        return ", ".join(str(part) for part in parts if part)


def recognise_header(source: Source, encoding: str, known: set[str]) -> tuple[str, list[str]]:
    """The separator and column names, by the separator that yields most known columns."""
    headers = {s: _header(source, encoding, s) for s in SEPARATORS}
    separator = max(headers, key=lambda s: len(known.intersection(headers[s])))
    header = headers[separator]
    if not header:
        expected = _("the file is empty: expected a line of columns")
        raise Refused(Fault(source.name, expected=expected))
    if len(header) > MAX_COLUMNS:
        expected = _(
            "expected at most %(most)s columns, but there are %(found)s",
            most=MAX_COLUMNS,
            found=len(header),
        )
        raise Refused(Fault(source.name, 1, expected=expected))
    for name in header:
        if name and header.count(name) > 1:
            expected = _("expected this column only once")
            raise Refused(Fault(source.name, 1, name, expected=expected))
    return separator, header


def _header(source: Source, encoding: str, separator: str) -> list[str]:
    try:
        _, names = next(batches(source, encoding, separator))
    except Refused:
        # Quotes that are wrong for this separator may be right for another.
        return [""]
    return [name.strip().lower() for name in (names or [[]])[0]]


class DialectDetector:
    """Collects what the values of a file show of its decimal sign and form of dates."""

    def __init__(self, file: str):
        self.file = file
        self.decimals: dict[str, Fault] = {}
        self.dates: dict[str, Fault] = {}
        self.ambiguous: Fault | None = None

    def observe_amount(self, line: int, column: str, value: str) -> None:
        """Detect the decimal sign from an amount. Raises Refused for an ambiguous one."""
        bare = numerals.plain_sum(value)
        if AMBIGUOUS.fullmatch(bare):
            whole, sign = bare.replace(",", "").replace(".", ""), "," if "," in bare else "."
            expected = _(
                "ambiguous: %(whole)s złoty, or a decimal '%(sign)s' with three "
                "decimals? expected two decimals, and thousands separated by a space "
                "or by nothing",
                whole=whole,
                sign=sign,
            )
            raise Refused(Fault(self.file, line, column, value, expected))
        shown = FRACTION.fullmatch(bare)
        if shown and len(numerals.without_zeros(shown[2], 2)) <= 2:
            self._note(self.decimals, shown[1], Fault(self.file, line, column, value), DECIMALS)

    def observe_quantity(self, line: int, column: str, value: str) -> None:
        """Detect the decimal sign from a quantity, which may have any number of decimals.

        An ambiguous one (`1,234`) shows nothing and is kept until another value does.
        """
        bare = numerals.plain_sum(value)
        if AMBIGUOUS.fullmatch(bare):
            self.ambiguous = self.ambiguous or Fault(self.file, line, column, value)
        elif shown := FRACTION.fullmatch(bare):
            self._note(self.decimals, shown[1], Fault(self.file, line, column, value), DECIMALS)

    def refuse_ambiguous(self) -> None:
        """Raise Refused if a quantity is ambiguous and no value shows the decimal sign."""
        if self.ambiguous and not self.decimals:
            found, value = self.ambiguous, self.ambiguous.value or ""
            sign = "," if "," in value else "."
            whole = value.replace(sign, "")
            # A file of quantities with three decimals may have no sum of money.
            expected = _(
                "ambiguous: %(whole)s, or a decimal '%(sign)s' with three decimals? expected a "
                "number somewhere in the file that shows its decimal sign, like 4,8200",
                whole=whole,
                sign=sign,
            )
            raise Refused(Fault(found.file, found.line, found.column, value, expected))

    def observe_date(self, line: int, column: str, value: str) -> None:
        """Detect the form of dates. Raises Refused for the first date of another form."""
        for name, form in numerals.DAYS.items():
            if form.fullmatch(value):
                self._note(self.dates, name, Fault(self.file, line, column, value), DATES)

    def _note(self, seen: dict[str, Fault], sign: str, place: Fault, names: dict[str, Any]) -> None:
        for other, first in seen.items():
            if other != sign:
                expected = _(
                    "expected one form in the whole file: this is %(this)s, "
                    'but line %(line)s has %(other)s ("%(value)s")',
                    this=names[sign],
                    line=first.line,
                    other=names[other],
                    value=first.value,
                )
                raise Refused(Fault(place.file, place.line, place.column, place.value, expected))
        seen.setdefault(sign, place)

    @property
    def decimal(self) -> str:
        """The decimal sign seen, or ""."""
        return next(iter(self.decimals), "")

    @property
    def date_form(self) -> str:
        """The form of dates seen, or ""."""
        return next(iter(self.dates), "")
