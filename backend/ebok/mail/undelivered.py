"""Mails that did not arrive: what a server's answer says, and about whom.

One judgement for both doors: the relay's answer while we speak with it, and the report that comes
back later. Whoever learns of a failure calls `note`, within a transaction:

    kind = undelivered.judge("5.1.1", "User unknown")
    undelivered.note(mail, kind, "5.1.1", f"rcpt-{mail.id}")

What follows is done by whoever is marked `@when_undelivered`
(`notifications/operations_bounces.py`): DEAD marks the accounts of the address at once, what is in
COUNTED marks them after some, OURS tells the administrators and marks nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ebok.mail import answers
from ebok.mail.answers import DEAD, DELAYED, DOUBTED, FULL, OURS, REFUSED, SILENT
from ebok.mail.models import Mail
from ebok.parts import every

COUNTED = (FULL, REFUSED, SILENT)
"""No proof that the address is dead: the box is full, its server refuses or is silent."""
KINDS = (DEAD, *COUNTED, OURS, DELAYED, DOUBTED)


@dataclass(frozen=True)
class Listener:
    """Who is told of each mail that failed, as `note` was."""

    hear: Callable[[Mail, str, str, str], str]

    def __call__(self, mail: Mail, kind: str, status: str, report_id: str) -> str:
        return self.hear(mail, kind, status, report_id)


def when_undelivered(note: Callable[[Mail, str, str, str], str]) -> Listener:
    """Make a listener of a function."""
    return Listener(note)


def note(mail: Mail, kind: str, status: str, report_id: str) -> str:
    """This mail did not reach its address; within the caller's transaction.

    `kind` is one of those above, `status` as in RFC 3463 ("5.1.1", "" where none was told), and
    `report_id` tells this failure from others: one that was noted before counts no more. Returned
    is what it did: "marked", "counted", "told", "delayed", "repeated", or "doubted" (DOUBTED) where
    too many were called dead at once: then it is our side's fault, and the mail worth another try.
    """
    listeners = every("failures", Listener)
    done = [each.hear(mail, kind, status, report_id) for each in listeners]
    return done[0] if done else ""


def judge(status: str, words: str = "") -> str:
    """The kind of a failure that is final: by the server's words, else by its status.

    A status of the class 4 is no proof that an address is dead, whatever is said beside it.
    """
    kind = answers.kind_of_words(words) or answers.kind_of_status(status)
    return SILENT if kind == DEAD and status.startswith("4") else kind
