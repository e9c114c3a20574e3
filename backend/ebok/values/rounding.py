"""How an exact sum or quantity becomes a whole one."""

from fractions import Fraction


def rounded(exact: Fraction) -> int:
    """The nearest whole, a half away from zero. Source: VAT act art. 106e ust. 11."""
    whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return whole if exact >= 0 else -whole
