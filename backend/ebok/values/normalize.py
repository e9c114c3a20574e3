"""Parses what people type into the form that is stored.

Each function raises Unreadable with a sentence that says what is wrong and what to try. Spaces,
case and kinds of dashes make no difference.
"""

import re
import unicodedata
from itertools import combinations
from typing import Annotated

from flask_babel import gettext as _

from ebok.values import emails, nrb
from ebok.values.nip import DIGITS, FOREIGN, is_somebodys

CustomerCode = Annotated[str, "maxLength: 200", "examples: [39-29001]"]
"""The *kod klienta*, as the setting `customer_code_pattern` has it."""

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－_"), "-")
SLASHES = dict.fromkeys(map(ord, "\\∕⁄／"), "/")
LIKE_DIGITS = str.maketrans("OQIL|", "00111")
# Codes use only one of each set of similar characters (tokens.py); others are misread or typed on a
# Ukrainian keyboard.
LIKE_SHORT_CODE = str.maketrans("0OQ1I|2568АВЕЗНІКМОРСТУХ", "DDDLLLZSGBABE3HLKMDPCTYX")
# What is between the dashes of a customer code, whatever is typed for a dash.
PARTS = re.compile(rf"[^\s.,;:/\\{''.join(map(chr, DASHES))}-]+")
LONGEST_BARE, MOST_DASHES = 30, 2
"""Of what is tried as a customer code without its dashes: 435 readings at most."""
PHONE_LABEL = re.compile(r"^(?:(?:tel|kom|mob|nr|тел|моб)[a-zа-яіїє]*[.:]*)+", re.IGNORECASE)
PHONE = re.compile(r"\+?[\d./-]+", re.ASCII)
BRACKETS = re.compile(r"\(0\)|[()]")
# Words printed before an invoice number; some of them only after another.
LABEL = re.compile(
    r"(?:FAKTUR[AY]|FAKT|F-?RA|KOREKTA|KSEF|NR|NUMER|INVOICE|РАХУН(?:ОК|КА|КУ)(?:-ФАКТУР[АИІУ])?"
    r"|ФАКТУР[АИ]|НОМЕР)[.:#]*"
)
LABEL_BEHIND = re.compile(r"(?:VAT|KORYGUJ[ĄA]C(?:A|EJ)|KO[ŃN]COWA|ZALICZKOWA|NO|NUMBER)[.:#]*")
NUMBER = re.compile(r"(?:NR|NUMER)[.:#]*")
GLUED_LABEL = re.compile(
    r"^(?:(?:FAKTURA(?:VAT)?|KSEF)?(?:NR|NUMER)|FAKTURA(?:VAT)?|KSEF)[.:#]+(?=\w)"
)
AMOUNT = re.compile(r"-?(\d+)(?:[.,](\d{1,2}))?", re.ASCII)
CURRENCY = re.compile(r"^pln|(zł|zl|pln)\.?$")
# "123 45": twelve thousand, or a comma forgotten? Only three digits are a group of thousands.
NO_GROUP = re.compile(r"[^.,]*\d\s+\d{1,2}", re.ASCII)
GROUPED_AMOUNT = re.compile(
    r"-?(\d{1,3}(?:\.\d{3})+),(\d{2})|-?(\d{1,3}(?:,\d{3})+)\.(\d{2})", re.ASCII
)


class Unreadable(ValueError):
    """The text is not what was asked for; the message is for the person who typed it."""


def plain(text: str) -> str:
    """NFKC without spaces and invisible characters, with one kind of dash and slash."""
    text = unicodedata.normalize("NFKC", text).translate(DASHES).translate(SLASHES)
    # NFKC again: removing characters may have brought a letter and its accent together.
    return unicodedata.normalize("NFKC", _visible("".join(text.split())))


def _visible(text: str) -> str:
    # Joiners, direction marks and soft hyphens are invisible on an invoice.
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))


def customer_code(text: str, pattern: str, example: str) -> str:
    """A customer code such as 39-29001; `pattern` and `example` are the utility's own.

    Spaces are removed; if that is no code, a space, dot, comma or slash is taken for the dash, or
    several of them. Without any it is read if only one code can be meant.
    """
    for code in (plain(text), "-".join(map(plain, PARTS.findall(text)))):
        if re.fullmatch(pattern, code, re.ASCII):
            return code
    meant = [
        code for code in _dashed(plain(text), example) if re.fullmatch(pattern, code, re.ASCII)
    ]
    if len(meant) == 1:
        return meant[0]
    raise Unreadable(
        _("A customer code looks like %(code)s. It is on every invoice.", code=_whole(example))
    )


def _dashed(bare: str, example: str) -> list[str]:
    """All that becomes of it with the dashes of the example, in their order."""
    dashes = [char for char in example if not char.isalnum()]
    if not bare.isalnum() or len(bare) > LONGEST_BARE or not 1 <= len(dashes) <= MOST_DASHES:
        return []
    return [
        "".join(part + dash for part, dash in zip(_cut(bare, places), [*dashes, ""], strict=True))
        for places in combinations(range(1, len(bare)), len(dashes))
    ]


def _cut(text: str, places: tuple[int, ...]) -> list[str]:
    ends = zip((0, *places), (*places, len(text)), strict=True)
    return [text[start:end] for start, end in ends]


def _whole(code: str) -> str:
    """The code with dashes that do not end a line."""
    return code.replace("-", "\u2011")


def login(text: str, pattern: str, example: str) -> str:
    """The customer code of a login; many people type their e-mail address."""
    if "@" in text:
        raise Unreadable(
            _(
                "Log in with the customer code, not with the e-mail address."
                " It looks like %(code)s and is on every invoice.",
                code=_whole(example),
            )
        )
    return customer_code(text, pattern, example)


