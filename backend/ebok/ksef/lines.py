"""Lines of the invoice and of the order behind it, and the sums by rate of VAT."""

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
    # The rates of P_13_1, _2 and _4 today, and what they were before.
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
"""The same of a line of an order: told by the names without the Z."""


def lines(branch: ElementReader) -> tuple[Line, ...]:
    """Every FaWiersz, in the order of the file."""
    return _numbered(branch.branches("FaWiersz", _line))


def order(branch: ElementReader) -> Order:
    """Zamowienie."""
    value = branch.value("WartoscZamowienia", grosze)
    return Order(value, _numbered(branch.branches("ZamowienieWiersz", _order_line)))


def _numbered(found: tuple[dict, ...]) -> tuple[Line, ...]:
    return tuple(Line(position, **fields) for position, fields in enumerate(found, 1))


def _line(branch: ElementReader) -> dict:
    return {
        "number": branch.value("NrWierszaFa", integer),
        "name": branch.text("P_7"),
        "unit": branch.text("P_8A"),
        "quantity_millionths": branch.value("P_8B", millionths),
        "unit_net_microgrosze": branch.value("P_9A", microgrosze),
        "unit_gross_microgrosze": branch.value("P_9B", microgrosze),
        "discount_microgrosze": branch.value("P_10", microgrosze),
        "net_grosze": branch.value("P_11", grosze),
        "gross_grosze": branch.value("P_11A", grosze),
        "vat_grosze": branch.value("P_11Vat", grosze),
        **_rates(branch, "P_12", "P_12_XII"),
        "sold_on": branch.value("P_6A", day),
        "before_correction": branch.flag("StanPrzed"),
        "codes": _codes(branch, CODES, CODES),
    }


def _order_line(branch: ElementReader) -> dict:
    return {
        "number": branch.value("NrWierszaZam", integer),
        "name": branch.text("P_7Z"),
        "unit": branch.text("P_8AZ"),
        "quantity_millionths": branch.value("P_8BZ", millionths),
        "unit_net_microgrosze": branch.value("P_9AZ", microgrosze),
        "net_grosze": branch.value("P_11NettoZ", grosze),
        "vat_grosze": branch.value("P_11VatZ", grosze),
        **_rates(branch, "P_12Z", "P_12Z_XII"),
        "before_correction": branch.flag("StanPrzedZ"),
        "codes": _codes(branch, ORDER_CODES, CODES),
    }


def _codes(
    branch: ElementReader, names: tuple[str, ...], told: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    # A line has few of them: look what is there, not what might be.
    pairs = zip(names, told, strict=False)
    return tuple((as_told, branch.text(name)) for name, as_told in pairs if name in branch.children)


def _rates(branch: ElementReader, polish: str, foreign: str) -> dict[str, str]:
    """A rate as FA(3) writes it; where there is another country's alone, `OSS 21`."""
    rate, abroad = branch.text(polish), branch.value(foreign, percent)
    return {"vat_rate": rate or (abroad and ABROAD + abroad) or "", "rate_abroad": abroad or ""}


def vat_sums(branch: ElementReader) -> tuple[VatSum, ...]:
    """P_13_n with P_14_n and P_14_nW, of each n that is there."""
    used = {collapsed(rate.text) for rate in branch.element.iterfind("{*}FaWiersz/{*}P_12")}
    found = (_vat_sum(branch, n, rates, used) for n, rates in RATES)
    return tuple(filter(None, found))


def _vat_sum(
    branch: ElementReader, n: str, rates: tuple[str, ...], used: set[str]
) -> VatSum | None:
    net = branch.value(f"P_13_{n}", grosze)
    if net is None:
        return None
    vat, in_zloty = branch.value(f"P_14_{n}", grosze), branch.value(f"P_14_{n}W", grosze)
    # An old rate only where the lines name it, and not today's.
    rate = next((rate for rate in rates if rate in used), rates[0])
    return VatSum(rate, net, vat or 0, in_zloty)
