"""Lines of an invoice and of the order behind it, and its sums by VAT rate."""

from typing import Any

from ebok.ksef.element_reader import ElementReader
from ebok.ksef.element_values import (
    collapsed,
    day,
    grosze,
    integer,
    microgrosze,
    millionths,
    percent,
)
from ebok.ksef.invoice import Line, Order, VatSum
from ebok.values.vat import ABROAD, MARGIN

RATES = (
    # Today's rates of P_13_1, _2 and _4, then former ones.
    ("1", ("23", "22")),
    ("2", ("8", "7")),
    ("3", ("5",)),
    ("4", ("4", "3")),
    ("5", ("OSS",)),
    ("6_1", ("0 KR",)),
    ("6_2", ("0 WDT",)),
    ("6_3", ("0 EX",)),
    ("7", ("zw",)),
    ("8", ("np I",)),
    ("9", ("np II",)),
    ("10", ("oo",)),
    ("11", (MARGIN,)),
)
"""n of P_13_n and P_14_n, and the rate as P_12 of a line writes it."""


CODES = (
    *("Indeks", "GTIN", "PKWiU", "CN", "PKOB"),
    *("P_12_Zal_15", "KwotaAkcyzy", "GTU", "Procedura", "KursWaluty"),
)
ORDER_CODES = (
    *("IndeksZ", "GTINZ", "PKWiUZ", "CNZ", "PKOBZ"),
    *("P_12Z_Zal_15", "KwotaAkcyzyZ", "GTUZ", "ProceduraZ"),
)
"""The same for lines of an order; stored under the names without Z."""


def lines(reader: ElementReader) -> tuple[Line, ...]:
    """Every FaWiersz, in the order of the file."""
    return _numbered(reader.each_child("FaWiersz", _line))


def order(reader: ElementReader) -> Order:
    """Parse Zamowienie."""
    value = reader.required("WartoscZamowienia", grosze)
    return Order(value, _numbered(reader.each_child("ZamowienieWiersz", _order_line)))


def _numbered(found: tuple[dict[str, Any], ...]) -> tuple[Line, ...]:
    return tuple(Line(position, **fields) for position, fields in enumerate(found, 1))


def _line(reader: ElementReader) -> dict[str, Any]:
    return {
        "number": reader.value("NrWierszaFa", integer),
        "name": reader.text("P_7"),
        "unit": reader.text("P_8A"),
        "quantity_millionths": reader.value("P_8B", millionths),
        "unit_net_microgrosze": reader.value("P_9A", microgrosze),
        "unit_gross_microgrosze": reader.value("P_9B", microgrosze),
        "discount_microgrosze": reader.value("P_10", microgrosze),
        "net_grosze": reader.value("P_11", grosze),
        "gross_grosze": reader.value("P_11A", grosze),
        "vat_grosze": reader.value("P_11Vat", grosze),
        **_rates(reader, "P_12", "P_12_XII"),
        "sold_on": reader.value("P_6A", day),
        "before_correction": reader.flag("StanPrzed"),
        "codes": _codes(reader, CODES, CODES),
    }


def _order_line(reader: ElementReader) -> dict[str, Any]:
    return {
        "number": reader.value("NrWierszaZam", integer),
        "name": reader.text("P_7Z"),
        "unit": reader.text("P_8AZ"),
        "quantity_millionths": reader.value("P_8BZ", millionths),
        "unit_net_microgrosze": reader.value("P_9AZ", microgrosze),
        "net_grosze": reader.value("P_11NettoZ", grosze),
        "vat_grosze": reader.value("P_11VatZ", grosze),
        **_rates(reader, "P_12Z", "P_12Z_XII"),
        "before_correction": reader.flag("StanPrzedZ"),
        "codes": _codes(reader, ORDER_CODES, CODES),
    }


def _codes(
    reader: ElementReader, names: tuple[str, ...], shown_as: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    # Look up the few codes of the line, not all known ones.
    pairs = zip(names, shown_as, strict=False)
    return tuple((shown, reader.text(name)) for name, shown in pairs if name in reader.children)


def _rates(reader: ElementReader, polish: str, foreign: str) -> dict[str, str]:
    """The rate as in FA(3), or `OSS 21` if only another country's is stated."""
    rate, abroad = reader.text(polish), reader.value(foreign, percent)
    return {"vat_rate": rate or (abroad and ABROAD + abroad) or "", "rate_abroad": abroad or ""}


def vat_sums(reader: ElementReader) -> tuple[VatSum, ...]:
    """P_13_n with P_14_n and P_14_nW, for each n present."""
    used = {collapsed(rate.text) for rate in reader.element.iterfind("{*}FaWiersz/{*}P_12")}
    found = (_vat_sum(reader, n, rates, used) for n, rates in RATES)
    return tuple(filter(None, found))


def _vat_sum(
    reader: ElementReader, n: str, rates: tuple[str, ...], used: set[str]
) -> VatSum | None:
    net = reader.value(f"P_13_{n}", grosze)
    if net is None:
        return None
    vat, in_zloty = reader.value(f"P_14_{n}", grosze), reader.value(f"P_14_{n}W", grosze)
    # A former rate only if lines have it and none has today's.
    rate = next((rate for rate in rates if rate in used), rates[0])
    return VatSum(rate, net, vat or 0, in_zloty)
