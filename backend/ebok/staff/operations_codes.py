"""The app with codes (TOTP, RFC 6238), and the ten recovery codes on paper."""

import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from secrets import token_bytes
from urllib.parse import quote

from flask_babel import gettext as _

from ebok import audit, settings
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.database import now, transaction
from ebok.errors import InvalidForm
from ebok.staff import operations_attempts as attempts
from ebok.staff.errors import LastFactor, WrongCode
from ebok.staff.models import RecoveryCode, StaffMember, StaffPasskey
from ebok.tokens import hash_code, new_short_code, shown_short_code, sign
from ebok.values import normalize

STEP_SECONDS, STEPS_AROUND = 30, 1
"""A code of the step before or after is taken, too: clocks differ, and people type slowly."""
CODES = 10


def new_secret(member: StaffMember) -> str:
    """A secret for the member's app, in base32, kept sealed until a code confirms it."""
    from pyotp import random_base32

    if member.totp_asked_sealed:
        return unseal(member, member.totp_asked_sealed)
    secret = random_base32()
    member.change(totp_asked_sealed=seal(member, secret))
    return secret


def address(member: StaffMember, secret: str) -> str:
    """The address that an app reads out of the QR code."""
    office = f"{settings.current().utility.name} {_('Back office')}"
    label, issuer = quote(f"{office}:{member.email}"), quote(office)
    return f"otpauth://totp/{label}?secret={secret}&issuer={issuer}"


def confirm_app(actor: Actor, member: StaffMember, code: str) -> None:
    """Take the app into use if this is a code of it. Raises InvalidForm, TooManyStaffLogins."""
    tries = attempts.of_code(member)
    attempts.require_left(tries)
    sealed = member.totp_asked_sealed
    step = _step_of(unseal(member, sealed), code) if sealed else 0
    if not step:
        attempts.count_wrong(actor, tries, member.email)
        raise InvalidForm([("totp", _("This code does not work. Wait for the next one."))])
    with transaction():
        # Of an app that was in use before, codes of later steps may have been used.
        taken = {"totp_sealed": sealed, "totp_asked_sealed": "", "totp_step": step}
        member.change(**taken)
        audit.record(actor, Event.STAFF_FACTOR_ADDED, "", f"{member.name}: app")


def remove_app(actor: Actor, member: StaffMember) -> None:
    """Take no more codes of the app. Raises LastFactor without a passkey."""
    with transaction():
        if not StaffPasskey.of(member):
            raise LastFactor()
        member.change(totp_sealed="", totp_asked_sealed="")
        audit.record(actor, Event.STAFF_FACTOR_REMOVED, "", f"{member.name}: app")


def new_codes(actor: Actor, member: StaffMember) -> list[str]:
    """Ten new recovery codes, which replace the former ones; only their hashes are kept."""
    codes = [new_short_code() for _number in range(CODES)]
    with transaction():
        RecoveryCode.delete().where(RecoveryCode.member == member).execute()
        for code in codes:
            RecoveryCode.create(member=member, code_hash=_hash(member, code))
        audit.record(actor, Event.STAFF_CODES_MADE, "", member.name)
    return [shown_short_code(code) for code in codes]


def prove(actor: Actor, member: StaffMember, typed: str) -> None:
    """Accept a code of the app, or from the paper. Raises WrongCode, TooManyStaffLogins.

    Each works once. The failure is counted before it is told.
    """
    tries = attempts.of_code(member)
    attempts.require_left(tries)
    if _is_right(actor, member, typed):
        # Of many at once one may have been right, after five that were wrong.
        attempts.require_left(tries)
        return
    [left] = attempts.count_wrong(actor, tries, member.email)
    raise WrongCode([("code", _told(left))])


def _told(left: int) -> str:
    if not left:
        return _("This code does not work. No attempts are left: wait a quarter of an hour.")
    return _("This code does not work. Attempts left: %(count)s.", count=left)


def _is_right(actor: Actor, member: StaffMember, typed: str) -> bool:
    digits = normalize.plain(typed).replace("-", "")
    if re.fullmatch(r"\d{6}", digits, re.ASCII):
        step = _step_of(unseal(member, member.totp_sealed), digits) if member.totp_sealed else 0
        return bool(step) and member.spend_step(step)
    try:
        code = normalize.short_code(typed)
    except normalize.Unreadable:
        return False
    with transaction():
        is_right = RecoveryCode.spend(member, _hash(member, code), now())
        if is_right:
            audit.record(actor, Event.STAFF_CODE_USED, "", member.name)
    return is_right


def _hash(member: StaffMember, code: str) -> str:
    return hash_code(member.id, code, "staff-recovery")


def _step_of(secret: str, code: str) -> int:
    """The step whose code this is, among those that are taken now; 0 if there is none."""
    from pyotp.totp import TOTP

    totp = TOTP(secret)
    here = int(_epoch(now())) // STEP_SECONDS
    steps = range(here - STEPS_AROUND, here + STEPS_AROUND + 1)
    return next((s for s in steps if totp.verify(code, for_time=_moment(s))), 0)


def _epoch(moment: datetime) -> float:
    return moment.replace(tzinfo=UTC).timestamp()


def _moment(step: int) -> datetime:
    return datetime.fromtimestamp(step * STEP_SECONDS, UTC)


def seal(member: StaffMember, secret: str) -> str:
    """The secret, encrypted and authenticated with the installation's key, for this member only."""
    nonce = token_bytes(12)
    sealed = _cipher().encrypt(nonce, secret.encode(), member.public_id.encode())
    return b64encode(nonce + sealed).decode()


def unseal(member: StaffMember, sealed: str) -> str:
    """The secret that `seal` has sealed. Raises WrongCode if it was sealed with another key."""
    from cryptography.exceptions import InvalidTag

    raw = b64decode(sealed)
    try:
        return _cipher().decrypt(raw[:12], raw[12:], member.public_id.encode()).decode()
    except InvalidTag:
        raise WrongCode() from None


def _cipher():
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(sign("staff-seal", ""))
