"""Parsers of texts of a billing file, names and codes, one by one and by the batch."""

import re
from collections.abc import Callable, Sequence

from ebok.billing import excel
from ebok.billing.lost_letters import LOST
from ebok.customers.models import LONGEST_NAME
from ebok.languages import say as _

Reader = Callable[[str], str | int | None]
"""Parses a stripped text. Raises Unfit."""
BatchReader = Callable[[list[str]], Sequence[str | int | None]]
"""Parses the texts of one column in a batch. Raises Unfit. Four times as fast as one by one."""

LONGEST_TEXT = 255
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")


class Unfit(ValueError):
    """A value that its column cannot hold; the message says what is expected."""

    @property
    def expected(self) -> str:
        """What is expected, as a translatable sentence (`str()` would make it plain text)."""
        return self.args[0]


def text(value: str, longest: int = LONGEST_TEXT) -> str:
    """A text that the database can store. Empty means unknown."""
    if len(value) > longest:
        raise Unfit(
            _(
                "expected at most %(most)s characters, but there are %(found)s",
                most=longest,
                found=len(value),
            )
        )
    if "\ufffd" in value or (not value.isprintable() and CONTROLS.search(value)):
        raise Unfit(_("expected text, but this has a control character or a lost letter in it"))
    if "E+" in value and excel.is_scientific(value):
        raise Unfit(destroyed_number())
    return value.replace("\r\n", "\n")


def some_text(value: str) -> str:
    """A text that must not be empty."""
    return text(_given(value))


def words(value: str, longest: int = LONGEST_TEXT) -> str:
    """A name of a person, street or thing that has lost no letters."""
    if "?" in value and LOST.search(value):
        raise Unfit(_("expected all letters, but some were lost: export the file again as UTF-8"))
    return text(value, longest)


def name(value: str) -> str:
    """A customer's or buyer's name, as long as FA(3) allows."""
    return words(value, LONGEST_NAME)


def some_name(value: str) -> str:
    """A customer's name that must not be empty."""
    return name(_given(value))


def some_words(value: str) -> str:
    """A name that must not be empty."""
    return words(_given(value))


def code(value: str) -> str:
    """An identifier of the billing system: of an invoice, a meter, a point of use."""
    if excel.is_mangled_code(value):
        raise Unfit(destroyed_code())
    return text(value)


def some_code(value: str) -> str:
    """An identifier that must not be empty."""
    return code(_given(value))


def _given(value: str) -> str:
    if not value:
        raise Unfit(_("expected a value, but this is empty"))
    return value


def destroyed_number() -> str:
    """Message for a number in scientific notation: 7,1E+24."""
    return _(
        "expected all digits, but Excel has destroyed this number: export the file "
        "again and do not save it in Excel"
    )


def destroyed_code() -> str:
    """Message for a code that a spreadsheet made a date of."""
    return _(
        "expected a code, but Excel has turned it into a date: export the file again "
        "and do not save it in Excel"
    )


def are_plain(values: list[str]) -> bool:
    """Whether `text` would return all of these unchanged."""
    # Fast, because nearly all batches are.
    joined = "".join(values)
    return (
        max(map(len, values)) <= LONGEST_TEXT
        and joined.isprintable()
        and "E+" not in joined
        and "\ufffd" not in joined
    )


def _are_words(values: list[str]) -> bool:
    return are_plain(values) and "?" not in "".join(values)


def _are_codes(values: list[str]) -> bool:
    return are_plain(values) and not excel.ANY_MANGLED_CODE.search("\n".join(values))


def batch(read: Reader, are_sound: Callable[[list[str]], bool], is_empty_one: bool) -> BatchReader:
    """A batch parser: returns the batch as it is if `are_sound` accepts it, else parses one by
    one."""

    def read_all(values: list[str]) -> Sequence[str | int | None]:
        sound = are_sound(values) and (is_empty_one or all(values))
        return values if sound else list(map(read, values))

    return read_all


BATCHES: dict[Reader, BatchReader] = {
    text: batch(text, are_plain, is_empty_one=True),
    some_text: batch(some_text, are_plain, is_empty_one=False),
    words: batch(words, _are_words, is_empty_one=True),
    some_words: batch(some_words, _are_words, is_empty_one=False),
    name: batch(name, _are_words, is_empty_one=True),
    some_name: batch(some_name, _are_words, is_empty_one=False),
    code: batch(code, _are_codes, is_empty_one=True),
    some_code: batch(some_code, _are_codes, is_empty_one=False),
}
"""Batch parsers, by the parser of a single text."""
