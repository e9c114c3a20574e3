"""One-time codes by mail: sending, resending, generating, comparing.

An attempt is counted, and committed, before the code is compared, so a refusal cannot undo it.
"""

from datetime import datetime, timedelta
from typing import NoReturn, TypeVar

from ebok import limits, settings
from ebok.actor import Actor
from ebok.database import is_ahead, now
from ebok.one_time_codes.errors import CodeVoid, TooManyCodes, TooSoon, WrongCode
from ebok.one_time_codes.models import WaitsForCode
from ebok.settings import Settings
from ebok.tokens import new_code, same
from ebok.values import normalize

HOUR = timedelta(hours=1)
Waiting = TypeVar("Waiting", bound=WaitsForCode)


def may_send(actor: Actor, email: str) -> bool:
    """Whether the limits allow another mail to this address.

    A limit that is used up stops the counting of the next ones, so that one source cannot use up
    the office's codes.
    """
    most = settings.current().limits
    return (
        limits.consume("codes-source", actor.network, most.codes_per_source_hour, HOUR)
        and _may_send_to(actor, normalize.mailbox(email))
        and limits.consume("codes-office", "", most.codes_per_office_hour, HOUR)
    )


def _may_send_to(actor: Actor, mailbox: str) -> bool:
    """At most `codes_per_email_hour` mails to a mailbox, and one more for each source without any.

    Otherwise whoever requests them all would keep the owner from getting one. The extra ones are
    limited by `codes_beyond_per_email_hour`.
    """
    most = settings.current().limits
    is_first = limits.consume("codes-email-source", f"{mailbox} {actor.network}", 1, HOUR)
    return limits.consume("codes-email", mailbox, most.codes_per_email_hour, HOUR) or (
        is_first and limits.consume("codes-beyond", mailbox, most.codes_beyond_per_email_hour, HOUR)
    )


def refund(actor: Actor) -> None:
    """Give back the source's allowance after a correct code."""
    limits.refund("codes-source", actor.network)


def may_resend_at(asked_at: datetime) -> datetime:
    """The earliest time at which another code may be requested."""
    pause = settings.current().limits.code_resend_seconds
    moment = now()
    return moment if is_ahead(asked_at, moment) else asked_at + timedelta(seconds=pause)


def ask_again(actor: Actor, waiting: WaitsForCode) -> bool:
    """Record a request for a new code; return whether its mail may be posted (limits refuse
    silently).

    The former code ends when the new one is generated. Raises TooSoon, TooManyCodes.
    """
    most, moment = settings.current().limits, now()
    if not waiting.ask_again(moment, timedelta(seconds=most.code_resend_seconds)):
        wait = may_resend_at(waiting.code_asked_at) - moment
        raise TooSoon(retry_after_seconds=max(1, round(wait.total_seconds())))
    if not limits.consume(waiting.CODE_RESENDS, str(waiting.id), most.code_resends_hour, HOUR):
        raise TooManyCodes()
    return may_send(actor, waiting.email)


def generate(waiting: WaitsForCode, chosen: Settings, **changes: object) -> str:
    """Generate a code when its mail is written, with new attempts and expiry; the former one
    ends.
    """
    code = new_code()
    waiting.change(
        code_hash=waiting.hash_of(code),
        code_expires_at=now() + timedelta(minutes=chosen.code_minutes),
        code_attempts_left=chosen.limits.code_attempts,
        **changes,
    )
    return code


def prove(waiting: Waiting, code: str, moment: datetime) -> Waiting:
    """The row as stored now, if this is its code. Raises CodeVoid, WrongCode."""
    # Without a counted attempt nothing is compared, even if a new code was made meanwhile.
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
    # Before the mail is written there is no code, so no attempt was used.
    all_attempts = settings.current().limits.code_attempts
    left = waiting.code_attempts_left if waiting.code_hash else all_attempts
    raise WrongCode(attempts_left=left)
