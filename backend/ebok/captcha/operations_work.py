"""The proof of work of *Nie mogę przepisać kodu*, for people who can neither see nor hear a code.

The browser derives a key (PBKDF2) from each number in turn until the key begins as it was told;
what the key ends in is the proof. Nothing is stored before the answer: the number follows from the
id, which holds an expiry and is signed for one purpose. See docs/decisions/0023.
"""

import base64
import hashlib
import struct
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import NamedTuple

from flask_babel import lazy_gettext as lazy

from ebok import limits, settings
from ebok.actor import Actor
from ebok.captcha import operations
from ebok.errors import TooMany
from ebok.tokens import same, sign

REGISTRATION = "registration"
PREFIX = "work."
MINUTES = 30
COST = 20_000
"""Rounds of PBKDF2 for one number: 7 ms on the server, once to create and once to check."""
NUMBERS = 40
"""Most numbers to try: 800,000 rounds, 8 s on a phone that does 100,000 a second."""
TOLD = 32
"""Hex digits of the key that are sent to the browser, of 64."""
HOUR = timedelta(hours=1)
NO_LONGER = lazy("This check no longer counts. Do it again, or copy the code.")


class TooManyProofs(TooMany):
    """The limit of proofs, lower than that of pictures: to programs a proof costs only time."""

    code = "too-many-proofs"
    sentence = lazy("There were too many checks from your network. Please call the office.")


class Work(NamedTuple):
    """The task: find the number below `numbers` whose key begins with `target`."""

    id: str
    target: str
    cost: int
    numbers: int


def new(actor: Actor, purpose: str) -> Work:
    """Create a task for this purpose. Raises TooManyProofs."""
    most = settings.current().limits.captcha_proofs_per_source_hour
    if not limits.consume("captcha-work", actor.network, most, HOUR):
        raise TooManyProofs()
    expires = int((datetime.now(UTC) + timedelta(minutes=MINUTES)).timestamp())
    body = base64.urlsafe_b64encode(struct.pack(">I", expires) + token_bytes(11)).decode()
    work_id = f"{PREFIX}{body}{_seal(purpose, body)}"
    return Work(work_id, _key(work_id)[:TOLD], COST, NUMBERS)


def spend(actor: Actor, purpose: str, puzzle_id: str, answer: str, most_pictures: int) -> None:
    """Use up a proof of work for this purpose, or else the code from a picture.

    Raises InvalidForm if the answer is wrong, late, repeated or for another purpose, and TooMany.
    """
    if not is_work(puzzle_id):
        return operations.spend(actor, puzzle_id, answer, most_pictures)
    body, seal = puzzle_id[len(PREFIX) :][:20], puzzle_id[len(PREFIX) + 20 :]
    # Checked first: only ids that we signed store a row, and those are rate-limited.
    if not puzzle_id.isascii() or not same(seal, _seal(purpose, body)):
        raise operations.refusal(NO_LONGER)
    is_first, is_in_time = operations.use_up(puzzle_id, body, MINUTES)
    if not (is_first and is_in_time and same(answer, _key(puzzle_id)[TOLD:])):
        raise operations.refusal(NO_LONGER)
    return None


def valid_until(work_id: str) -> datetime:
    """Until when (UTC) the proof of this task counts."""
    return operations.expiry_in(work_id[len(PREFIX) :])


def is_work(puzzle_id: str) -> bool:
    """Whether this is the id of a proof of work, and not of a picture."""
    return puzzle_id.startswith(PREFIX)


def _key(work_id: str) -> str:
    number = int.from_bytes(sign("captcha-work-number", work_id)[:8]) % NUMBERS
    return hashlib.pbkdf2_hmac("sha256", str(number).encode(), work_id.encode(), COST).hex()


def _seal(purpose: str, body: str) -> str:
    return base64.urlsafe_b64encode(sign(f"captcha-work-{purpose}", body)[:15]).decode()
