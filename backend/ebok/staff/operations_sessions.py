"""Logging in to the office: a password and a second factor, or a passkey, which is both."""

from datetime import datetime, timedelta
from typing import NoReturn

from peewee import Expression

from ebok import audit, limits, settings
from ebok.access import STAFF, Person
from ebok.accounts import operations_passwords as passwords
from ebok.accounts.texts import device, network
from ebok.actor import Actor, staff
from ebok.audit.events import Event
from ebok.database import is_ahead, now, transaction
from ebok.errors import DoFirst, Forbidden, NotFound
from ebok.mail.outbox import post
from ebok.settings import Settings
from ebok.staff import (
    operations_attempts as attempts,
    operations_codes as codes,
    operations_passkeys as passkeys,
)
from ebok.staff.errors import (
    NeedsCode,
    NeedsFactor,
    PasskeyFailed,
    PasswordsClosed,
    SetUpByLink,
    WrongStaffLogin,
)
from ebok.staff.models import StaffMember, StaffSession
from ebok.tokens import hash_token, new_token

A_MINUTE = timedelta(minutes=1)
PENDING = timedelta(minutes=10)
"""How long the second factor is waited for."""
LINKS_PER_DAY = 3
"""Invitations that a password brings to its owner's mailbox."""


def sign_in(actor: Actor, email: str, password: str, user_agent: str) -> Person:
    """The person of a new session that waits for the second factor.

    Raises WrongStaffLogin, and SetUpByLink where there is no second factor yet. The same hash is
    computed whether or not there is such a login.
    """
    require_passwords()
    tries = attempts.of_login(actor.network, email)
    attempts.require_left(tries)
    member = StaffMember.find(email)
    is_right = passwords.is_right(password, member.password_hash if member else "")
    if member is None or not is_right or not _may_enter(member):
        attempts.count_wrong(actor, tries, email)
        raise WrongStaffLogin()
    # Of many guesses at once one may have been right, after five that were wrong.
    attempts.require_left(tries)
    if not member.has_factor:
        _send_back(member)
    with transaction():
        # The password may have been changed in the time that its hash took.
        _require_same_password(member)
        return _start(actor, member, user_agent, is_pending=True)


def require_passwords() -> None:
    """Raise PasswordsClosed where the staff log in with work accounts or passkeys alone."""
    if not settings.current().oidc.passwords:
        raise PasswordsClosed()


def _may_enter(member: StaffMember) -> bool:
    """Whether they have a second factor, or the time to set one up has not passed yet."""
    return member.has_factor or bool(member.invited_until and member.invited_until > now())


def _send_back(member: StaffMember) -> NoReturn:
    """Mail another invitation to who has a password alone, and raise SetUpByLink.

    Who knows a password sets up no second factor: the link shows that the mailbox is theirs, too.
    """
    if limits.consume("staff-links", str(member.id), LINKS_PER_DAY, timedelta(days=1)):
        post("staff_invitation", member.email, member.language, member.id)
    raise SetUpByLink()


def _require_same_password(member: StaffMember) -> None:
    unchanged = (StaffMember.id == member.id) & (StaffMember.password_hash == member.password_hash)
    unchanged &= StaffMember.removed_at.is_null()
    if not StaffMember.update(role=StaffMember.role).where(unchanged).execute():
        raise WrongStaffLogin()


def sign_in_by_passkey(actor: Actor, answer: str, browser: str, user_agent: str) -> Person:
    """The person of a new session. Raises PasskeyFailed, TooManyStaffLogins."""
    tries = attempts.of_login(actor.network, "passkey")[:1]
    attempts.require_left(tries)
    try:
        member = passkeys.prove(answer, sign_in_question(browser))
    except PasskeyFailed:
        attempts.count_wrong(actor, tries, "")
        raise
    with transaction():
        _require_same_password(member)
        return _start(actor, member, user_agent, is_pending=False)


def sign_in_question(browser: str) -> str:
    """What the passkey at the login is asked about; `browser` is a token of its cookie."""
    return f"sign in {hash_token(browser)}"


def confirm_code(actor: Actor, session: StaffSession, code: str, user_agent: str) -> Person:
    """The person of the session that replaces the one that waited. Raises WrongCode."""
    codes.prove(actor, session.member, code)
    return replace(actor, session, user_agent)


def replace(actor: Actor, session: StaffSession, user_agent: str) -> Person:
    """The person of a new session in place of this one: nobody may know its token from before."""
    with transaction():
        if not StaffSession.delete().where(StaffSession.id == session.id).execute():
            raise WrongStaffLogin()
        return _start(actor, session.member, user_agent, is_pending=False)


def _start(
    actor: Actor,
    member: StaffMember,
    user_agent: str,
    is_pending: bool,
    may_set_up: bool = False,
) -> Person:
    """Begin a session, within the caller's transaction."""
    token, moment = new_token(), now()
    session = StaffSession.create(
        token_hash=hash_token(token),
        member=member,
        is_pending=is_pending,
        may_set_up=may_set_up,
        started_at=moment,
        seen_at=moment,
        confirmed_at=None if is_pending else moment,
        before_at=member.signed_in_at,
        device=device(user_agent),
        network=network(actor.network),
    )
    if not is_pending:
        member.change(signed_in_at=moment)
        audit.record(staff(member.name), Event.STAFF_LOGGED_IN, "", session.network)
    return person_of(token, session)


