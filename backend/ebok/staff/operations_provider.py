"""A login at the staff's OpenID Connect provider: the way there, and what it says of who came.

Authorization code with PKCE (OpenID Connect Core 1.0; RFC 7636, 9207, 9700). Nothing that the
provider says is stored but issuer and subject.
"""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

from ebok import settings
from ebok.database import CLOCKS_DIFFER
from ebok.settings import Oidc
from ebok.staff import operations_discovery as discovery
from ebok.tokens import same, sign

ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "RS512", "ES384", "ES512", "EdDSA", "Ed25519"]
"""Signatures by key pairs alone: with HS256 a public key would be the secret."""
LIFE = timedelta(minutes=15)
"""How long somebody may take to log in at the provider."""
SCOPE = "openid email"


@dataclass(frozen=True)
class Identity:
    """Who has logged in at the provider; `email` is "" unless the provider has verified it."""

    issuer: str
    subject: str
    email: str
    has_second_factor: bool


def begin(flow: str, back: str) -> str:
    """Address at the provider where one logs in. `flow` is this browser's token of this login.

    Raises ProviderDown.
    """
    chosen = settings.current().oidc
    asked = {
        "response_type": "code",
        "client_id": chosen.client_id,
        "redirect_uri": back,
        "scope": SCOPE,
        "state": _derived("state", flow),
        "nonce": _derived("nonce", flow),
        "code_challenge": _challenge(flow),
        "code_challenge_method": "S256",
        # Who shares a computer must not come in as whoever was there before.
        "prompt": "login",
    }
    if chosen.acr_accepted:
        asked["acr_values"] = " ".join(chosen.acr_accepted)
    return _with(discovery.published().found["authorization_endpoint"], asked)


def finish(flow: str, answer: Mapping[str, str], back: str) -> Identity:
    """Who has logged in, by what the browser has brought back.

    Raises ProviderFailed where the answer is not to our question, or says that nobody did, and
    ProviderDown.
    """
    chosen, found = settings.current().oidc, discovery.published().found
    if not same(answer.get("state", ""), _derived("state", flow)):
        raise discovery.failed("the state is not ours")
    _require_issuer(answer, found, chosen.issuer)
    if "error" in answer or not answer.get("code"):
        raise discovery.failed("the provider said no")
    tokens = _exchange(chosen, found, answer["code"], flow, back)
    claims = _verified(chosen, str(tokens.get("id_token", "")), _derived("nonce", flow))
    if "email" not in claims:
        claims |= _userinfo(found, claims["sub"], str(tokens.get("access_token", "")))
    return _identity(chosen, claims)


def leave(back: str) -> str:
    """Address where one logs out at the provider; `back` where it has none of its own."""
    end = discovery.published().found.get("end_session_endpoint")
    if not discovery.is_safe(end):
        return back
    asked = {"client_id": settings.current().oidc.client_id, "post_logout_redirect_uri": back}
    return _with(str(end), asked)


def _with(address: str, asked: dict[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"


def _derived(what: str, flow: str) -> str:
    """What this login is recognised by. Nothing is stored: it follows from the browser's token."""
    return sign(f"oidc-{what}", flow).hex()


def _challenge(flow: str) -> str:
    digest = sha256(_derived("verifier", flow).encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _require_issuer(answer: Mapping[str, str], found: dict[str, Any], issuer: str) -> None:
    """Refuse what another provider sends (RFC 9207)."""
    is_wanted = found.get("authorization_response_iss_parameter_supported") is True
    if (is_wanted or "iss" in answer) and answer.get("iss") != issuer:
        raise discovery.failed("the answer is of another issuer")


def _exchange(
    chosen: Oidc, found: dict[str, Any], code: str, flow: str, back: str
) -> dict[str, Any]:
    """The tokens that the code stands for; it works once, and only with our verifier."""
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": _derived("verifier", flow),
    }
    known = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    headers = {}
    if "client_secret_basic" in known:
        pair = f"{quote(chosen.client_id, '')}:{quote(chosen.client_secret, '')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        body |= {"client_id": chosen.client_id, "client_secret": chosen.client_secret}
    return discovery.ask("POST", found["token_endpoint"], headers, body)


def _userinfo(found: dict[str, Any], subject: str, token: str) -> dict[str, Any]:
    """The claims that a provider gives only here; of the same person alone."""
    address = found.get("userinfo_endpoint")
    if not token or not discovery.is_safe(address):
        return {}
    told = discovery.ask("GET", str(address), {"Authorization": f"Bearer {token}"})
    if told.get("sub") != subject:
        raise discovery.failed("userinfo is about somebody else")
    return {name: told[name] for name in ("email", "email_verified") if name in told}


def _verified(chosen: Oidc, token: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token: signed by the provider, for us, now, in answer to this login."""
    from joserfc import jwt
    from joserfc.errors import JoseError

    wanted = {
        "iss": {"essential": True, "value": chosen.issuer},
        "aud": {"essential": True, "value": chosen.client_id},
        "nonce": {"essential": True, "value": nonce},
        "exp": {"essential": True},
        "iat": {"essential": True},
        "sub": {"essential": True},
    }
    try:
        claims = jwt.decode(token, discovery.key_of, algorithms=ALGORITHMS).claims
        leeway = int(CLOCKS_DIFFER.total_seconds())
        jwt.JWTClaimsRegistry(leeway=leeway, **cast(Any, wanted)).validate(claims)
    except (JoseError, ValueError, TypeError, KeyError) as fault:
        raise discovery.failed(f"the ID token is not valid: {type(fault).__name__}") from None
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != chosen.client_id:
        raise discovery.failed("the ID token is for another client")
    return claims


def _identity(chosen: Oidc, claims: dict[str, Any]) -> Identity:
    # Only the word of the provider that it has looked; "true" as text is no such word.
    email = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
    shown = claims.get("amr", [])
    ways = set(map(str, shown)) if isinstance(shown, list) else set[str]()
    is_strong = str(claims.get("acr", "")) in chosen.acr_accepted
    is_strong |= bool(ways & set(chosen.amr_accepted))
    return Identity(chosen.issuer, str(claims["sub"]), email, is_strong)
