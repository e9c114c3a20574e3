"""One value of a billing file: read, checked, and put into the form that the database keeps."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from ebok import bank
from ebok.billing.dialect import Dialect
from ebok.ksef.numbers import is_sound
from ebok.nip import is_somebodys
from ebok.sentences import say as _

Reader = Callable[[str], str | int | None]
"""Reads a stripped text, or raises Unfit."""
BatchReader = Callable[[list[str]], list]
"""Reads a batch's texts of one column, or raises Unfit: four times as fast as one by one."""

LONGEST_TEXT = 255
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
AMOUNT = re.compile(
    r"(-?)(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,13})(?:([.,])(\d{1,2}))?", re.ASCII
)
PLAIN_EMAIL = re.compile(r"(?=.{1,64}@)([\w+-]+(?:\.[\w+-]+)*)@([\w.-]+)", re.ASCII)
NEVER = "(?!)"
DATES = {
    # Until one was seen none is read: what is read by a guess might be guessed otherwise later.
    "": re.compile(NEVER),
    "iso": re.compile(r"(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", re.ASCII),
    "dotted": re.compile(r"(?P<d>\d\d)\.(?P<m>\d\d)\.(?P<y>(?:19|20)\d\d)", re.ASCII),
}

RATES = ("23", "22", "8", "7", "5", "4", "3", "0", "0 KR", "0 WDT", "0 EX", "zw", "oo")
VAT_RATES = {rate.lower(): rate for rate in ("", *RATES, "np", "np I", "np II")}


class Unfit(ValueError):
    """A value that cannot stand in its column; the message says what is expected there."""

    @property
    def expected(self) -> str:
        """What is expected: a sentence, which `str` would make a bare text."""
        return self.args[0]


def text(value: str) -> str:
    """Any text that a column of the database can hold; empty stands for unknown."""
    if len(value) > LONGEST_TEXT:
        raise Unfit(
            _(
                "expected at most %(most)s characters, these are %(found)s",
                most=LONGEST_TEXT,
                found=len(value),
            )
        )
    if not value.isprintable() and CONTROLS.search(value):
        raise Unfit(_("expected text, this has a control character or a lost letter in it"))
    return value.replace("\r\n", "\n")


def some_text(value: str) -> str:
    """A text that must be given."""
    if not value:
        raise Unfit(_("expected a value, this is empty"))
    return text(value)


def texts(values: list[str]) -> list[str]:
    """A batch of texts; nearly always there is nothing to do but to see so."""
    if max(map(len, values)) <= LONGEST_TEXT and "".join(values).isprintable():
        return values
    return list(map(text, values))


def some_texts(values: list[str]) -> list[str]:
    """A batch of texts that must be given."""
    return texts(values) if all(values) else list(map(some_text, values))


def customer_code(pattern: str) -> Reader:
    """A reader of customer codes of this utility's pattern."""
    matches = re.compile(pattern, re.ASCII).fullmatch

    def read(value: str) -> str:
        if not matches(value):
            raise Unfit(_("expected a customer code of the form %(pattern)s", pattern=pattern))
        return text(value)

    return read


def none_or(read: Reader) -> Reader:
    """What `read` takes, or nothing."""
    return lambda value: read(value) if value else ""


def one_of(*words: str) -> Reader:
    """A reader of a word out of a few, in either case."""

    def read(value: str) -> str:
        if value.lower() not in words:
            raise Unfit(
                _("expected %(words)s or %(last)s", words=", ".join(words[:-1]), last=words[-1])
            )
        return value.lower()

    return read


def nip(value: str) -> str:
    """A Polish tax number as ten digits, or empty."""
    if not value:
        return ""
    digits = re.sub(r"[\s-]", "", value).upper().removeprefix("PL")
    if not is_somebodys(digits):
        raise Unfit(_("expected a NIP of 10 digits with a right check digit, or nothing"))
    return digits


def bank_account(value: str) -> str:
    """A Polish account number (NRB) as its 26 bare digits, or empty. Source: ISO 13616, mod 97."""
    if not value:
        return ""
    digits = bank.bare(value)
    if not bank.is_right(digits):
        raise Unfit(
            _("expected an account number of 26 digits with right check digits, or nothing")
        )
    return digits


class WithoutMask(Unfit):
    """An account that is a right one, but none of this utility's."""


