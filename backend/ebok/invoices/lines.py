"""What a line of an invoice bills, read from its unit and its name as Polish waterworks write them.

There is no code for it in any format: neither in FA(3) nor in what billing systems export.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ebok import typed
from ebok.invoices.models import Invoice, InvoiceLine
from ebok.rounding import rounded

MILLION = 1_000_000
# m³, m 3, m^3, mtr3, metr sześcienny; MTQ is its code in UN/ECE Recommendation 20.
CUBIC_METRE = re.compile(r"m(tr)?3|mtq|metr\w*szesc\w*|mszesc\w*|kubik\w*")
TIMES = {
    *("mies", "miesiac", "miesiace", "miesiecy", "mc", "mce", "msc"),
    *("dzien", "dni", "doba", "doby", "dob", "kwartal", "kwartaly", "rok", "lata"),
}
CORRECTIONS = ("korekt",)
INTEREST = ("odset",)
SUBSCRIPTIONS = ("abonament",)
# The same thing under another name, where a tariff renames it.
THINGS = {"sewage": ("sciek", "kanaliz"), "rain": ("deszcz", "opad"), "water": ("wod",)}


@dataclass(frozen=True)
class Thing:
    """All lines of an invoice for one thing: their gross in grosze, exact, and their quantity.

    `kind` is "use", "fixed", "corrections", "interest" or "one_off"; `quantity` None where one of
    the lines has none.
    """

    kind: str
    name: str
    gross: Fraction
    quantity: Fraction | None


def things(invoice: Invoice, lines: Iterable[InvoiceLine]) -> dict[tuple[str, str], Thing]:
    """What an invoice bills, by kind and name. A line without any amount is left out."""
    found: dict[tuple[str, str], Thing] = {}
    for line in lines:
        gross = gross_of(line, invoice)
        if gross is None:
            continue
        key = kind_of(line), _name(line)
        known = found.get(key, Thing(*key, Fraction(0), Fraction(0)))
        found[key] = Thing(*key, known.gross + gross, _sum(known.quantity, quantity_of(line)))
    return found


def kind_of(line: InvoiceLine) -> str:
    """Which kind of `Thing` a line is."""
    words = typed.name_words(line.name)
    if _any(words, CORRECTIONS):
        return "corrections"
    if _any(words, INTEREST):
        return "interest"
    if is_cubic_metres(line.unit):
        return "use"
    is_standing = _any(words, ("opl",)) and _any(words, ("stal",))
    is_fixed = _bare(line.unit) in TIMES or is_standing or _any(words, SUBSCRIPTIONS)
    return "fixed" if is_fixed else "one_off"


def is_cubic_metres(unit: str) -> bool:
    """Whether what is counted in this unit is water, or what became of it."""
    return bool(CUBIC_METRE.fullmatch(_bare(unit)))


def _bare(unit: str) -> str:
    """A unit without case, marks and signs: m³ is m3, and m-c is mc."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", unit.casefold()))


def gross_of(line: InvoiceLine, invoice: Invoice) -> Fraction | None:
    """A line's gross in grosze, exact; None where nothing says it."""
    if line.gross_grosze is not None:
        return Fraction(line.gross_grosze)
    net = net_of(line)
    return None if net is None else net * _factor(line.vat_rate, invoice)


def net_of(line: InvoiceLine) -> Fraction | None:
    """A line's net in grosze, reckoned from price and quantity where it is not given."""
    if line.net_grosze is not None:
        return Fraction(line.net_grosze)
    if line.quantity_millionths is None or line.unit_net_microgrosze is None:
        return None
    exact = Fraction(line.quantity_millionths * line.unit_net_microgrosze, MILLION**2)
    return Fraction(rounded(exact))


def quantity_of(line: InvoiceLine) -> Fraction | None:
    """How much of its unit a line bills."""
    known = line.quantity_millionths is not None
    return Fraction(line.quantity_millionths, MILLION) if known else None


def percent(vat_rate: str) -> Fraction | None:
    """A rate of FA(3) as a number: 8 for "8", 0 for "zw" or "0 KR"; None where there is none."""
    if not vat_rate:
        return None
    digits = re.match(r"\d+(?:[.,]\d+)?", vat_rate)
    return Fraction(digits[0].replace(",", ".")) if digits else Fraction(0)


def _factor(vat_rate: str, invoice: Invoice) -> Fraction:
    rate = percent(vat_rate)
    if rate is not None:
        return 1 + rate / 100
    # No rate on the line: that of the invoice as a whole.
    whole = invoice.net_grosze
    return Fraction(invoice.gross_grosze, whole) if whole else Fraction(1)


def _name(line: InvoiceLine) -> str:
    words = typed.name_words(line.name)
    known = (name for name, stems in THINGS.items() if _any(words, stems))
    return next(known, " ".join(words))


def _any(words: list[str], stems: Iterable[str]) -> bool:
    return any(word.startswith(tuple(stems)) for word in words)


def _sum(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other
