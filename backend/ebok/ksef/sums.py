"""Calculates the VAT sums that a simplified invoice does not state, from its lines."""

from fractions import Fraction

from ebok.ksef.element_reader import ElementReader
from ebok.ksef.invoice import Line, VatSum
from ebok.languages import say as _
from ebok.values.rounding import rounded
from ebok.values.vat import MARGIN, percent

EXPECTED = "expected P_13 and P_14, or lines whose rates and sums make P_15"


def calculated_sums(
    reader: ElementReader, lines: tuple[Line, ...], gross_grosze: int, is_margin: bool
) -> tuple[VatSum, ...]:
    """VAT within the gross, by rate. Raises Refused if the lines do not suffice.

    Source: VAT act art. 106e ust. 5 pkt 3 (an invoice up to 450 zł may omit the sums, but not what
    is needed to calculate them) and ust. 7 (VAT of a gross sum).
    """
    if gross_grosze == 0:
        return ()
    if is_margin:
        # Art. 106e ust. 2 and 3: an invoice must not show the VAT of a margin.
        return (VatSum(MARGIN, gross_grosze, 0),)
    gross = _gross_by_rate(lines, gross_grosze)
    if not gross or "" in gross or sum(gross.values()) != gross_grosze:
        raise reader.refused(
            _("expected P_13 and P_14, or lines whose rates and sums make P_15"), "P_15"
        )
    return tuple(_within(rate, amount) for rate, amount in gross.items())


def _gross_by_rate(lines: tuple[Line, ...], gross_grosze: int) -> dict[str, int]:
    rates = {line.vat_rate for line in lines}
    if len(rates) == 1:
        return {rates.pop(): gross_grosze}
    gross: dict[str, int] = {}
    for line in lines:
        sign = -1 if line.before_correction else 1
        gross[line.vat_rate] = gross.get(line.vat_rate, 0) + sign * (line.gross_grosze or 0)
    return gross


def _within(rate: str, gross_grosze: int) -> VatSum:
    share = percent(rate) or 0
    vat = rounded(Fraction(gross_grosze * share, 100 + share))
    return VatSum(rate, gross_grosze - vat, vat)
