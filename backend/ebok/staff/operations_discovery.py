"""What the staff's OpenID Connect provider publishes about itself, its keys, and how it is asked.

Kept for an hour by each process; a key that is not known is asked for at once, but once a minute at
most. Each answer has five seconds and 256 kB.
"""

import json
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, cast

from ebok import settings
from ebok.doctor import Finding, checkup, fine, warn
from ebok.languages import say
from ebok.settings import Settings
from ebok.staff.errors import ProviderDown, ProviderFailed

log = logging.getLogger(__name__)
KEPT_SECONDS, KEYS_SECONDS, DOWN_SECONDS = 3600, 60, 10
WAIT_SECONDS = 5
LONGEST = 256 * 1024
"""Bytes of an answer."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass
class Published:
    """What the provider publishes, and its keys."""

    found: dict[str, Any]
    read_tick: float
    keys: Any = None
    renewed_tick: float = -math.inf
    lock: Lock = field(default_factory=Lock)


_known: dict[str, Published] = {}
_down_until: dict[str, float] = {}
_lock = Lock()


def key_of(token: Any) -> Any:
    """The provider's key that signed this token; the newest keys are asked for if it is not known.

    Only keys for signatures, of the kind that the token's algorithm wants.
    """
    kid, alg = token.headers().get("kid"), str(token.headers().get("alg"))
    for keys in _key_sets():
        fitting = [key for key in keys if _fits(key, kid, alg)]
        if fitting:
            return fitting[0]
    raise ValueError("no such key")


def _fits(key: Any, kid: str | None, alg: str) -> bool:
    kind = {"R": "RSA", "P": "RSA", "E": "OKP" if alg.startswith("Ed") else "EC"}[alg[:1]]
    if kid is not None and key.kid != kid:
        return False
    is_for_this = key.get("use", "sig") == "sig" and key.get("alg", alg) == alg
    return key.key_type == kind and is_for_this


def _key_sets() -> Iterator[Any]:
    """The keys that are known, then those that the provider has now; these once a minute."""
    known = published()
    yield known.keys or _read_keys(known)
    if known.renewed_tick < time.monotonic() - KEYS_SECONDS:
        known.renewed_tick = time.monotonic()
        yield _read_keys(known)


def _read_keys(known: Published) -> Any:
    from joserfc.jwk import KeySet

    with known.lock:
        told = ask("GET", known.found["jwks_uri"], {})
        try:
            known.keys = KeySet.import_key_set(cast(Any, told))
        except (KeyError, TypeError, ValueError):
            raise down("its keys cannot be read") from None
    return known.keys


def published() -> Published:
    """What the provider publishes about itself. Raises ProviderDown, for ten seconds at once."""
    issuer, here = settings.current().oidc.issuer, time.monotonic()
    known = _known.get(issuer)
    if known and known.read_tick > here - KEPT_SECONDS:
        return known
    with _lock:
        if _down_until.get(issuer, 0) > here:
            raise ProviderDown()
        try:
            _known[issuer] = Published(_discover(issuer), here)
        except ProviderDown:
            _down_until[issuer] = time.monotonic() + DOWN_SECONDS
            if known:
                # Its keys are asked for anyway where they have changed.
                return known
            raise
    return _known[issuer]


def _discover(issuer: str) -> dict[str, Any]:
    found = ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration", {})
    if found.get("issuer") != issuer:
        raise down("it says that it is another issuer")
    if not all(is_safe(found.get(name)) for name in ENDPOINTS):
        raise down("its addresses are not https")
    return found


def is_safe(address: object) -> bool:
    """Whether secrets may be sent there: by https, or on this machine in development."""
    return isinstance(address, str) and settings.is_provider_address(address, settings.current())


def ask(
    method: str, address: str, headers: dict[str, str], body: dict[str, str] | None = None
) -> dict[str, Any]:
    """The JSON object that the provider answers. Raises ProviderDown, ProviderFailed (400)."""
    import httpx

    try:
        with httpx.stream(
            method,
            address,
            headers={"Accept": "application/json", **headers},
            data=body,
            timeout=WAIT_SECONDS,
            follow_redirects=False,
        ) as answer:
            text = b""
            for part in answer.iter_bytes():
                text += part
                if len(text) > LONGEST:
                    raise down("its answer is too long")
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise down(type(fault).__name__) from None
    if body is not None and answer.status_code in (400, 401):
        raise failed(f"the code was refused: {answer.status_code}")
    if answer.status_code != 200:
        raise down(f"it answered {answer.status_code}")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise down("its answer is no JSON") from None
    if not isinstance(told, dict):
        raise down("its answer is no object")
    return cast(dict[str, Any], told)


def failed(why: str) -> ProviderFailed:
    """The refusal; `why` goes into the log and to nobody else."""
    log.warning("what=oidc outcome=refused why=%r", why)
    return ProviderFailed()


def down(why: str) -> ProviderDown:
    """The refusal while the provider does not work; `why` goes into the log and to the doctor."""
    log.error("what=oidc outcome=failed why=%r", why)
    return ProviderDown(why)


@checkup("work accounts", database=False)
def look_at_the_provider(settings: Settings) -> Iterator[Finding]:
    """Whether the staff's provider answers, and is the one that was set."""
    if not settings.oidc.is_on:
        return
    try:
        _discover(settings.oidc.issuer)
        yield fine(say("The login of the staff's work accounts answers"))
    except (ProviderDown, ProviderFailed) as fault:
        yield warn(
            say(
                "The login of the staff's work accounts does not work: %(why)s.",
                why=getattr(fault, "why", ""),
            ),
            say("Look at `oidc.issuer`, and whether this machine reaches it."),
        )
