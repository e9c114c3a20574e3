"""One-time codes by mail, whatever they prove: sent, sent again, generated, compared.

An attempt is spent, and saved, before the code is looked at: a wrong guess stays counted even
though the request is then refused.
"""

from datetime import datetime, timedelta
from typing import NoReturn

from ebok import limits, settings
from ebok.actor import Actor
from ebok.database import is_ahead, now
from ebok.one_time_codes.errors import CodeVoid, TooManyCodes, TooSoon, WrongCode
from ebok.one_time_codes.models import WaitsForCode
from ebok.settings import Settings
from ebok.tokens import new_code, same
from ebok.values import normalize

HOUR = timedelta(hours=1)


def may_send(actor: Actor, email: str) -> bool:
    """Whether nobody's mailbox is flooded by one more.

    What one limit refuses the next does not count: one source must not use up the office's codes.
    """
    most = settings.current().limits
    return (
        limits.consume("codes-source", actor.network, most.codes_per_source_hour, HOUR)
        and _may_send_to(actor, normalize.mailbox(email))
        and limits.consume("codes-office", "", most.codes_per_office_hour, HOUR)
    )


def _may_send_to(actor: Actor, mailbox: str) -> bool:
    """Six an hour; and one more for each source that had none of them.

    Who asks for a mailbox's six codes would else keep its owner from one. Those beyond are
    limited, too: a mailbox gets twelve at most, from however many sources.
    """
    most = settings.current().limits
    is_first = limits.consume("codes-email-source", f"{mailbox} {actor.network}", 1, HOUR)
    return limits.consume("codes-email", mailbox, most.codes_per_email_hour, HOUR) or (
        is_first and limits.consume("codes-beyond", mailbox, most.codes_beyond_per_email_hour, HOUR)
    )


def refund(actor: Actor) -> None:
    """A code was typed right: it flooded nobody, and many may share one source."""
    limits.refund("codes-source", actor.network)


def may_resend_at(asked_at: datetime) -> datetime:
    """From when on another code may be asked for, when the last one was asked for then."""
    pause = settings.current().limits.code_resend_seconds
    moment = now()
    return moment if is_ahead(asked_at, moment) else asked_at + timedelta(seconds=pause)


def ask_again(actor: Actor, waiting: WaitsForCode) -> bool:
    """Whether a new code is mailed: not when a limit keeps mails from leaving, without a word.

    The old code ends when the new one is generated. Raises TooSoon, TooManyCodes.
    """
    most, moment = settings.current().limits, now()
    if not waiting.ask_again(moment, timedelta(seconds=most.code_resend_seconds)):
        wait = may_resend_at(waiting.code_asked_at) - moment
        raise TooSoon(retry_after_seconds=max(1, round(wait.total_seconds())))
    if not limits.consume(waiting.CODE_RESENDS, str(waiting.id), most.code_resends_hour, HOUR):
        raise TooManyCodes()
    return may_send(actor, waiting.email)


def generate(waiting: WaitsForCode, chosen: Settings, **changes) -> str:
    """A new code, as its mail is written: new attempts, new minutes, and the old one is void."""
    code = new_code()
    waiting.change(
        code_hash=waiting.hash_of(code),
        code_expires_at=now() + timedelta(minutes=chosen.code_minutes),
        code_attempts_left=chosen.limits.code_attempts,
        **changes,
    )
    return code


def prove(waiting: WaitsForCode, code: str, moment: datetime) -> WaitsForCode:
    """The row as it is stored now, if this is its code. Raises CodeVoid, WrongCode."""
    # What was not paid for is not compared, not even when the code was made a moment ago.
    paid = waiting.spend_attempt(moment)
    if waiting.code_hash and not paid:
        raise CodeVoid()
    fresh = type(waiting).get_by_id(waiting.id)
    if not paid or not same(fresh.code_hash, waiting.hash_of(code)):
        _refuse(fresh)
    return fresh


def _refuse(waiting: WaitsForCode) -> NoReturn:
    if waiting.code_hash and not waiting.code_attempts_left:
        raise CodeVoid()
    # Before the mail has left there is no code yet, and no attempt to lose.
    all_attempts = settings.current().limits.code_attempts
    left = waiting.code_attempts_left if waiting.code_hash else all_attempts
    raise WrongCode(attempts_left=left)
