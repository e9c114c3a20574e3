"""Queues mails: a row, in the transaction of the mail's cause."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from peewee import fn

from ebok import settings
from ebok.database import database, now
from ebok.jobs import retention
from ebok.mail import bell
from ebok.mail.addresses import for_wire
from ebok.mail.kinds import Letter, letter
from ebok.mail.models import ALERT, BULK, ORDINARY, URGENT, Mail
from ebok.settings import Settings
from ebok.tokens import new_short_code

KEPT, NO_WAIT = timedelta(days=365), timedelta()


def post(
    letter_name: str,
    to: str,
    language: str,
    subject_id: int,
    ttl: timedelta | None = None,
    wait: timedelta = NO_WAIT,
) -> Mail:
    """Queue a mail for the worker, in the caller's transaction.

    `subject_id` is looked up by the letter's writer; `ttl` overrides how long the mail is worth
    sending. It leaves after `wait`, and until then can be withdrawn.
    """
    row = _Posting(letter_name, ttl).row(to, language, subject_id)
    mail = Mail.create(**row | {"due_at": row["due_at"] + wait})
    bell.ring_when_committed()
    return mail


def post_many(letter_name: str, wanted: Iterable[tuple[str, str, int]]) -> int:
    """Queue a mail for each (to, language, subject_id); returns their number.

    For mailings: a hundred thousand rows in a second, where `post` takes half a minute.
    """
    mails = list(wanted)
    if mails:
        posting = _Posting(letter_name)
        rows = [tuple(posting.row(*each).values()) for each in mails]
        columns = ", ".join(getattr(Mail, name).column_name for name in posting.row("", "", 0))
        params = ", ".join([database.param] * len(rows[0]))
        insert = (
            f"INSERT INTO mail ({columns}, tries, claimed_by, fault) VALUES ({params}, 0, '', '')"
        )
        database.connection().cursor().executemany(insert, rows)
        bell.ring_when_committed()
    return len(mails)


def newest_id() -> int:
    """The highest id in the outbox; mails posted later in this transaction have higher ones."""
    return Mail.select(fn.COALESCE(fn.MAX(Mail.id), 0)).scalar()


class _Posting:
    """Column values shared by a batch of outbox rows."""

    def __init__(self, letter_name: str, ttl: timedelta | None = None):
        chosen = settings.current()
        posted = letter(letter_name)
        moment = now()
        self.domain = sender_address(chosen).rpartition("@")[2]
        self.common = {
            "letter": letter_name,
            "priority": _priority(posted, chosen),
            "created_at": moment,
            "due_at": moment,
            "expires_at": moment + (ttl or posted.ttl(chosen)),
        }

    def row(self, to: str, language: str, subject_id: int) -> dict[str, Any]:
        """Column values of one row."""
        return {
            # Made with the row, so that a mail sent twice has one Message-ID.
            "message_id": f"<{secrets.token_hex(10)}@{self.domain}>",
            "recipient": to,
            "language": language,
            "subject_id": subject_id,
            "short_code": new_short_code(),
            **self.common,
        }


def _priority(posted: Letter, settings: Settings) -> int:
    if posted.kind == "alert" and settings.alert_relay:
        return ALERT
    if posted.urgent:
        return URGENT
    return BULK if posted.is_bulk else ORDINARY


def sender_address(settings: Settings) -> str:
    """The sender address of our mails."""
    return _address_in(settings.mail_default_sender or settings.utility.email)


@lru_cache(8)
def _address_in(sender: str) -> str:
    return for_wire(parseaddr(sender)[1])


@retention
def forget_mails(moment: datetime, _settings: Settings) -> int:
    """Delete rows after a year, during which they are evidence of what was sent."""
    return Mail.delete().where(Mail.expires_at < moment - KEPT).execute()
