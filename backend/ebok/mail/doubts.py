"""Remembers, in memory only, messages that the server may already have accepted.

If the connection breaks after a message was handed over, it is sent again unchanged: a second code
would void the first. Messages are kept until they are known to be accepted, or for an hour. After a
restart of the process a new secret is generated.
"""

import time

from ebok.mail.models import Mail
from ebok.mail.render import Message

KEPT_SECONDS = 3600
_KEPT: dict[str, tuple[float, Message]] = {}
_TOO_LARGE: set[str] = set()


def keep(mail: Mail, message: Message) -> None:
    """Keep a message whose acceptance is unknown."""
    _forget_old()
    _KEPT[mail.message_id] = time.monotonic(), message


def kept(mail: Mail) -> Message | None:
    """The kept message for this mail; None if there is none, or a newer mail has replaced it."""
    found = _KEPT.get(mail.message_id)
    if found is None or mail.has_newer():
        return None
    return found[1]


def forget(mail: Mail) -> None:
    """Forget the mail: its outcome is known."""
    _KEPT.pop(mail.message_id, None)
    _TOO_LARGE.discard(mail.message_id)


def note_too_large(mail: Mail) -> None:
    """Remember that the server refuses this mail with its attachment."""
    _TOO_LARGE.add(mail.message_id)


def is_too_large(mail: Mail) -> bool:
    """Whether the mail must be sent without its attachment."""
    return mail.message_id in _TOO_LARGE


def _forget_old() -> None:
    oldest = time.monotonic() - KEPT_SECONDS
    for message_id in [each for each, (since, _) in list(_KEPT.items()) if since < oldest]:
        _KEPT.pop(message_id, None)
