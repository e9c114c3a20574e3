"""Classifies mails that did not arrive, and calls the listeners.

The relay's answer during the session and a later bounce are judged alike. Callers use, within a
transaction:

    kind = undelivered.judge("5.1.1", "User unknown")
    undelivered.note(mail, kind, "5.1.1", f"rcpt-{mail.id}")

The consequences are up to functions marked `@when_undelivered`
(`notifications/operations_bounces.py`): DEAD marks the accounts of the address at once, the kinds
in COUNTED after several failures, OURS opens an alert and marks nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ebok.mail import answers
from ebok.mail.answers import DEAD, DELAYED, DOUBTED, FULL, OURS, REFUSED, SILENT
from ebok.mail.models import Mail
from ebok.parts import every

COUNTED = (FULL, REFUSED, SILENT)
"""No proof that the address is dead: its mailbox is full, its server refuses or is silent."""
KINDS = (DEAD, *COUNTED, OURS, DELAYED, DOUBTED)


@dataclass(frozen=True)
class Listener:
    """A function called for each failed mail, with the arguments of `note`."""

    hear: Callable[[Mail, str, str, str], str]

    def __call__(self, mail: Mail, kind: str, status: str, report_id: str) -> str:
        return self.hear(mail, kind, status, report_id)


def when_undelivered(note: Callable[[Mail, str, str, str], str]) -> Listener:
    """Turn a function into a listener."""
    return Listener(note)


def note(mail: Mail, kind: str, status: str, report_id: str) -> str:
    """Record that this mail did not arrive, in the caller's transaction.

    `kind` is one of KINDS, `status` as in RFC 3463 ("5.1.1", "" if unknown); a `report_id` counts
    once. Returns what was done: "marked", "counted", "told", "delayed", "repeated", or "doubted"
    (DOUBTED) if too many addresses were called dead at once: then it is our fault, and the mail is
    tried again.
    """
    listeners = every("failures", Listener)
    done = [each.hear(mail, kind, status, report_id) for each in listeners]
    return done[0] if done else ""


def judge(status: str, words: str = "") -> str:
    """The kind of a final failure, by the server's words, else by its status.

    A status of class 4 is no proof that an address is dead, whatever the words say.
    """
    kind = answers.kind_of_words(words) or answers.kind_of_status(status)
    return SILENT if kind == DEAD and status.startswith("4") else kind
