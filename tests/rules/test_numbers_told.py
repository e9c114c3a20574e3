"""Sentences type no number that the software holds, but for those here, held against the code.

What a setting holds is written into a sentence by the setting: none of them stands here.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ebok import languages
from ebok.accounts.operations_passwords import LONGEST, SHORTEST
from ebok.cases.operations_acts import LONGEST_NOTE, UNDO
from ebok.documents.forms import IDS
from ebok.documents.operations import MOST_IN_ZIP
from ebok.invoices.operations_list import MOST
from ebok.payments.forms import MOST_CHOSEN
from ebok.payments.operations_transfer import LONGEST_TITLE
from ebok.registration.operations import KEPT
from ebok.staff.operations_codes import STEP_SECONDS

HOUSE = Path(languages.__file__).parent
FRONTEND = Path(__file__).parents[2] / "frontend"
SCRIPT = (FRONTEND / "scripts" / "components" / "new-password.js").read_text("utf-8")
TIME = "seconds?|minutes?|hours?|days?|weeks?|months?|years?"
NUMBER = re.compile(rf"\b\d+ (?:{TIME}|times|tries|characters|digits|invoices)\b")
WISH = re.search(r"wish: length >= (\d+)", SCRIPT)[1]
MOST_IDS = int(re.search(r",(\d+)}$", IDS.pattern)[1]) + 1
HELD = {
    f"Use at least {SHORTEST} characters",
    f"Use at most {LONGEST} characters",
    f"at least {SHORTEST} characters",
    f"at most {LONGEST} characters",
    f"At least {SHORTEST} characters, and three of these four",
    f"Six digits from the app, where they change every {STEP_SECONDS} seconds",
    f"We recommend {WISH} characters or more",
    f"A few words, {WISH} characters or more, are best",
    f"A page has 1 to {MOST} invoices",
    f"Select between 1 and {MOST_CHOSEN} invoices",
    f"List between 1 and {MOST_IDS} invoices here",
    f"A ZIP file holds up to {MOST_IN_ZIP} invoices",
    f"The QR code has room for {LONGEST_TITLE} characters of the title",
    f"an unfinished registration: {KEPT.days} days,",
    f"A note has at most {LONGEST_NOTE} characters",
    f"An e-mail to %(email)s leaves in {UNDO.seconds} seconds",
    f"You can take it back for {UNDO.seconds} seconds",
}
"""Beginnings of sentences whose number stands in the code."""
OTHERS = re.compile(
    # How long numbers and codes are.
    r"NIP|KSeF number|account number|26 digits|10 digits|6 digits|has 9 digits|12 digits|13 digits"
    # What the law says, and what the chart is called.
    r"|We answer|it will then take no longer|A consumer may withdraw|We announce a change"
    r"|as tax law demands|server logs|last 12 months"
)


def translated(lang: str) -> dict[str, list[str]]:
    """The sentences of a catalogue, each with its translations."""
    with (HOUSE / "locale" / lang / "LC_MESSAGES" / "messages.po").open("rb") as file:
        messages = [message for message in read_po(file) if isinstance(message.id, str)]
    return {message.id: [message.string] for message in messages if message.id}


def texts() -> Iterator[tuple[str, int, str]]:
    """The lines of the English texts, each with its place."""
    for path in FRONTEND.glob("texts/*.en.html"):
        for at, line in enumerate(path.read_text("utf-8").splitlines()):
            yield path.name, at, line


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text that say how much or how long in figures."""
    for sentence in re.split(r"(?<=[.?]) |<[^>]*>", text):
        if NUMBER.search(sentence):
            yield sentence.strip()


def test_numbers_in_sentences_are_those_of_the_code():
    told = {s for text in translated("en") for s in sentences(text)}
    told |= {s for _name, _at, line in texts() for s in sentences(line)}
    unknown = [s for s in told if not OTHERS.search(s) and not s.startswith(tuple(HELD))]
    assert not unknown
    assert not [held for held in HELD if not any(s.startswith(held) for s in told)]


def test_page_checks_the_lengths_of_a_password_as_the_server_does():
    assert f"long: length >= {SHORTEST}," in SCRIPT
    assert f"short: length > 0 && length <= {LONGEST}," in SCRIPT


@pytest.mark.parametrize("lang", ["pl", "uk"])
def test_translations_tell_the_same_numbers(lang):
    for sentence, (other,) in translated(lang).items():
        if NUMBER.search(sentence):
            assert sorted(figures(sentence)) == sorted(figures(other)), other
    for name, at, line in texts():
        if any(sentence.startswith(tuple(HELD)) for sentence in sentences(line)):
            other = (FRONTEND / "texts" / name.replace(".en.", f".{lang}.")).read_text("utf-8")
            assert figures(line) == figures(other.splitlines()[at]), (name, at)


def figures(text: str) -> list[str]:
    """The whole numbers in a text."""
    return re.findall(r"\d+", text)
