"""Parsers of single values of a billing file: checked, and in the form the database stores."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from ebok.billing import excel, numerals
from ebok.billing.columns_text import (
    LONGEST_TEXT,
    BatchReader,
    Reader,
    Unfit,
    are_plain,
    batch,
    destroyed_code,
    destroyed_number,
    text,
)
from ebok.billing.dialect import AMBIGUOUS, Dialect
from ebok.billing.numerals import NEVER
from ebok.ksef.numbers import is_known
from ebok.languages import say as _
from ebok.values import nrb, vat
from ebok.values.nip import FOREIGN, is_somebodys

LONGEST_NUMBER = 100
"""Most characters of a tax or account number, separators included."""

AMOUNT = re.compile(rf"(-?)({numerals.GROUPED}|\d{{1,13}})(?:([.,])(\d{{1,20}}))?", re.ASCII)
GROSZE = 2
PLAIN_EMAIL = re.compile(r"(?=.{1,64}@)([\w+-]+(?:\.[\w+-]+)*)@([\w.-]+)", re.ASCII)

# Billing may not distinguish the kinds of 0 and np.
VAT_RATES = {rate.lower(): rate for rate in ("", *vat.TAXED, "0", "np", *vat.FREE)}


class CustomerCode:
    """A parser of customer codes that match this utility's pattern."""

    def __init__(self, pattern: str):
        self.pattern = pattern
        self.matches = re.compile(pattern, re.ASCII).fullmatch
        # Codes are too many for the cache of repeated values.
        self.batch = batch(self, self._are_plain, is_empty_one=True)

    def __call__(self, value: str) -> str:
        if not self.matches(value):
            raise Unfit(_no_code(value, self.pattern))
        return text(value)

    def _are_plain(self, values: list[str]) -> bool:
        return are_plain(values) and all(map(self.matches, values))


def none_or(read: Reader) -> Reader:
    """A parser that also accepts an empty value."""
    return lambda value: read(value) if value else ""


def _no_code(value: str, pattern: str) -> str:
    if excel.may_be_mangled_code(value):
        return destroyed_code()
    return _("expected a customer code of the form %(pattern)s", pattern=pattern)


def one_of(*words: str) -> Reader:
    """A parser of a word out of a few, in any case."""

    def read(value: str) -> str:
        if value.lower() not in words:
            raise Unfit(
                _("expected %(words)s or %(last)s", words=", ".join(words[:-1]), last=words[-1])
            )
        return value.lower()

    return read


def deleted(value: str) -> str:
    """The mark of a deleted row: "1", else "". `0` is read as ""."""
    if value not in ("", "0", "1"):
        raise Unfit(_("expected 1 for a row that no longer exists, or 0, or nothing"))
    return value if value == "1" else ""


def nip(value: str) -> str:
    """A Polish tax number as ten digits, a foreign one with its country's letters, or ""."""
    if not value:
        return ""
    if FOREIGN.fullmatch(foreign := re.sub(r"[\s.-]", "", value).upper()):
        return foreign
    digits = _bare(value)
    if not is_somebodys(digits):
        raise Unfit(_("expected a NIP of 10 digits with a right check digit, or nothing"))
    return digits


def bank_account(value: str) -> str:
    """A Polish account number (NRB) as its 26 digits, or "". Source: ISO 13616, mod 97."""
    if not value:
        return ""
    digits = _bare(value)
    if not nrb.is_right(digits):
        raise Unfit(
            _("expected an account number of 26 digits with right check digits, or nothing")
        )
    return digits


def _bare(value: str) -> str:
    """The digits of a tax or account number. Raises Unfit for scientific notation (7,1E+24)."""
    if "E+" in value.upper() and excel.is_scientific(value):
        raise Unfit(destroyed_number())
    return nrb.bare(value[:LONGEST_NUMBER])


class WithoutMask(Unfit):
    """A valid account number that is not one of this utility's."""


def masked_account(mask: str, own: str) -> Callable[[str], str]:
    """A parser of the utility's account numbers: those with `mask`, and its general one, `own`.

    The mask is the 12 digits after the check digits: 8 of the bank, 4 of the utility's contract
    with it. With an empty mask any valid number passes. Money sent to another account would be
    lost.
    """
    if not mask:
        return bank_account
    general = nrb.bare(own)

    def read(value: str) -> str:
        digits = bank_account(value)
        if digits and digits != general and not nrb.has_mask(digits, mask):
            raise WithoutMask(
                _("expected an account of this utility: its mask is %(mask)s", mask=mask)
            )
        return digits

    return read


