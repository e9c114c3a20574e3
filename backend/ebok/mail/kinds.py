"""What a letter is: one declaration in the `letters.py` of its feature, and three templates.

    def _write_code(subject_id: int, settings: Settings) -> dict[str, Any] | None:
        …generate the code, store its hash, return what the templates show…

    registration_code = Letter(
        "registration_code",
        lazy("One-time code for registration"),
        Registration,
        _write_code,
        example={"code": "012345", "minutes": 10},
        ttl=lambda settings: timedelta(minutes=settings.code_minutes),
        urgent=True,
    )

The feature lists it in `features.py`, and its templates lie in `templates/<kind>.*`. Its title is
shown by *Czy to od nas?* and *Wiadomości od nas*; by what it is about, its subject, the latter
knows whose it is. `post` (`outbox.py`) leaves one for the worker.

The writer runs in a transaction of its own at the moment of sending, once for every try: what it
generates exists nowhere but in the mail, and its hash where the feature keeps it. None means that
the mail is no longer wanted, and drops it. Its templates show what it returns (instants are UTC, as
`database.now()` gives them; masks are those of `masking.py`), and `utility`, `base_url`, `language`
and `short_code` (ABDE-FHJK, or "" for a row that is older than those codes), which the frame
`letter.*` shows, for *Czy to od nas?*.

A letter to a whole town has no secret, and is declared with `slots`: its writer is given many ids
at once and returns a dict of what it would return for each, and its templates are rendered once
for all mails that differ in nothing but the slots. It leaves after everything else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from ebok.database import Table
from ebok.mail.masking import mask_code
from ebok.parts import every
from ebok.settings import Settings

# A mail that carries nothing short-lived is worth as long as mail servers usually try.
LASTING = timedelta(days=4)
Writer = Callable[[Any, Settings], Any]
Shown = Callable[[Any], str]
EXAMPLE = {"customer_code_masked": mask_code("39-29001")}
"""What the example of a letter to a customer begins with."""


@dataclass(frozen=True)
class Attachment:
    """A PDF that leaves with a mail; `name` is in plain ASCII."""

    name: str
    content: bytes


@dataclass(frozen=True, eq=False)
class Letter:
    """One kind of mail.

    `kind` names it in rows and templates, `title` (lazy) to who reads them. `subject` is the table
    in which `Mail.subject_id` is looked up. `ttl` is for how long a mail is worth sending. What is
    `urgent` leaves first, and is not posted again once it is worth nothing. `to_office`: no
    customer gets it. `example` is what `write` may return, for who tries whether all letters can be
    written.

    `slots` says of each key that differs from mail to mail how its value is written. `attach` is
    given what the writer returned and the language; it adds what takes long to make, outside any
    transaction: an `attachment` among it. `sent` is told the ids of mails that the server has
    taken, within the transaction that notes it. `off` names the choice that switches it off, where
    there is one: then its mails carry List-Unsubscribe.
    """

    kind: str
    title: str
    subject: type[Table]
    write: Writer
    example: Mapping[str, Any]
    ttl: Callable[[Settings], timedelta] = lambda _settings: LASTING
    urgent: bool = False
    to_office: bool = False
    slots: Mapping[str, Shown] = field(default_factory=dict[str, Shown])
    attach: Callable[[dict[str, Any], str, Settings], dict[str, Any]] | None = None
    sent: Callable[[list[int]], None] | None = None
    off: str = ""

    @property
    def is_bulk(self) -> bool:
        """Whether it is a letter to a whole town."""
        return bool(self.slots)


def letters() -> Mapping[str, Letter]:
    """Every letter of every feature, by its kind."""
    return _by_kind(every("letters", Letter))


@lru_cache(1)
def _by_kind(found: tuple[Letter, ...]) -> Mapping[str, Letter]:
    return {each.kind: each for each in found}
