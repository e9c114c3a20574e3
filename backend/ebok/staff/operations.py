"""The list of staff: inviting, roles, removing; and one's own password."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from peewee import IntegrityError

from ebok import audit, limits, settings
from ebok.access import ADMINISTRATOR, Person, Role
from ebok.accounts import operations_passwords as passwords
from ebok.actor import Actor, staff
from ebok.audit.events import Event
from ebok.database import now, transaction
from ebok.errors import InvalidForm, NotFound, TooMany
from ebok.mail.outbox import post
from ebok.staff import operations_attempts as attempts, operations_sessions as sessions
from ebok.staff.errors import InvitationSpent, LastAdministrator
from ebok.staff.models import RecoveryCode, StaffMember, StaffPasskey, StaffSession
from ebok.tokens import hash_token, new_token


@dataclass(frozen=True)
class NewMember:
    """Whom to invite; `email` is their login, `language` that of the invitation."""

    name: str
    email: str
    role: Role
    language: str = "pl"


def add(actor: Actor, new: NewMember) -> StaffMember:
    """Add somebody, who cannot sign in before they have followed an invitation.

    Raises InvalidForm where somebody has the name or the address already.
    """
    typed = {"name": new.name, "email": new.email.casefold(), "role": str(new.role)}
    with transaction():
        try:
            with transaction():
                member = StaffMember.create(**typed, language=new.language)
        except IntegrityError:
            raise InvalidForm(_taken(new)) from None
        audit.record(actor, Event.STAFF_INVITED, "", f"{new.name}: {new.role}")
    return member


def _taken(new: NewMember) -> list[tuple[str, str]]:
    if StaffMember.find(new.email):
        return [("email", _("Somebody has this address already."))]
    return [("name", _("Somebody has this name already. Add what tells them apart."))]


def invite(actor: Actor, new: NewMember) -> StaffMember:
    """Add somebody, and mail them an invitation."""
    with transaction():
        member = add(actor, new)
        _post_invitation(member)
    return member


def invite_again(actor: Actor, public_id: str) -> StaffMember:
    """Mail a new invitation; the old one ends, and with it the password and all second factors.

    For who has lost them: nobody else can set or see a password. Raises NotFound.
    """
    with transaction():
        member = _get(public_id)
        _require_another_administrator(member)
        reset(actor, member)
        _post_invitation(member)
    return member


def reset(actor: Actor, member: StaffMember) -> None:
    """Take password and second factors away, within the caller's transaction."""
    _wipe(member)
    audit.record(actor, Event.STAFF_INVITED, "", f"{member.name}: {member.role}")


def _wipe(member: StaffMember) -> None:
    """End all sessions, and leave nothing to sign in with."""
    StaffSession.end_all(member)
    StaffPasskey.delete().where(StaffPasskey.member == member).execute()
    RecoveryCode.delete().where(RecoveryCode.member == member).execute()
    member.change(
        password_hash="",
        invitation_hash="",
        invited_until=None,
        joined_at=None,
        totp_sealed="",
        totp_asked_sealed="",
        provider_issuer="",
        provider_subject="",
    )


def _post_invitation(member: StaffMember) -> None:
    post("staff_invitation", member.email, member.language, member.id)
    # The link is made when its mail is; until then the list can say that one is on its way.
    member.change(invited_until=now() + invitation_life())


def invitation_life() -> timedelta:
    """How long an invitation is valid."""
    return timedelta(hours=settings.current().staff_invitation_hours)


def new_invitation(member: StaffMember) -> str:
    """The token of a new invitation; the former one ends. Only its hash is kept."""
    token = new_token()
    until = now() + invitation_life()
    member.change(invitation_hash=hash_token(token), invited_until=until)
    return token


def accept_invitation(actor: Actor, token: str, password: str, user_agent: str) -> Person:
    """Set the first password by the link of an invitation, and begin a session.

    The link is used up only by a password that is accepted. Raises InvitationSpent, InvalidForm.
    """
    sessions.require_passwords()
    token_hash = hash_token(token)
    invited = StaffMember.get_invited(token_hash, now())
    password_hash = accept_password(invited, password)
    with transaction():
        moment = now()
        set_up = {"password_hash": password_hash, "joined_at": moment}
        if not StaffMember.spend_invitation(token_hash, moment, **set_up):
            raise InvitationSpent()
        member = _get(invited.public_id)
        audit.record(staff(member.name), Event.STAFF_JOINED, "", member.role)
        return sessions.start_by_invitation(actor, member, user_agent)


def accept_password(member: StaffMember, new: str) -> str:
    """Hash a new password. Raises InvalidForm with all rules that it breaks: those of customers."""
    utility = settings.current().utility
    names = (utility.name, utility.company_name, utility.city, member.name)
    faults = passwords.faults(new, member.email, member.email, member.password_hash, names)
    if faults:
        raise InvalidForm([("new_password", fault) for fault in faults])
    return passwords.hash_password(new)


def change_password(actor: Actor, member: StaffMember, current: str, new: str) -> None:
    """Set another own password, and end all other sessions. Raises InvalidForm, TooMany."""
    most = settings.current().limits.password_changes_per_day
    if not limits.consume("staff-password-changes", str(member.id), most, timedelta(days=1)):
        raise TooMany()
    tries = attempts.of_code(member)
    attempts.require_left(tries)
    if not passwords.is_right(current, member.password_hash):
        attempts.count_wrong(actor, tries, member.email)
        raise InvalidForm([("current_password", _("This is not your current password."))])
    password_hash = accept_password(member, new)
    with transaction():
        member.change(password_hash=password_hash)
        StaffSession.end_all(member, actor.session)
        audit.record(actor, Event.STAFF_PASSWORD_CHANGED, "", member.name)


def choose_keys(member: StaffMember, single_keys: bool) -> None:
    """Keep the member's own choice whether shortcuts of one key work."""
    member.change(single_keys=single_keys)


def change_role(actor: Actor, public_id: str, role: Role) -> None:
    """Give a member another role. Raises NotFound, LastAdministrator."""
    with transaction():
        member = _get(public_id)
        if role != ADMINISTRATOR:
            _require_another_administrator(member)
        if member.role == role:
            return
        member.change(role=str(role))
        audit.record(actor, Event.STAFF_ROLE_CHANGED, "", f"{member.name}: {role}")


def remove(actor: Actor, public_id: str) -> None:
    """End a member's sessions at once, and let them in no more. Raises as `change_role`."""
    with transaction():
        member = _get(public_id)
        _require_another_administrator(member)
        _wipe(member)
        member.change(removed_at=now())
        audit.record(actor, Event.STAFF_REMOVED, "", member.name)


def _require_another_administrator(member: StaffMember) -> None:
    """Raise LastAdministrator if nobody else could let people in, within the transaction."""
    StaffMember.hold_administrators()
    if member.is_administrator and not StaffMember.is_another_administrator(member):
        raise LastAdministrator()


def _get(public_id: str) -> StaffMember:
    member = StaffMember.find_by_id(public_id)
    if member is None:
        raise NotFound()
    return member
