"""Keys with which a program delivers bundles over HTTP: made by a clerk, kept as hashes."""

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
"""So that a scanner for leaked secrets, and a person, sees what it is."""
UNUSED, SOON = timedelta(days=90), timedelta(days=14)
BEARER = re.compile(rf"Bearer ({PREFIX}[\w-]{{43}})", re.ASCII | re.IGNORECASE)


class NoKey(Exception):
    """Why a key cannot be made or revoked; a sentence for the operator."""


def make(actor: Actor, name: str, days: int | None = None) -> str:
    """Make a key of this name, good for ever or for so many days, and return it: it is never shown
    again."""
    key = PREFIX + new_token()
    with transaction():
        if BundleKey.select().where(BundleKey.name == name).exists():
            raise NoKey(f"there is, or was, a key named {name!r} already: choose another name")
        expires_at = now() + timedelta(days=days) if days else None
        BundleKey.create(
            name=name, key_hash=hash_token(key), created_at=now(), expires_at=expires_at
        )
        audit.record(actor, Event.BUNDLE_KEY_MADE, "", name)
    return key


def revoke(actor: Actor, name: str) -> None:
    """Let nobody deliver with this key any more."""
    with transaction():
        mine = (BundleKey.name == name) & BundleKey.revoked_at.is_null()
        if not BundleKey.update(revoked_at=now()).where(mine).execute():
            raise NoKey(f"there is no key named {name!r}, or it was revoked")
        audit.record(actor, Event.BUNDLE_KEY_REVOKED, "", name)


def find_key(authorization: str) -> BundleKey | None:
    """The key that this header shows; None for one that is unknown, revoked, has expired, or is
    none at all."""
    shown = BEARER.fullmatch(authorization)
    key_hash = hash_token(shown[1] if shown else "")
    # Asked for even when none is shown, so that the time tells nothing; and the hash of 256 random
    # bits gives nothing to who measures how far it was compared.
    found = BundleKey.find_valid(key_hash, now())
    if not (found and shown and same(found.key_hash, key_hash)):
        return None
    found.note_use(now())
    return found


@checkup("keys")
def look_at_keys(_settings: Settings) -> Iterator[Finding]:
    """Keys that nobody uses any more, and those that end."""
    for key in BundleKey.select().where(BundleKey.revoked_at.is_null()).order_by(BundleKey.id):
        if found := _ending(key) or _unused(key):
            yield found


def _ending(key: BundleKey) -> Finding | None:
    if not key.expires_at or key.expires_at > now() + SOON:
        return None
    told = {"name": key.name, "day": key.expires_at.date()}
    todo = _("Create a new key, give it to the program that delivers, and revoke this one.")
    if key.expires_at <= now():
        return fail(
            _("the key %(name)s expired on %(day)s: nothing can be delivered with it", **told), todo
        )
    return warn(_("the key %(name)s expires on %(day)s", **told), todo)


def _unused(key: BundleKey) -> Finding | None:
    if (key.used_at or key.created_at) > now() - UNUSED:
        return None
    todo = _("If no program needs it any more, run `ebok keys revoke %(name)s`.", name=key.name)
    if not key.used_at:
        made = {"name": key.name, "day": key.created_at.date()}
        return warn(_("the key %(name)s, created on %(day)s, was never used", **made), todo)
    used = {"name": key.name, "day": key.used_at.date()}
    return warn(_("the key %(name)s was last used on %(day)s", **used), todo)
