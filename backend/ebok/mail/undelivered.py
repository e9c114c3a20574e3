"""Mails that did not arrive: what a server's answer says, and about whom.

One judgement for both doors: the relay's answer while we speak with it, and the report that comes
back later. Whoever learns of a failure calls `note`, within a transaction:

    kind = undelivered.judge("5.1.1", "User unknown")
    undelivered.note(mail, kind, "5.1.1", f"rcpt-{mail.id}")

What follows is done by whoever declared `@when_undelivered` (`notifications/bounces.py`): DEAD
marks the accounts of the address at once, what is in COUNTED marks them after some, OURS tells the
administrators and marks nobody.
"""

import re
from collections.abc import Callable

from ebok.mail.models import Mail

DEAD, FULL, REFUSED, SILENT, OURS, DELAYED = "dead", "full", "refused", "silent", "ours", "delayed"
COUNTED = (FULL, REFUSED, SILENT)
"""No proof that the address is dead: the box is full, its server refuses or is silent."""

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
Listener = Callable[[Mail, str, str, str], str]
LISTENERS: list[Listener] = []


def when_undelivered(listener: Listener) -> Listener:
    """Declare a function that is told of each mail that failed, as `note` was."""
    LISTENERS.append(listener)
    return listener


def note(mail: Mail, kind: str, status: str, report_id: str) -> str:
    """This mail did not reach its address; within the caller's transaction.

    `kind` is one of those above, `status` as in RFC 3463 ("5.1.1", "" where none was told), and
    `report_id` tells this failure from others: one that was noted before counts no more. Returned
    is what it did: "marked", "counted", "told", "delayed" or "repeated".
    """
    done = [listener(mail, kind, status, report_id) for listener in LISTENERS]
    return done[0] if done else ""


def judge(status: str, words: str = "") -> str:
    """The kind of a failure that is final: by its status first, then by the server's words.

    5.1.7 and 5.1.8 are about the sender; RFC 3463 calls 5.1.x else the recipient's address.
    """
    del words  # patterns follow
    if status.startswith(("5.1.7", "5.1.8")):
        return OURS
    if status.startswith(("5.1.", "5.2.1")):
        return DEAD
    if status.startswith(("5.2.2", "4.2.2")):
        return FULL
    if status.startswith(("4.4.", "5.4.")):
        return SILENT
    return OURS if status.startswith("5.7.") else REFUSED