def start_by_invitation(actor: Actor, member: StaffMember, user_agent: str) -> Person:
    """The person of a session in which a second factor can be set up; in the caller's transaction.

    Sessions of before end: of two that follow one link none could know of the other.
    """
    StaffSession.end_all(member)
    return _start(actor, member, user_agent, is_pending=False, may_set_up=True)


def start_by_provider(
    actor: Actor, member: StaffMember, user_agent: str, is_pending: bool
) -> Person:
    """The person of a session after a work account's login, within the caller's transaction."""
    return _start(actor, member, user_agent, is_pending)


def find_person(token: str, prolongs: bool = True) -> Person | None:
    """Who holds a live session, else None. Also updates the session's `seen_at`, if it prolongs."""
    moment = now()
    mine = (StaffSession.token_hash == hash_token(token)) & _alive(moment)
    found = (
        StaffSession.select(StaffSession, StaffMember)
        .join(StaffMember)
        .where(mine & StaffMember.removed_at.is_null())
    )
    session = found.first()
    if session is None or (session.is_pending and session.started_at < moment - PENDING):
        return None
    # Written at most once a minute: a page asks for several things at once.
    is_older = session.seen_at < moment - A_MINUTE or is_ahead(session.seen_at, moment)
    if prolongs and is_older:
        session.change(seen_at=moment)
    return person_of(token, session)


def person_of(token: str, session: StaffSession) -> Person:
    """The member, in the session of this token."""
    member: StaffMember = session.member
    first: type[DoFirst] | None = NeedsCode if session.is_pending else None
    if not first and not member.has_factor:
        first = NeedsFactor
    return Person(STAFF, token, member.name, session, member.roles, first)


def _alive(moment: datetime):
    chosen = settings.current()
    idle = timedelta(minutes=chosen.staff_session_idle_minutes)
    return StaffSession.alive(moment, idle, timedelta(hours=chosen.staff_session_hours))


def require_setting_up(session: StaffSession) -> None:
    """Raise NeedsCode if only the password was shown, and Forbidden but after an invitation.

    Whoever has a second factor adds another behind the question who they are.
    """
    if session.is_pending:
        raise NeedsCode()
    if session.member.has_factor or not session.may_set_up:
        raise Forbidden()


def is_confirmed(session: StaffSession) -> bool:
    """Whether the person has shown who they are just now."""
    minutes = timedelta(minutes=settings.current().staff_confirm_minutes)
    at = session.confirmed_at
    return bool(at) and not is_ahead(at, now()) and at > now() - minutes


def confirm_again(actor: Actor, session: StaffSession, code: str, answer: str) -> None:
    """Take a code or a passkey's answer as the word of the session's owner.

    Raises WrongCode, PasskeyFailed, TooManyStaffLogins.
    """
    member: StaffMember = session.member
    if answer:
        tries = attempts.of_code(member)
        attempts.require_left(tries)
        try:
            is_theirs = passkeys.prove(answer, again_question(session)) == member
        except PasskeyFailed:
            is_theirs = False
        if not is_theirs:
            attempts.count_wrong(actor, tries, member.email)
            raise PasskeyFailed()
    else:
        codes.prove(actor, member, code)
    session.change(confirmed_at=now())


def again_question(session: StaffSession) -> str:
    """What a passkey is asked about before something grave."""
    return f"again {session.token_hash}"


def sign_out(actor: Actor, session: StaffSession) -> None:
    """End this session."""
    with transaction():
        if StaffSession.delete().where(StaffSession.id == session.id).execute():
            audit.record(actor, Event.STAFF_LOGGED_OUT, "")


def open_ones(member: StaffMember) -> list[StaffSession]:
    """The member's live sessions, the most recently used first."""
    mine = (StaffSession.member == member) & are_open()
    return list(StaffSession.select().where(mine).order_by(StaffSession.seen_at.desc()))


def are_open() -> Expression:
    """Condition of the live sessions in which somebody is signed in."""
    return _alive(now()) & (StaffSession.is_pending == False)  # noqa: E712


def end_session(actor: Actor, member: StaffMember, public_id: str) -> None:
    """End one of the member's sessions. Raises NotFound if it is not one of them."""
    with transaction():
        mine = (StaffSession.member == member) & (StaffSession.public_id == public_id)
        if not StaffSession.delete().where(mine).execute():
            raise NotFound()
        audit.record(actor, Event.STAFF_SESSIONS_ENDED, "", member.name)


def end_all(actor: Actor, member: StaffMember, but: str = "") -> int:
    """End all sessions of the member, but the one of this token's hash; return their number."""
    with transaction():
        ended = StaffSession.end_all(member, but)
        if ended:
            audit.record(actor, Event.STAFF_SESSIONS_ENDED, "", member.name)
    return ended


def forget_sessions(moment: datetime, settings: Settings) -> int:
    """Delete sessions that were idle, or lasted, too long."""
    idle = timedelta(minutes=settings.staff_session_idle_minutes)
    alive = StaffSession.alive(moment, idle, timedelta(hours=settings.staff_session_hours))
    return StaffSession.delete().where(~alive).execute()
