"""Rows of the mirror from an invoice and a line of JPK_FA(4), with their faults."""

from collections.abc import Callable
from typing import Any, NamedTuple

from ebok.billing import columns_text
from ebok.billing.errors import Fault
from ebok.customers.models import LONGEST_NAME
from ebok.ksef.element_values import Unfit, day, grosze, microgrosze, millionths, percent
from ebok.ksef.jpk import Record, buyer_nip
from ebok.languages import say as _
from ebok.values.vat import ABROAD

KINDS = {
    "VAT": ("invoice", ""),
    "ZAL": ("invoice", "ZAL"),
    "POZ": ("invoice", ""),
    "KOREKTA": ("correction", ""),
}
"""RodzajFaktury: our kind, and FA(3)'s where it says more."""
RATES = {"1": "23", "2": "8", "3": "5", "4": "oo", "5": "np", "6": "0", "7": "zw"}
"""VAT rate by the n of P_13_n and P_14_n."""
OWN = (
    "number", "nip", "kind", "ksef_kind", "issued_on", "buyer_name", "net_grosze", "vat_grosze",
    "gross_grosze", "corrects", "corrects_also", "correction_reason",
)  # fmt: skip
LINE = (
    "number", "name", "unit", "quantity_millionths", "unit_net_microgrosze", "net_grosze",
    "gross_grosze", "vat_rate",
)  # fmt: skip


class Row(NamedTuple):
    """Values of a record, in the order of `OWN` or `LINE`, with VAT sums and faults."""

    number: str
    values: tuple[Any, ...]
    vat_sums: list[tuple[Any, ...]]
    faults: list[Fault]


class _Reading:
    """Parses the values of a record, and collects the faults."""

    def __init__(self, file: str, record: Record):
        self.file = file
        self.record = record
        self.faults: list[Fault] = []

    def value(self, name: str, read: Callable[..., Any], *, must: bool = False):
        """Parse an element's text; None if it is empty or wrong."""
        text = self.record.texts.get(name, "")
        if not text and not must:
            return None
        try:
            return read(columns_text.some_text(text))
        except (Unfit, columns_text.Unfit) as unfit:
            self.refuse(name, unfit.args[0])
            return None

    def refuse(self, name: str, expected: str) -> None:
        """Record a fault of an element."""
        value = self.record.texts.get(name)
        self.faults.append(Fault(self.file, 0, f"{self.record.path}/{name}", value, expected))

    def cut(self, name: str, longest: int) -> str:
        """A text on one line, cut to `longest` characters."""
        return self.record.texts.get(name, "").replace("\n", " ")[:longest]


def invoice_row(file: str, record: Record) -> Row:
    """An invoice. JPK_FA has no due day, account or payments."""
    reading = _Reading(file, record)
    kind, ksef_kind = reading.value("RodzajFaktury", _kind, must=True) or ("", "")
    number = reading.value("P_2A", str, must=True) or ""
    gross = reading.value("P_15", grosze, must=True)
    sums = _vat_sums(reading, gross)
    corrects, *also = record.texts.get("NrFaKorygowanej", "").split("\n")
    _require_short(reading, "NrFaKorygowanej", corrects)
    values = (
        number,
        buyer_nip(record),
        kind,
        ksef_kind,
        reading.value("P_1", day, must=True),
        reading.cut("P_3A", LONGEST_NAME),
        sum(net for _rate, net, _vat in sums),
        sum(vat for *_rest, vat in sums),
        gross,
        corrects,
        "\n".join(also),
        reading.cut("PrzyczynaKorekty", LONGEST_NAME),
    )
    return Row(number, values, sums, reading.faults)


def line_row(file: str, record: Record) -> Row:
    """A line. On a correction its amounts are as in the file."""
    reading = _Reading(file, record)
    number = record.texts.get("P_2B", "")
    abroad = reading.value("P_12_XII", percent)
    values = (
        number,
        reading.cut("P_7", LONGEST_NAME),
        reading.cut("P_8A", columns_text.LONGEST_TEXT),
        reading.value("P_8B", millionths),
        reading.value("P_9A", microgrosze),
        reading.value("P_11", grosze),
        reading.value("P_11A", grosze),
        reading.value("P_12", str) or (ABROAD + abroad if abroad else ""),
    )
    return Row(number, values, [], reading.faults)


def _kind(text: str) -> tuple[str, str]:
    if text not in KINDS:
        raise Unfit(_("expected one of these: %(names)s", names=", ".join(KINDS)))
    return KINDS[text]


def _require_short(reading: _Reading, name: str, value: str) -> None:
    try:
        columns_text.text(value)
    except columns_text.Unfit as unfit:
        reading.refuse(name, unfit.expected)


def _vat_sums(reading: _Reading, gross: int | None) -> list[tuple[Any, ...]]:
    """(rate, net, VAT) of each rate that is not zero."""
    found = [
        (rate, reading.value(f"P_13_{n}", grosze), reading.value(f"P_14_{n}", grosze))
        for n, rate in RATES.items()
    ]
    is_stated = any(net is not None for _rate, net, _vat in found)
    if gross and not is_stated and not reading.faults:
        reading.refuse("P_15", _("expected P_13 and P_14 beside it: VAT must not be guessed"))
    return [(rate, net or 0, vat or 0) for rate, net, vat in found if net or vat]