def masked_account(mask: str, own: str) -> Reader:
    """A reader of account numbers that must be the utility's: of `mask`, or its `own` general one.

    The mask is the 12 digits after the check digits: 8 of the bank, 4 of the utility's contract
    with it. Empty: any right number is read. Money that goes to another account is lost.
    """
    if not mask:
        return bank_account
    general = bank.bare(own)

    def read(value: str) -> str:
        digits = bank_account(value)
        if digits and digits != general and not bank.has_mask(digits, mask):
            raise WithoutMask(
                _("expected an account of this utility: its mask is %(mask)s", mask=mask)
            )
        return digits

    return read


def whole(least: int, most: int) -> Reader:
    """A reader of whole numbers from `least` to `most`."""

    def read(value: str) -> int:
        if re.fullmatch(r"\d{1,9}", value, re.ASCII) and least <= int(value) <= most:
            return int(value)
        raise Unfit(_("expected a whole number from %(least)s to %(most)s", least=least, most=most))

    return read


def vat_rate(value: str) -> str:
    """A rate of VAT as FA(3) writes it (TStawkaPodatku): 8, zw, np I; `8%` is read too."""
    plain = " ".join(value.removesuffix("%").split()).lower()
    if plain not in VAT_RATES:
        rates = ", ".join(filter(None, VAT_RATES.values()))
        raise Unfit(_("expected a rate of VAT: %(rates)s", rates=rates))
    return VAT_RATES[plain]


def email(value: str) -> str:
    """An e-mail address that could exist, or empty. Its domain is not looked up."""
    if not value:
        return ""
    try:
        # Most of a check is the domain's, and a town's addresses have few domains.
        if len(value) < LONGEST_TEXT and (plain := PLAIN_EMAIL.fullmatch(value)):
            return f"{plain[1]}@{_domain(plain[2])}"
        return text(validate_email(value, check_deliverability=False).normalized)
    except EmailNotValidError:
        raise Unfit(_("expected one e-mail address, or nothing; imported as empty")) from None


@lru_cache(1000)
def _domain(name: str) -> str:
    return validate_email(f"a@{name}", check_deliverability=False).domain


def ksef_number(value: str) -> str:
    """A KSeF number with a right checksum, or empty. Source: CIRFMF/ksef-docs, CRC-8 of 32."""
    number = value.upper()
    if number and not is_sound(number):
        raise Unfit(_("expected a KSeF number of 35 characters with a right checksum, or nothing"))
    return number


def amount(dialect: Dialect) -> Reader:
    """A reader of sums in złoty, given as whole grosze."""
    sign = dialect.decimal
    is_plain = re.compile(rf"-?\d{{1,13}}{re.escape(sign) or NEVER}\d\d", re.ASCII).fullmatch

    def read(value: str) -> int:
        # Nearly all are of this form, which needs no taking apart.
        return int(value.replace(sign, "")) if is_plain(value) else _amount(value, sign)

    return read


def amounts(dialect: Dialect) -> BatchReader:
    """A reader of a batch of sums; those in the plain form need no looking at one by one."""
    sign, read = dialect.decimal, amount(dialect)
    plain = rf"(?:-?\d{{1,13}}{re.escape(sign) or NEVER}\d\d\n)+"
    are_plain = re.compile(plain, re.ASCII).fullmatch

    def read_all(values: list[str]) -> list[int]:
        lines = "\n".join([*values, ""])
        # A value with a line's end in it would be two.
        if not are_plain(lines) or lines.count("\n") != len(values):
            return list(map(read, values))
        return list(map(int, lines.replace(sign, "").split()))

    return read_all


def _amount(value: str, sign: str) -> int:
    match = AMOUNT.fullmatch(value)
    if not match or len(value) > 20 or (match[3] and match[3] != sign):
        sign = sign or "."
        raise Unfit(
            _(
                "expected an amount like 1234%(sign)s50 or -1 234%(sign)s50, at most 2 decimals",
                sign=sign,
            )
        )
    minus, whole, _sign, part = match.groups()
    digits = whole if whole.isdigit() else re.sub(r"\D", "", whole)
    grosze = int(digits) * 100 + int((part or "0").ljust(2, "0"))
    return -grosze if minus else grosze


def day(dialect: Dialect) -> Reader:
    """A reader of dates, given as YYYY-MM-DD."""
    form = DATES[dialect.dates]
    example = "31.12.2026" if dialect.dates == "dotted" else "2026-12-31"

    def read(value: str) -> str:
        match = form.fullmatch(value)
        try:
            if match:
                return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
        except ValueError:
            pass
        raise Unfit(_("expected a date like %(example)s", example=example))

    return read


def day_or_none(dialect: Dialect) -> Reader:
    """A reader of dates that may be empty."""
    read_day = day(dialect)
    return lambda value: read_day(value) if value else None
