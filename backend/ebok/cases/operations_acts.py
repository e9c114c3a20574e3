"""What the staff do about a customer, and what they can take back for a moment.

Each act calls the operation of the customer's own screen, or of the command (`forms_acts.py`).
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from ebok import audit, limits
from ebok.accounts import operations_links as links
from ebok.accounts.models import Account
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.cases.errors import NothingToSend, TooLate
from ebok.cases.models import Done, Note
from ebok.database import now, transaction
from ebok.errors import TooMany
from ebok.mail.models import Mail
from ebok.registration import operations as registrations, operations_unlocking as unlocking
from ebok.settings import Settings
from ebok.staff.models import StaffMember

UNDO = timedelta(seconds=15)
"""How long an act can be taken back, and a mail waits for that."""
DAY = timedelta(days=1)
KEPT = timedelta(days=3 * 365)
"""Notes: as long as claims from a contract for water last (art. 118 of the civil code)."""
LONGEST_NOTE = 2000
RESEND, UNLOCK = "resend", "unlock"
REACHED_BY = ("billing-phone", "billing-address", "counter")
FROZEN_BECAUSE = ("not-theirs", "somebody-uses-it", "asked")
LOGGED_OUT_BECAUSE = ("asked", "lost-device", "somebody-uses-it")
CLOSED_BECAUSE = ("asked", "died", "contract-ended", "opened-by-mistake")


def resend(actor: Actor, member: StaffMember, code: str) -> Mail:
    """Post a new code, or a link to set a password, to the address that is on file now.

    It leaves after UNDO; the secret is made when it leaves. Raises NothingToSend, TooMany, TooSoon.
    """
    mail = _post(actor, code)
    if mail is None:
        raise TooMany()
    with transaction():
        _note(member, code, RESEND, mail_id=mail.id)
        audit.record(actor, Event.MAIL_SENT_AGAIN, code, mail.letter)
    return mail


def _post(actor: Actor, code: str) -> Mail | None:
    account, open_ = Account.find(code), unlocking.find_open(code)
    if account and not account.frozen_at:
        return links.send_reset(account, UNDO)
    if account or open_ is None or open_.is_proven(now()):
        raise NothingToSend()
    return registrations.send_code_again(actor, open_, UNDO)


def unlock(actor: Actor, member: StaffMember, code: str) -> None:
    """Give the registration new attempts, and the account new logins. Raises NothingToUnlock."""
    limits.reset("logins-code", code)
    before = unlocking.unlock(actor, code)
    _note(member, code, UNLOCK, before=json.dumps(before))


def _note(member: StaffMember, code: str, act: str, mail_id: int = 0, before: str = "") -> None:
    """Note what the member can take back: a mail that waits, and what was so before, as JSON."""
    Done.create(
        customer_code=code,
        member=member,
        act=act,
        mail_id=mail_id,
        before=before,
        until_at=now() + UNDO,
    )


def undo(
    actor: Actor, member: StaffMember, code: str, ways: Mapping[str, Callable[[Any], None]]
) -> None:
    """Take the member's last act back, by the way of its name if any. Raises TooLate."""
    moment = now()
    done = Done.find(member, code, moment)
    if done is None:
        raise TooLate()
    with transaction():
        if not done.undo(moment) or (done.mail_id and not Mail.withdraw([done.mail_id], moment)):
            raise TooLate()
        if done.before:
            ways[done.act](json.loads(done.before))
        audit.record(actor, Event.ACT_UNDONE, code, done.act)


def write_note(actor: Actor, member: StaffMember, code: str, text: str) -> None:
    """Write a note for the others."""
    with transaction():
        Note.create(customer_code=code, member=member, text=text, written_at=now())
        audit.record(actor, Event.NOTE_WRITTEN, code)


def forget_undone(moment: datetime, _settings: Settings) -> int:
    """Delete what can no longer be taken back."""
    return Done.delete().where(Done.until_at < moment - DAY).execute()


def forget_notes(moment: datetime, _settings: Settings) -> int:
    """Delete old notes."""
    return Note.delete().where(Note.written_at < moment - KEPT).execute()
