"""Decides by whose fault a mail was not accepted, from the step and the answer.

RFC 5321 defines codes, RFC 3463 a status beside them. Only an answer about the address, to RCPT or
to the message, is due to the recipient. An answer to MAIL is about our sender, and so about all
mails. Anything else is our fault or temporary, and the mail waits.
"""

import re
import smtplib
import ssl

from ebok.mail import answers

ANSWERED = smtplib.SMTPSenderRefused | smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError
LOGIN_WANTED = (530, 534, 535, 538)
CLOSING = 421
NO_MAIL_DOMAIN = 556
"""RFC 7504: the recipient's domain accepts no mail at all."""
TOO_LARGE = ("5.3.4", "5.2.3")
STATUS = re.compile(r"#?([245]\.\d{1,3}\.\d{1,3})(?=\D|$)")


class NotSent(Exception):
    """The mail was not accepted. `fault` is code and class, without addresses or words."""

    def __init__(self, fault: str, status: str = ""):
        super().__init__(fault)
        self.fault = fault
        self.status = status


class Refused(NotSent):
    """The recipient's address is dead: nobody's mail will be accepted."""


class TooLarge(NotSent):
    """The mail is larger than the server accepts."""


class Postponed(NotSent):
    """A temporary failure, or a full mailbox: try this mail again later."""


class Disliked(NotSent):
    """The server refuses this mail, and not because of the recipient: an administrator must act."""


class Broken(NotSent):
    """The connection broke during this mail, before the server could accept it."""


class Doubtful(Broken):
    """The connection broke after the mail was handed over: it may have been accepted."""


class Unreachable(NotSent):
    """The server accepts nothing now. `is_ours`: an administrator must act."""

    def __init__(self, fault: str, status: str = "", is_ours: bool = False):
        super().__init__(fault, status)
        self.is_ours = is_ours


def judge(fault: Exception, is_handed_over: bool = False) -> NotSent:
    """Classify the exception raised while a mail was sent.

    `is_handed_over`: the whole mail had been sent, without an answer yet.
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
    # A code or words alone prove nothing: 550 is also used for senders, contents and lists.
    if not status or answers.kind_of_status(status) != answers.DEAD:
        return False
    # Postfix answers RCPT with 5.1.0 and "user unknown" about a sender, too.
    return answers.kind_of_words(words) not in (answers.OURS, answers.FULL)


def is_dead_fault(fault: str) -> bool:
    """Whether a `fault` as made by `describe` is the refusal of a dead address."""
    code, _, rest = fault.partition(" ")
    status = _status(rest)
    if not code.isdigit() or "Sender" in rest:
        return False
    return int(code) >= 500 and _is_dead(int(code), status, "")


def _is_too_large(code: int, status: str) -> bool:
    return status in TOO_LARGE or (code == 552 and not status)


def judge_opening(fault: Exception) -> Unreachable:
    """Classify the exception raised while opening a connection."""
    code, words = answer(fault)
    is_untrusted = isinstance(fault, ssl.SSLCertVerificationError | smtplib.SMTPNotSupportedError)
    return Unreachable(describe(fault), _status(words), code >= 500 or is_untrusted)


def describe(fault: Exception) -> str:
    """Code, status and class of an exception: `550 5.1.1 SMTPRecipientsRefused`."""
    name = type(fault).__name__
    code, words = answer(fault)
    # The text after the status may name the recipient.
    parts = (str(code) if code > 0 else "", _status(words), name)
    return " ".join(part for part in parts if part)


def answer(fault: Exception) -> tuple[int, str]:
    """The server's code and words; code 0 if it did not answer."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(fault.recipients.values()))
    else:
        code, words = getattr(fault, "smtp_code", 0), getattr(fault, "smtp_error", "")
    return code, words.decode("ascii", "replace") if isinstance(words, bytes) else str(words)


def _status(words: str) -> str:
    found = STATUS.match(words)
    return found[1] if found else ""
