"""What this process knows of mails that are tried again: it lies in memory, and nowhere else.

A mail whose connection broke after it was handed over may have been taken. Should it come twice, it
must say the same: a second code would make the first one void. So the message is kept until it is
known to have left, or for an hour. After a death of the process a new secret is generated.
"""

import time

from ebok.mail.models import Mail
from ebok.mail.render import Message

KEPT_SECONDS = 3600
_KEPT: dict[str, tuple[float, Message]] = {}
_TOO_LARGE: set[str] = set()


def keep(mail: Mail, message: Message) -> None:
    """Its secret is in the hands of a server that may have taken it."""
    _forget_old()
    _KEPT[mail.message_id] = time.monotonic(), message


def kept(mail: Mail) -> Message | None:
    """What is to be said again; None where nothing is kept, or a later mail has made it void."""
    found = _KEPT.get(mail.message_id)
    if found is None or mail.has_newer():
        return None
    return found[1]


def forget(mail: Mail) -> None:
    """It is known what became of it."""
    _KEPT.pop(mail.message_id, None)
    _TOO_LARGE.discard(mail.message_id)


def note_too_large(mail: Mail) -> None:
    """The server does not take it with its attachment."""
    _TOO_LARGE.add(mail.message_id)


def is_too_large(mail: Mail) -> bool:
    """Whether it must leave without its attachment."""
    return mail.message_id in _TOO_LARGE


def _forget_old() -> None:
    oldest = time.monotonic() - KEPT_SECONDS
    for message_id in [each for each, (since, _) in list(_KEPT.items()) if since < oldest]:
        _KEPT.pop(message_id, None)
