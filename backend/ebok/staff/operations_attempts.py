"""How often a login or a code may be tried, and who is told when that is used up."""

from collections.abc import Iterable
from datetime import timedelta
from math import ceil

from ebok import audit, limits, settings
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.database import transaction
from ebok.limits import Allowance
from ebok.mail.outbox import post
from ebok.staff.errors import TooManyStaffLogins
from ebok.staff.models import StaffMember

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WARNINGS_PER_DAY = 20
"""Most warnings to each administrator: many addresses that try must not fill their mailbox."""


def of_login(source: str, email: str) -> list[Allowance]:
    """Failed passwords and passkeys that are left to this source and to this login."""
    most = settings.current().limits
    wait = timedelta(minutes=most.login_wait_minutes)
    return [
        Allowance("staff-logins", source, most.staff_logins_per_source, wait),
        Allowance("staff-logins-login", email, most.staff_logins_per_login_hour, HOUR),
    ]


def of_code(member: StaffMember) -> list[Allowance]:
    """Wrong codes that are left to a member, from wherever they come."""
    most = settings.current().limits
    wait = timedelta(minutes=most.login_wait_minutes)
    return [Allowance("staff-codes", str(member.id), most.staff_codes_per_login, wait)]


def require_left(tries: list[Allowance]) -> None:
    """Raise TooManyStaffLogins while one of them is used up."""
    left = max(limits.waits(*tries))
    if left:
        raise TooManyStaffLogins(retry_after_seconds=ceil(left.total_seconds()))


def count_wrong(actor: Actor, tries: list[Allowance], email: str) -> list[int]:
    """Count a failure, tell the administrators of the last one, and return what is left of each.

    Raises TooManyStaffLogins where others had used it up meanwhile: the failure is not told.
    """
    used = limits.fail(*tries)
    left = [each.most - taken for each, taken in zip(tries, used, strict=True)]
    if 0 in left:
        _warn(actor, email)
    if min(left) < 0:
        # What one source is refused is not counted against the login: it must not lock it.
        for each, rest in zip(tries, left, strict=True):
            if rest >= 0:
                limits.refund(each.name, each.key)
        require_left(tries)
    return left


def _warn(actor: Actor, email: str) -> None:
    """Tell the administrators and the member, once a day for each login and source."""
    whom = f"{email} {actor.network}"
    if not limits.consume("staff-warning", whom, 1, DAY):
        return
    member = StaffMember.find(email)
    is_told = limits.consume("staff-warnings", "", WARNINGS_PER_DAY, DAY)
    with transaction():
        # What was typed in vain, and belongs to nobody, is not kept: it may be a password.
        detail = f"{member.email if member else '?'} {actor.network}"
        row = audit.record(actor, Event.STAFF_LOGINS_FAILED, "", detail)
        for to, lang in _readers(member) if is_told else ():
            post("staff_warning", to, lang, row.id)


def _readers(member: StaffMember | None) -> Iterable[tuple[str, str]]:
    """(address, language) of each who is told, once."""
    chosen = settings.current()
    told = [(each.email, each.language) for each in StaffMember.administrators()]
    told += [(address, chosen.report_language) for address in chosen.alert_addresses]
    told += [(member.email, member.language)] if member else []
    return dict(told).items()
