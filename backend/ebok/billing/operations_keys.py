"""Keys for programs that deliver bundles over HTTP: created by a clerk, stored as hashes."""

import re
from collections.abc import Iterator
from datetime import timedelta

from ebok import audit
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.billing.models_deliveries import BundleKey
from ebok.database import now, transaction
from ebok.doctor import Finding, checkup, fail, warn
from ebok.languages import say as _
from ebok.settings import Settings
from ebok.tokens import hash_token, new_token, same

PREFIX = "ebok_"
"""Makes a key recognisable for people and for scanners of leaked secrets."""
UNUSED, SOON = timedelta(days=90), timedelta(days=14)
BEARER = re.compile(rf"Bearer ({PREFIX}[\w-]{{43}})", re.ASCII | re.IGNORECASE)


class KeyRefused(Exception):
    """Why a key cannot be created or revoked; a sentence for the operator."""


def make(actor: Actor, name: str, days: int | None = None) -> str:
    """Create a key, valid for `days` or without end, and return it: it is shown only once."""
    key = PREFIX + new_token()
    with transaction():
        if BundleKey.select().where(BundleKey.name == name).exists():
            raise KeyRefused(f"there is, or was, a key named {name!r} already: choose another name")
        expires_at = now() + timedelta(days=days) if days else None
        BundleKey.create(
            name=name, key_hash=hash_token(key), created_at=now(), expires_at=expires_at
        )
        audit.record(actor, Event.BUNDLE_KEY_MADE, "", name)
    return key


def revoke(actor: Actor, name: str) -> None:
    """Make a key invalid. Raises KeyRefused."""
    with transaction():
        mine = (BundleKey.name == name) & BundleKey.revoked_at.is_null()
        if not BundleKey.update(revoked_at=now()).where(mine).execute():
            raise KeyRefused(f"there is no key named {name!r}, or it was revoked")
        audit.record(actor, Event.BUNDLE_KEY_REVOKED, "", name)


def find_key(authorization: str) -> BundleKey | None:
    """The valid key in this Authorization header, or None."""
    match = BEARER.fullmatch(authorization)
    key_hash = hash_token(match[1] if match else "")
    # Looked up even without a key, so that timing reveals nothing; comparing hashes of 256 random
    # bits is no timing oracle.
    found = BundleKey.find_valid(key_hash, now())
    if not (found and match and same(found.key_hash, key_hash)):
        return None
    found.note_use(now())
    return found


@checkup("keys")
def check_keys(_settings: Settings) -> Iterator[Finding]:
    """Findings about keys that expire soon or are not used."""
    for key in BundleKey.select().where(BundleKey.revoked_at.is_null()).order_by(BundleKey.id):
        if found := _expiring(key) or _unused(key):
            yield found


def _expiring(key: BundleKey) -> Finding | None:
    if not key.expires_at or key.expires_at > now() + SOON:
        return None
    values = {"name": key.name, "day": key.expires_at.date()}
    todo = _("Create a new key, give it to the program that delivers, and revoke this one.")
    if key.expires_at <= now():
        return fail(
            _("the key %(name)s expired on %(day)s: nothing can be delivered with it", **values),
            todo,
        )
    return warn(_("the key %(name)s expires on %(day)s", **values), todo)


def _unused(key: BundleKey) -> Finding | None:
    if (key.used_at or key.created_at) > now() - UNUSED:
        return None
    todo = _("If no program needs it any more, run `ebok keys revoke %(name)s`.", name=key.name)
    if not key.used_at:
        made = {"name": key.name, "day": key.created_at.date()}
        return warn(_("the key %(name)s, created on %(day)s, was never used", **made), todo)
    used = {"name": key.name, "day": key.used_at.date()}
    return warn(_("the key %(name)s was last used on %(day)s", **used), todo)
