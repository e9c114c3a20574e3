"""Records accepted mails, even if the database is away for a moment."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from peewee import PeeweeException

from ebok.database import connection, database, transaction
from ebok.database.outages import named
from ebok.mail.kinds import letters
from ebok.mail.models import LEASE, Mail

log = logging.getLogger(__name__)

SECONDS_BETWEEN = 1


def note_sent(taken: list[tuple[int, datetime]]) -> None:
    """Record that the server accepted these mails; call the `sent` hooks of their letters."""
    with transaction():
        Mail.note_sent(taken)
        _tell_letters([mail_id for mail_id, _moment in taken])


def _tell_letters(mail_ids: list[int]) -> None:
    of: dict[str, list[int]] = {}
    for name, mail_id in Mail.letters_of(mail_ids):
        of.setdefault(name, []).append(mail_id)
    for name, ids in of.items():
        if name in letters() and (tell := letters()[name].sent):
            tell(ids)


def insist(note: Callable[..., object], *facts: object) -> None:
    """Call `note` until it succeeds, because its facts cannot be undone; raises after LEASE."""
    give_up_tick = time.monotonic() + LEASE.total_seconds()
    while True:
        try:
            with connection():
                note(*facts)
                return
        except PeeweeException as fault:
            log.error("outcome=not-noted-yet %s", named(fault))
            if time.monotonic() > give_up_tick:
                raise
            # Get a new connection in the next try.
            database.close()
            time.sleep(SECONDS_BETWEEN)
