"""Mails that did not arrive: what a server's answer says, and about whom.

One judgement for both doors: the relay's answer while we speak with it, and the report that comes
back later. Whoever learns of a failure calls `note`, within a transaction:

    kind = undelivered.judge("5.1.1", "User unknown")
    undelivered.note(mail, kind, "5.1.1", f"rcpt-{mail.id}")

What follows is done by whoever declared `@when_undelivered`
(`notifications/operations_bounces.py`): DEAD marks the accounts of the address at once, what is in
COUNTED marks them after some, OURS tells the administrators and marks nobody.
"""

from collections.abc import Callable

from ebok.mail import answers
from ebok.mail.answers import DEAD, DELAYED, DOUBTED, FULL, OURS, REFUSED, SILENT
from ebok.mail.models import Mail

COUNTED = (FULL, REFUSED, SILENT)
"""No proof that the address is dead: the box is full, its server refuses or is silent."""
KINDS = (DEAD, *COUNTED, OURS, DELAYED, DOUBTED)

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
    is what it did: "marked", "counted", "told", "delayed", "repeated", or "doubted" (DOUBTED) where
    too many were called dead at once: then it is our side's fault, and the mail worth another try.
    """
    done = [listener(mail, kind, status, report_id) for listener in LISTENERS]
    return done[0] if done else ""


def judge(status: str, words: str = "") -> str:
    """The kind of a failure that is final: by the server's words, else by its status.

    A status of the class 4 is no proof that an address is dead, whatever is said beside it.
    """
    kind = answers.kind_of_words(words) or answers.kind_of_status(status)
    return SILENT if kind == DEAD and status.startswith("4") else kind
