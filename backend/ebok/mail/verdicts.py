"""Whose fault it is that a mail did not leave: decided here, by the step and the answer.

RFC 5321 gives codes and RFC 3463 a status beside them. Only an answer to RCPT or to the mail itself
that is about the address concerns the recipient. What is said to MAIL concerns the sender, which is
ours and the same for all. Anything else is our fault or the moment's, and such a mail waits.
"""

import re
import smtplib
import ssl

from ebok.mail import answers

ANSWERED = smtplib.SMTPSenderRefused | smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError
LOGIN_WANTED = (530, 534, 535, 538)
CLOSING = 421
NO_MAIL_DOMAIN = 556
"""RFC 7504: the recipient's domain says that it takes no mail at all."""
TOO_LARGE = ("5.3.4", "5.2.3")
STATUS = re.compile(r"#?([245]\.\d{1,3}\.\d{1,3})(?=\D|$)")


class NotSent(Exception):
    """The mail did not leave. `fault` is a code and a class: no address, no words of the server."""

    def __init__(self, fault: str, status: str = ""):
        super().__init__(fault)
        self.fault = fault
        self.status = status


class Refused(NotSent):
    """The recipient's address is dead: the mail will never be taken, whoever sends it."""


class TooLarge(NotSent):
    """The mail is larger than the server takes."""


class Postponed(NotSent):
    """The moment's fault, or a full mailbox's: this mail is not taken now."""


class Disliked(NotSent):
    """The server does not take this mail, and not for the recipient's sake: somebody must look."""


class Broken(NotSent):
    """The connection broke in the middle of this mail, before the server could have taken it."""


class Doubtful(Broken):
    """The connection broke after the mail was handed over: it may have been taken."""


class Unreachable(NotSent):
    """The server takes nothing from us now. `is_ours`: not before somebody has seen to it."""

    def __init__(self, fault: str, status: str = "", is_ours: bool = False):
        super().__init__(fault, status)
        self.is_ours = is_ours


def judge(fault: Exception, is_handed_over: bool = False) -> NotSent:
    """What became of a mail, by what was raised while it was sent.

    `is_handed_over`: all of it had gone to the server, which had not answered yet.
    """
    told = describe(fault)
    code, words = answer(fault)
    if isinstance(fault, UnicodeError | smtplib.SMTPNotSupportedError):
        return Disliked(told)
    if not isinstance(fault, ANSWERED) or code // 100 not in (4, 5):
        return Doubtful(told) if is_handed_over else Broken(told)
    status = _status(words)
    if code == CLOSING or code in LOGIN_WANTED:
        return Unreachable(told, status, code != CLOSING)
    if _is_too_large(code, status):
        return TooLarge(told, status)
    if isinstance(fault, smtplib.SMTPSenderRefused):
        return Unreachable(told, status, code >= 500)
    return _of_one_mail(code, status, words)(told, status)


def _of_one_mail(code: int, status: str, words: str) -> type[NotSent]:
    if code < 500 or status.startswith("4") or status == "5.2.2":
        return Postponed
    return Refused if _is_dead(code, status, words) else Disliked


def _is_dead(code: int, status: str, words: str) -> bool:
    if code == NO_MAIL_DOMAIN:
        return True
    # A code or words alone are no proof: 550 is said of senders, contents and lists, too.
    if not status or answers.kind_of_status(status) != answers.DEAD:
        return False
    # Postfix says 5.1.0 and "user unknown" of a sender, in answer to RCPT.
    return answers.kind_of_words(words) not in (answers.OURS, answers.FULL)


def is_dead_fault(fault: str) -> bool:
    """Whether this, as `describe` puts it, was the refusal of a dead address."""
    code, _, rest = fault.partition(" ")
    status = _status(rest)
    if not code.isdigit() or "Sender" in rest:
        return False
    return int(code) >= 500 and _is_dead(int(code), status, "")


def _is_too_large(code: int, status: str) -> bool:
    return status in TOO_LARGE or (code == 552 and not status)


def judge_opening(fault: Exception) -> Unreachable:
    """What keeps a connection from being opened: the server is away, or something is set wrong."""
    code, words = answer(fault)
    is_untrusted = isinstance(fault, ssl.SSLCertVerificationError | smtplib.SMTPNotSupportedError)
    return Unreachable(describe(fault), _status(words), code >= 500 or is_untrusted)


def describe(fault: Exception) -> str:
    """The code and class of a fault, as `550 5.1.1 SMTPRecipientsRefused`."""
    name = type(fault).__name__
    code, words = answer(fault)
    # What follows the status may name the recipient.
    parts = (str(code) if code > 0 else "", _status(words), name)
    return " ".join(part for part in parts if part)


def answer(fault: Exception) -> tuple[int, str]:
    """The server's code and words; 0 when it said nothing."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(fault.recipients.values()))
    else:
        code, words = getattr(fault, "smtp_code", 0), getattr(fault, "smtp_error", "")
    return code, words.decode("ascii", "replace") if isinstance(words, bytes) else str(words)


def _status(words: str) -> str:
    found = STATUS.match(words)
    return found[1] if found else ""
