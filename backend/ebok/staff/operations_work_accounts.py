"""Logging in with a work account: whose it is, and what is still asked after it.

A provider never makes members or administrators: it shows who somebody is whom the list of staff
has already. Whose account it is was learnt once, by the link of an invitation or by an address that
the provider has verified; from then on its subject counts, and no address.
"""

from ebok import audit, limits, settings
from ebok.access import Person
from ebok.actor import Actor, staff
from ebok.audit.events import Event
from ebok.database import now, transaction
from ebok.staff import (
    operations_attempts as attempts,
    operations_provider as provider,
    operations_sessions as sessions,
)
from ebok.staff.errors import (
    InvitationSpent,
    NoWorkAccount,
    ProviderFailed,
    SetUpByInvitation,
)
from ebok.staff.models import StaffMember
from ebok.staff.operations_provider import Identity
from ebok.tokens import hash_token


def find_invited(token: str) -> StaffMember:
    """The member whose invitation this is; it is not spent. Raises InvitationSpent."""
    return StaffMember.get_invited(hash_token(token), now())


def sign_in(
    actor: Actor, flow: str, answer: dict[str, str], invitation: str, user_agent: str
) -> Person:
    """The person of a new session; `invitation` is the hash of the link that led here, or "".

    Raises ProviderFailed, ProviderDown, NoWorkAccount, SetUpByInvitation, InvitationSpent,
    TooManyStaffLogins.
    """
    tries = attempts.of_login(actor.network, "work account")[:1]
    attempts.require_left(tries)
    try:
        # Each login of a browser is answered once, whatever it sends again.
        if not limits.consume("oidc-answer", hash_token(flow), 1, 2 * provider.LIFE):
            raise ProviderFailed()
        who = provider.finish(flow, answer, back())
        with transaction():
            member = _member_of(who, invitation)
            return _enter(actor, member, who, bool(invitation), user_agent)
    except (ProviderFailed, NoWorkAccount):
        attempts.count_wrong(actor, tries, "")
        raise


def back() -> str:
    """Our address that the provider sends the browser to, as it must be registered there."""
    return f"{settings.current().base_url.rstrip('/')}/biuro/logowanie/powrot"


def _enter(
    actor: Actor, member: StaffMember, who: Identity, is_invited: bool, user_agent: str
) -> Person:
    """Our own second factor is asked for after a login that showed none."""
    if is_invited:
        return sessions.start_by_invitation(actor, member, user_agent)
    if not member.has_factor:
        raise SetUpByInvitation()
    return sessions.start_by_provider(actor, member, user_agent, not who.has_second_factor)


def _member_of(who: Identity, invitation: str) -> StaffMember:
    """Whose account this is, within the transaction. Raises NoWorkAccount, InvitationSpent."""
    known = StaffMember.find_by_account(who.issuer, who.subject)
    if invitation:
        return _link_invited(who, invitation, known)
    if known:
        return known
    may_link = settings.current().oidc.links_by_email and who.email
    member = StaffMember.find(who.email) if may_link else None
    # An address goes to somebody else one day; the account that was linked to it does not.
    if member is None or member.provider_issuer == who.issuer or not member.joined_at:
        raise NoWorkAccount()
    _link(member, who)
    return member


def _link_invited(who: Identity, invitation: str, known: StaffMember | None) -> StaffMember:
    """The member whose invitation was followed; it is spent by that."""
    mine = StaffMember.get_or_none(StaffMember.invitation_hash == invitation)
    if mine is None or (known and known.id != mine.id):
        raise NoWorkAccount() if mine else InvitationSpent()
    if not StaffMember.spend_invitation(invitation, now(), joined_at=now()):
        raise InvitationSpent()
    _link(mine, who)
    audit.record(staff(mine.name), Event.STAFF_JOINED, "", mine.role)
    return mine


def _link(member: StaffMember, who: Identity) -> None:
    member.change(provider_issuer=who.issuer, provider_subject=who.subject)
    audit.record(staff(member.name), Event.STAFF_ACCOUNT_LINKED, "", member.name)
