"""Passkeys (WebAuthn level 3): the questions that a browser is asked, and its answers.

A question (challenge) is signed and not stored: it names who it is for and until when it holds, and
can be answered once (`limits.py` remembers that).
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import Any
from urllib.parse import urlsplit

from ebok import audit, limits, settings
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.database import now, transaction
from ebok.errors import NotFound
from ebok.staff.errors import LastFactor, PasskeyFailed
from ebok.staff.models import StaffMember, StaffPasskey
from ebok.tokens import same, sign

LIFE = timedelta(hours=1)
"""Of a question: as long as a page can be sent at all, see WTF_CSRF_TIME_LIMIT."""
ANSWER_MS = 5 * 60 * 1000
ALGORITHMS = (-8, -7, -257)
"""EdDSA, ES256, RS256: what the library verifies and authenticators know."""
NONCE, SIGNATURE = 16, 32
MOST_KEYS = 10


def question(about: str, keys: list[StaffPasskey] | None = None) -> dict[str, Any]:
    """What `PublicKeyCredential.parseRequestOptionsFromJSON` reads; any passkey without `keys`."""
    return {
        "challenge": _new_challenge(about),
        "rpId": _host(),
        "allowCredentials": [_named(key) for key in keys or ()],
        "userVerification": "required",
        "timeout": ANSWER_MS,
    }


def offer(member: StaffMember) -> dict[str, Any]:
    """What `PublicKeyCredential.parseCreationOptionsFromJSON` reads, to make a passkey."""
    return {
        "challenge": _new_challenge(f"add {member.public_id}"),
        "rp": {"id": _host(), "name": settings.current().utility.name},
        "user": {
            "id": _encoded(bytes.fromhex(member.public_id)),
            "name": member.email,
            "displayName": member.name,
        },
        "pubKeyCredParams": [{"type": "public-key", "alg": each} for each in ALGORITHMS],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "excludeCredentials": [_named(key) for key in StaffPasskey.of(member)],
        "attestation": "none",
        "timeout": ANSWER_MS,
    }


def add(actor: Actor, member: StaffMember, answer: str, name: str) -> None:
    """Keep the passkey that the browser has made. Raises PasskeyFailed."""
    from webauthn import verify_registration_response

    given = _read(answer)
    challenge = _spend(given, f"add {member.public_id}")
    try:
        found = verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except Exception:
        # The library's own, and whatever an answer that is none makes it raise.
        raise PasskeyFailed() from None
    with transaction():
        credential_id = _encoded(found.credential_id)
        known = StaffPasskey.select().where(StaffPasskey.credential_id == credential_id).exists()
        if known or len(StaffPasskey.of(member)) >= MOST_KEYS:
            raise PasskeyFailed()
        StaffPasskey.create(
            member=member,
            credential_id=credential_id,
            public_key=found.credential_public_key,
            sign_count=found.sign_count,
            name=name,
            added_at=now(),
        )
        audit.record(actor, Event.STAFF_FACTOR_ADDED, "", f"{member.name}: passkey {name}")


def prove(answer: str, about: str) -> StaffMember:
    """Whose passkey has answered the question about this. Raises PasskeyFailed.

    The authenticator must have verified its holder (finger, face, PIN), which makes it two factors.
    A count of signatures that stays 0 is what synchronised passkeys have.
    """
    from webauthn import verify_authentication_response

    given = _read(answer)
    challenge = _spend(given, about)
    key = StaffPasskey.get_or_none(StaffPasskey.credential_id == str(given.get("id")))
    if key is None or key.member.removed_at:
        raise PasskeyFailed()
    try:
        found = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except Exception:
        raise PasskeyFailed() from None
    if not key.note_use(found.new_sign_count, now()):
        raise PasskeyFailed()
    return key.member


def remove(actor: Actor, member: StaffMember, public_id: str) -> None:
    """Take this passkey of the member's no more. Raises NotFound, LastFactor."""
    with transaction():
        keys = StaffPasskey.of(member)
        mine = next((key for key in keys if key.public_id == public_id), None)
        if mine is None:
            raise NotFound()
        if len(keys) == 1 and not member.totp_sealed:
            raise LastFactor()
        mine.delete_instance()
        audit.record(actor, Event.STAFF_FACTOR_REMOVED, "", f"{member.name}: passkey {mine.name}")


def _read(answer: str) -> dict[str, Any]:
    """The browser's answer, as `PublicKeyCredential.toJSON` writes it."""
    try:
        given = json.loads(answer)
    except (ValueError, RecursionError):
        raise PasskeyFailed() from None
    if not isinstance(given, dict):
        raise PasskeyFailed()
    return given


def _new_challenge(about: str) -> str:
    until = _seconds(now() + LIFE).to_bytes(8, "big")
    nonce = token_bytes(NONCE)
    return _encoded(nonce + until + _signature(about, nonce + until))


def _spend(given: dict[str, Any], about: str) -> bytes:
    """The question that was answered: one of ours, about this, in time, for the first time."""
    try:
        told = json.loads(_decoded(given["response"]["clientDataJSON"]))
        challenge = _decoded(told["challenge"])
    except (KeyError, TypeError, ValueError, RecursionError):
        raise PasskeyFailed() from None
    text, signature = challenge[:-SIGNATURE], challenge[-SIGNATURE:]
    is_ours = same(signature.hex(), _signature(about, text).hex())
    if not is_ours or int.from_bytes(text[NONCE:], "big") < _seconds(now()):
        raise PasskeyFailed()
    if not limits.consume("passkey-question", challenge.hex(), 1, 2 * LIFE):
        raise PasskeyFailed()
    return challenge


def _signature(about: str, text: bytes) -> bytes:
    return sign("passkey", f"{about} {text.hex()}")


def _seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())


def _named(key: StaffPasskey) -> dict[str, str]:
    return {"type": "public-key", "id": key.credential_id}


def _host() -> str:
    return urlsplit(settings.current().base_url).hostname or ""


def _origin() -> str:
    base = urlsplit(settings.current().base_url)
    return f"{base.scheme}://{base.netloc}"


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
