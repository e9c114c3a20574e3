"""One-time codes by mail: how many may leave, whoever asks for them and for what."""

from datetime import datetime, timedelta

from ebok import limits, settings
from ebok.database import is_ahead, now
from ebok.values import normalize

HOUR = timedelta(hours=1)


def may_send(email: str, source: str) -> bool:
    """Whether nobody's mailbox is flooded by one more.

    What one limit refuses the next does not count: one source must not use up the office's codes.
    """
    most = settings.current().limits
    return (
        limits.consume("codes-source", source, most.codes_per_source_hour, HOUR)
        and _may_send_to(normalize.mailbox(email), source)
        and limits.consume("codes-office", "", most.codes_per_office_hour, HOUR)
    )


def _may_send_to(mailbox: str, source: str) -> bool:
    """Six an hour; and one more for each source that had none of them.

    Who asks for a mailbox's six codes would else keep its owner from one. Those beyond are
    limited, too: a mailbox gets twelve at most, from however many sources.
    """
    most = settings.current().limits
    is_first = limits.consume("codes-email-source", f"{mailbox} {source}", 1, HOUR)
    return limits.consume("codes-email", mailbox, most.codes_per_email_hour, HOUR) or (
        is_first and limits.consume("codes-beyond", mailbox, most.codes_beyond_per_email_hour, HOUR)
    )


def refund(source: str) -> None:
    """A code was typed right: it flooded nobody, and many may share one source."""
    limits.refund("codes-source", source)


def may_resend_at(asked_at: datetime) -> datetime:
    """From when on another code may be asked for, when the last one was asked for then."""
    pause = settings.current().limits.code_resend_seconds
    moment = now()
    return moment if is_ahead(asked_at, moment) else asked_at + timedelta(seconds=pause)
