"""Password rules and hashing.

By OWASP ASVS 5.0 6.2 and NIST SP 800-63B-4: length in code points after NFC, compared exactly,
never truncated; a refusal gives the reason.
"""

import re
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_babel import gettext as _

SHORTEST, LONGEST, GROUPS = 8, 128, 3
# OWASP's minimum: 19 ms of one core; the library's default takes 110.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
POLISH = """
haslo hasło mojehaslo mojehasło haslo123 tajnehaslo polska polska1 kochamcie kochamcię misiek
misiaczek kasia kasia1 mateusz bartek agnieszka zaq12wsx qwerty dupa dupadupa jp2gmd legia
warszawa krakow kraków gdansk poznan wroclaw lukasz łukasz patryk damian monika karolina marcin
robert komputer samsung wodociagi wodociągi woda wodakanal ebok faktura krzysztof michal michał
natalia zuzanna polskagola niewiem matrix gwiazda slonko słonko kwiatek wakacje lato2026 zima2026
wiosna2026 jesien2026
"""


def hash_password(password: str) -> str:
    """Hash a password with Argon2id."""
    return HASHER.hash(normal(password))


def is_right(password: str, password_hash: str) -> bool:
    """Whether the password matches; for an empty hash the same work is done, and False returned."""
    try:
        return HASHER.verify(password_hash or _nobodys_hash(), normal(password)) and bool(
            password_hash
        )
    except (VerifyMismatchError, InvalidHashError):
        return False


def normal(password: str) -> str:
    """The password in NFC, so that ó is the same from every keyboard."""
    return unicodedata.normalize("NFC", password)


def faults(
    password: str, customer_code: str, email: str, old_hash: str, names: tuple[str, ...]
) -> list[str]:
    """A sentence for each rule that a new password breaks.

    `names` are the utility's own and its town's.
    """
    password = normal(password)
    wrong = {
        _("Use at least 8 characters."): len(password) < SHORTEST,
        _("Use at most 128 characters."): len(password) > LONGEST,
        _(
            "Use at least three of these: capital letters, lower-case letters, digits, "
            "special characters."
        ): (count_groups(password) < GROUPS),
        _("Do not use your customer code or the name from your e-mail address."): (
            names_owner(password, customer_code, email)
        ),
        _("This password is on the lists that thieves try first. Choose another."): (
            is_common(password) or is_name(password, names)
        ),
    }
    found = [sentence for sentence, is_wrong in wrong.items() if is_wrong]
    if not found and is_right(password, old_hash):
        found = [_("This is your current password. Choose another.")]
    return found


def count_groups(password: str) -> int:
    """How many of the four groups of characters occur; Polish letters count as letters."""
    tests = (str.isupper, str.islower, str.isdigit, _is_special)
    return sum(any(test(c) for c in password) for test in tests)


def _is_special(character: str) -> bool:
    return not character.isalpha() and not character.isdigit()


def names_owner(password: str, customer_code: str, email: str) -> bool:
    """Whether it contains the customer code or the local part of the e-mail address."""
    low = password.casefold()
    # The digits of a very short code occur in many passwords.
    digits = re.sub(r"\D", "", customer_code)
    digits = digits if len(digits) >= 4 else ""
    name = email.partition("@")[0].casefold()
    words = [customer_code.casefold(), digits, name if len(name) >= 3 else ""]
    return any(word and word in low for word in words)


def is_common(password: str) -> bool:
    """Whether it is a listed common password, also without punctuation or surrounding digits."""
    low = password.casefold()
    signless = re.sub(r"[\W_]+", "", low)
    tried = {low, re.sub(r"[\W_]+$", "", low), re.sub(r"[\W\d_]+$", "", low), _core(low)}
    return not _common().isdisjoint(tried | {signless, _core(signless)})


def is_name(password: str, names: tuple[str, ...]) -> bool:
    """Whether it is just a name or a word of the utility or its town."""
    whole = {_letters(name) for name in names}
    words = {_letters(word) for name in names for word in re.findall(r"\w{4,}", name)}
    return _letters(password) in whole | words


def _core(password: str) -> str:
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password)


def _letters(text: str) -> str:
    """Its letters in lower case, without diacritics."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(c for c in plain if c.isalpha())


@cache
def _common() -> frozenset[str]:
    # 30,000 words, loaded at first use.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"]) | frozenset(POLISH.split())


@cache
def _nobodys_hash() -> str:
    return HASHER.hash("nobody has this password")
