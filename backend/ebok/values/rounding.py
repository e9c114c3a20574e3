"""Rounding of exact sums and quantities."""

from fractions import Fraction


def rounded(exact: Fraction) -> int:
    """The nearest integer, halves away from zero. Source: VAT act art. 106e ust. 11."""
    whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return whole if exact >= 0 else -whole