def invoice_number(text: str) -> str:
    """An invoice or KSeF number in capitals, without spaces.

    Words in front of it on paper are removed: *Faktura VAT nr FV/2026/11/1*.
    """
    words, labels = text.replace("№", " nr ").split(), [LABEL]
    while len(words) > 1 and words[1][0].isalnum() and _is_any(words[0], labels):
        labels = [LABEL, LABEL_BEHIND]
        del words[0]
    # FV nr 5/2026
    pairs = zip(words, [*words[1:], ""], strict=False)
    kept = [w for w, after in pairs if not (after[:1].isalnum() and _is_any(w, [NUMBER]))]
    return _without_label(plain(plain(" ".join(kept)).upper()))


def _is_any(word: str, labels: list[re.Pattern[str]]) -> bool:
    return any(label.fullmatch(plain(word).upper()) for label in labels)


def _without_label(number: str) -> str:
    while (bare := GLUED_LABEL.sub("", number)) != number:
        number = bare
    return bare


def amount_grosze(text: str) -> int:
    """A sum in złoty, in grosze: 123,45 · 123.45 · 1 234,56 zł · 1.234,56."""
    bare = CURRENCY.sub("", unicodedata.normalize("NFKC", text).lower().strip()).strip()
    digits = plain(bare)
    grouped = GROUPED_AMOUNT.fullmatch(digits)
    match = grouped or AMOUNT.fullmatch(digits)
    if not match or len(digits) > 15 or NO_GROUP.fullmatch(bare) or _has_raised(text):
        raise Unreadable(_("Enter the amount as it is on the invoice, for example 123,45."))
    whole, part = (group for group in match.groups() if group) if grouped else match.groups("0")
    grosze = int(re.sub(r"\D", "", whole)) * 100 + int(part.ljust(2, "0"))
    return -grosze if digits.startswith("-") else grosze


def _has_raised(text: str) -> bool:
    # NFKC would turn 123⁴⁵, with grosze as on a price tag, into 12345.
    return any(unicodedata.category(c) == "No" for c in text)


def nip(text: str) -> str:
    """A Polish tax number as ten digits with a valid check digit."""
    digits = plain(text).upper().removeprefix("PL").replace("-", "")
    if not DIGITS.fullmatch(digits):
        raise Unreadable(_("A NIP has 10 digits."))
    if not is_somebodys(digits):
        raise Unreadable(_("One digit of the NIP is wrong. Check whether two have been swapped."))
    return digits


def tax_number(text: str) -> str:
    """A company's tax number: a NIP, or a foreign one with its country's letters in front."""
    bare = re.sub(r"[-./]", "", plain(text).upper())
    if FOREIGN.fullmatch(bare):
        return bare
    if re.search(r"\D", bare.removeprefix("PL")) or not DIGITS.fullmatch(bare.removeprefix("PL")):
        raise Unreadable(_("A NIP has 10 digits, and a foreign number looks like DE136695976."))
    return nip(text)


def bank_account(text: str) -> str:
    """A Polish account number as 26 digits (NRB) with valid check digits (mod 97).

    PL in front, spaces and dashes are removed; O and l, which look like digits in some fonts, are
    read as digits.
    """
    digits = re.sub(r"[-.]", "", plain(text).upper().removeprefix("PL")).translate(LIKE_DIGITS)
    if not re.fullmatch(r"\d{26}", digits, re.ASCII):
        raise Unreadable(_("An account number has 26 digits."))
    if not nrb.is_right(digits):
        raise Unreadable(
            _("One digit of the account number is wrong. Check whether two have been swapped.")
        )
    return digits


def short_code(text: str) -> str:
    """The code of one of our mails as stored; similar-looking letters are corrected."""
    code = plain(text).upper().replace("-", "").translate(LIKE_SHORT_CODE)
    if not re.fullmatch(r"[A-Z0-9]{8}", code, re.ASCII):
        raise Unreadable(_("The code has eight letters and digits, for example ABDE-FHJK."))
    return code


def phone(text: str) -> str:
    """A mobile number in E.164: Polish without a prefix, others with + or 00."""
    # Imported here: it loads slowly, and few commands need it.
    import phonenumbers
    from phonenumbers import PhoneNumberType

    typed = re.sub(r"^00", "+", BRACKETS.sub("", PHONE_LABEL.sub("", plain(text))))
    # The former trunk prefix 0.
    typed = re.sub(r"^0[./-]*(?=\d)", "", typed)
    try:
        # Checked first: the library converts letters to digits and drops extensions.
        number = phonenumbers.parse(typed, "PL") if PHONE.fullmatch(typed) else None
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Unreadable(
            _(
                "A Polish phone number has 9 digits. Start a foreign one with a plus sign "
                "and the country code."
            )
        )
    mobile = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if phonenumbers.number_type(number) not in mobile:
        raise Unreadable(_("This is not a mobile number. If you have none, tick the box below."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """A valid e-mail address; whether it exists is not checked.

    Spaces beside a dot or @ are dropped. A space inside a name is not: what belongs there is not
    known, and the code would go to somebody else.
    """
    address = emails.bare(_visible(" ".join(text.split())))
    found = emails.normalized(address)
    if not found:
        raise Unreadable(emails.what_is_wrong(address))
    return found


def mailbox(address: str) -> str:
    """The mailbox that an address leads to, for counting only: never send to it.

    Providers deliver h.e.lena+gas@ to helena@, in any case and width of letters: all of them are
    one person.
    """
    name, _at, domain = unicodedata.normalize("NFKC", address).casefold().rpartition("@")
    return f"{name.partition('+')[0].replace('.', '')}@{domain}"
