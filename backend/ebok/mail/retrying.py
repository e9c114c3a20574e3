"""Sends mails again that were given up because of the mail server."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ebok import settings
from ebok.database import now, transaction
from ebok.mail import bell
from ebok.mail.kinds import letters
from ebok.mail.models import NOT_WANTED, WITHDRAWN, Mail
from ebok.mail.verdicts import is_dead_fault
from ebok.parts import every

NOT_AGAIN = (WITHDRAWN, NOT_WANTED)


@dataclass(frozen=True)
class Look:
    """A hook run before a retry; it gives up mails that were accepted and bounced since."""

    give_up: Callable[[datetime | None], None]


def before_retrying(give_up: Callable[[datetime | None], None]) -> Look:
    """Turn a function into such a hook; it runs in the transaction of the retry."""
    return Look(give_up)


def retry_all(since: datetime | None = None) -> int:
    """Queue the mails given up since `since`, and make waiting ones due; returns their number.

    Left out are expired codes and links, and mails to dead addresses. Whether a mail is still
    wanted is decided when it is sent, as always.
    """
    with transaction():
        for look in every("retries", Look):
            look.give_up(since)
        waits = Mail.waits_for_another_try() & (Mail.due_at > now())
        hastened = Mail.update(due_at=now()).where(waits).execute()
        return hastened + retry(Mail.created_at >= since if since else Mail.id > 0)


def retry(which: Any) -> int:
    """Queue given-up mails that meet this condition, in the caller's transaction."""
    found = Mail.select().where(Mail.is_given_up() & Mail.fault.not_in(NOT_AGAIN) & which)
    return _post_again([mail for mail in found if not is_dead_fault(mail.fault)])


def retry_doubted(which: Any) -> int:
    """Queue mails given up for an address that was wrongly thought dead."""
    return _post_again(list(Mail.select().where(Mail.is_given_up() & which)))


def _post_again(found: list[Mail]) -> int:
    moment, chosen = now(), settings.current()
    again = [mail for mail in found if _is_worth_it(mail, moment)]
    for mail in again:
        ttl = letters()[mail.letter].ttl(chosen)
        until = mail.expires_at if _is_short_lived(mail) else moment + ttl
        mail.change(failed_at=None, fault="", tries=0, due_at=moment, expires_at=until)
    bell.ring_when_committed()
    return len(again)


def _is_short_lived(mail: Mail) -> bool:
    return letters()[mail.letter].urgent


def _is_worth_it(mail: Mail, moment: datetime) -> bool:
    if mail.letter not in letters():
        return False
    return not _is_short_lived(mail) or mail.expires_at > moment
