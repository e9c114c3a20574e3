"""Declaration of letters: a `Letter` in the `letters.py` of its feature, and three templates.

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

The feature lists it in `features.py`, and its templates are `templates/<kind>.*`. *Czy to od nas?*
and *Wiadomości od nas* show its title; the latter finds its owner by its subject. `post`
(`outbox.py`) queues a mail for the worker.

The writer runs in a transaction of its own when a mail is sent, once per try: a secret it generates
exists only in the mail, and its hash where the feature stores it. It returns None to drop a mail
that is no longer wanted. The templates get what it returns (instants in UTC, masks of
`masking.py`), and `utility`, `base_url`, `language` and `short_code` (ABDE-FHJK, or "" for old
rows), which the frame `letter.*` prints for *Czy to od nas?*.

A letter of a mailing holds no secret and declares `slots`: its writer gets many ids at once and
returns a dict of template values by id, and its templates are rendered once for all mails that
differ only in the slots. It is sent after everything else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from ebok.database import Table
from ebok.mail.masking import mask_code
from ebok.parts import every, named
from ebok.settings import Settings

# As long as mail servers usually try.
LASTING = timedelta(days=4)
Writer = Callable[[Any, Settings], Any]
Shown = Callable[[Any], str]
EXAMPLE = {"customer_code_masked": mask_code("39-29001")}
"""The start of the examples of letters to customers."""


@dataclass(frozen=True)
class Attachment:
    """A PDF attached to a mail; `name` is plain ASCII."""

    name: str
    content: bytes


@dataclass(frozen=True, eq=False)
class Letter:
    """A kind of mail.

    `kind` identifies it in rows and templates, `title` (lazy) names it for readers.
    `Mail.subject_id` refers to the table `subject`. `ttl` is how long a mail is worth sending.
    `urgent` mails are sent first, and never again after they expired. `to_office`: not sent to
    customers. `example` is a possible result of `write`, for checking that all letters can be
    rendered.

    `slots` maps each key that differs between the mails of a mailing to a function that formats its
    value. `attach` gets the template values and the language, outside any transaction, and adds
    what takes long to make, such as `attachment`. `sent` gets the ids of accepted mails, in the
    transaction that records them. `off` names the customer's choice that switches it off; its mails
    then carry List-Unsubscribe.
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
        """Whether its mails are sent as mailings."""
        return bool(self.slots)


def letter(kind: str) -> Letter:
    """The letter of this kind, without importing all others, which takes a tenth of a second."""
    return named("letters", Letter, kind)


def letters() -> Mapping[str, Letter]:
    """All letters by their kind."""
    return _by_kind(every("letters", Letter))


@lru_cache(1)
def _by_kind(found: tuple[Letter, ...]) -> Mapping[str, Letter]:
    return {each.kind: each for each in found}