def whole(least: int, most: int) -> Reader:
    """A parser of whole numbers from `least` to `most`."""

    def read(value: str) -> int:
        if re.fullmatch(r"\d{1,9}", value, re.ASCII) and least <= int(value) <= most:
            return int(value)
        raise Unfit(_("expected a whole number from %(least)s to %(most)s", least=least, most=most))

    return read


def vat_rate(value: str) -> str:
    """A VAT rate as FA(3) writes it (TStawkaPodatku): 8, zw, np I. `8%` is accepted, too."""
    plain = " ".join(value.removesuffix("%").split()).lower()
    if plain not in VAT_RATES:
        rates = ", ".join(filter(None, VAT_RATES.values()))
        raise Unfit(_("expected a rate of VAT: %(rates)s", rates=rates))
    return VAT_RATES[plain]


def email(value: str) -> str:
    """A valid e-mail address, or "". Its domain is not looked up."""
    if not value:
        return ""
    try:
        # Checking the domain takes longest, and a town's addresses have few domains.
        if len(value) < LONGEST_TEXT and (plain := PLAIN_EMAIL.fullmatch(value)):
            return f"{plain[1]}@{_domain(plain[2])}"
        return text(validate_email(value, check_deliverability=False).normalized)
    except EmailNotValidError:
        raise Unfit(_("expected one e-mail address, or nothing; imported as empty")) from None


@lru_cache(1000)
def _domain(name: str) -> str:
    return validate_email(f"a@{name}", check_deliverability=False).domain


def ksef_number(value: str) -> str:
    """A KSeF number, or "". Source: CIRFMF/ksef-docs, CRC-8 of 32."""
    number = value.upper()
    if number and not is_known(number):
        raise Unfit(_("expected a KSeF number of 35 characters with a right checksum, or nothing"))
    return number


def amount(dialect: Dialect) -> Callable[[str], int]:
    """A parser of sums in złoty; returns grosze."""
    sign = dialect.decimal
    is_plain = re.compile(rf"-?\d{{1,13}}{re.escape(sign) or NEVER}\d\d", re.ASCII).fullmatch

    def read(value: str) -> int:
        return int(value.replace(sign, "")) if is_plain(value) else _amount(value, sign)

    return read


def amounts(dialect: Dialect) -> BatchReader:
    """A parser of a batch of sums: those in the plain form are converted together."""
    sign, read = dialect.decimal, amount(dialect)
    plain = rf"(?:-?\d{{1,13}}{re.escape(sign) or NEVER}\d\d\n)+"
    are_plain = re.compile(plain, re.ASCII).fullmatch

    def read_all(values: list[str]) -> list[int]:
        lines = "\n".join([*values, ""])
        # A value with a line end in it would become two.
        if not are_plain(lines) or lines.count("\n") != len(values):
            return list(map(read, values))
        return list(map(int, lines.replace(sign, "").split()))

    return read_all


def _amount(value: str, sign: str) -> int:
    bare = numerals.plain_sum(value)
    match = AMOUNT.fullmatch(bare)
    part = numerals.without_zeros((match[4] or "") if match else "", GROSZE)
    # Three decimals of zeros may be thousands: 1,000.
    is_odd = len(value) > 40 or AMBIGUOUS.fullmatch(bare) or len(part) > GROSZE
    if not match or is_odd or (match[3] and match[3] != sign):
        raise Unfit(_no_amount(value, sign or "."))
    minus, whole = match[1], match[2]
    digits = whole if whole.isdigit() else re.sub(r"\D", "", whole)
    grosze = int(digits) * 100 + int(part.ljust(GROSZE, "0"))
    return -grosze if minus else grosze


def _no_amount(value: str, sign: str) -> str:
    if excel.is_scientific(value):
        return destroyed_number()
    return _(
        "expected an amount like 1234%(sign)s50 or -1 234%(sign)s50, at most 2 decimals", sign=sign
    )


def day(dialect: Dialect) -> Reader:
    """A parser of dates; returns YYYY-MM-DD."""
    form = numerals.DAYS[dialect.dates]
    example = EXAMPLES.get(dialect.dates, "2026-12-31")

    def read(value: str) -> str:
        match = form.fullmatch(value)
        try:
            if match:
                return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
        except ValueError:
            pass
        raise Unfit(_no_day(value, example))

    return read


EXAMPLES = {"dotted": "31.12.2026", "compact": "20261231"}


def _no_day(value: str, example: str) -> str:
    if excel.is_date_serial(value):
        return _(
            "expected a date like %(example)s, but Excel has turned it into a number",
            example=example,
        )
    return _("expected a date like %(example)s", example=example)


def day_or_none(dialect: Dialect) -> Reader:
    """A parser of dates that may be empty (None)."""
    read_day = day(dialect)
    return lambda value: read_day(value) if value else None
