"""An OpenID Connect provider: a server that answers as the standard says, or crookedly.

Written after the standards, with nothing of our own code in it. A well-behaved one of others, which
is certified, is in `tests/oidc`; this one can do what no good one does.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "ebok", "provider+secret/of&tests-0123456789"
Change = Callable[[dict[str, Any]], None]


def new_key() -> RSAKey:
    """A key with an id of its own."""
    return RSAKey.generate_key(2048, {"kid": token_urlsafe(6), "use": "sig"})


def encoded(raw: bytes) -> str:
    """As tokens have bytes."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def joined(*parts: dict[str, Any]) -> str:
    """Head and claims of a token, before its signature."""
    return ".".join(encoded(json.dumps(part).encode()) for part in parts)


class Provider:
    """Use it with `with`. Whoever comes is logged in as `claims` say, without being asked.

    `crooked` changes the claims of the next ID tokens, `sign` makes another token of them;
    `published` is changed by tests of what a provider says about itself.
    """

    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.keys = [new_key()]
        self.claims: dict[str, Any] = {}
        self.crooked: Change = lambda _claims: None
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.answer: Change = lambda _answer: None
        self.userinfo: dict[str, Any] | None = None
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.published = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/me",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
        }

    def __enter__(self) -> "Provider":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_fault) -> None:
        self.server.shutdown()
        self.server.server_close()

    def settings(self, **more: str) -> dict[str, str]:
        """The environment of an installation that knows this provider."""
        given = {"ISSUER": self.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET} | more
        return {f"EBOK_OIDC_{name.upper()}": value for name, value in given.items()}

    def behave(self, **claims: Any) -> None:
        """Be a good provider again, at which this person logs in."""
        self.claims, self.userinfo, self.sign = claims, None, self.signed
        self.crooked = self.answer = lambda _given: None

    def signed(self, claims: dict[str, Any]) -> str:
        """The ID token as it should be."""
        key = self.keys[-1]
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)

    def signed_by_public_key(self, claims: dict[str, Any]) -> str:
        """HS256, with the public key as its secret, which everybody knows."""
        key = self.keys[-1]
        body = joined({"alg": "HS256", "kid": key.kid}, claims)
        signature = hmac.digest(key.as_pem(private=False), body.encode(), "sha256")
        return f"{body}.{encoded(signature)}"

    def unsigned(self, claims: dict[str, Any]) -> str:
        """With `alg` none."""
        return joined({"alg": "none", "typ": "JWT"}, claims) + "."

    def signed_by_stranger(self, claims: dict[str, Any]) -> str:
        """By a key that only calls itself the provider's."""
        stranger = RSAKey.generate_key(2048, {"kid": self.keys[-1].kid})
        return jwt.encode({"alg": "RS256", "kid": stranger.kid}, claims, stranger)

    def _authorize(self, asked: dict[str, str]) -> str:
        """Log in whoever asks: the address to come back to."""
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = token_urlsafe(16)
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.issuer}
        self.answer(answer)
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def _exchange(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        asked = self.codes.pop(form.get("code", ""), None)
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
        if asked is None or [unquote(part) for part in pair] != [CLIENT, SECRET]:
            return None
        challenge = encoded(hashlib.sha256(form["code_verifier"].encode()).digest())
        is_ours = form["redirect_uri"] == asked["redirect_uri"]
        if not is_ours or challenge != asked["code_challenge"]:
            return None
        here = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": here, "exp": here + 300}
        claims |= {"nonce": asked["nonce"], **self.claims}
        self.crooked(claims)
        return {"access_token": "t", "token_type": "Bearer", "id_token": self.sign(claims)}

    def _handler(provider) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                place, query = urlsplit(self.path).path, urlsplit(self.path).query
                provider.asked.append(place)
                if place == "/auth":
                    self._go(provider._authorize(dict(parse_qsl(query))))
                elif place == "/keys":
                    keys = [key.as_dict(private=False) for key in provider.keys]
                    self._tell({"keys": keys})
                elif place == "/me":
                    self._tell(provider.userinfo or {"sub": provider.claims["sub"]})
                elif place == "/end":
                    self._go(parse_qs(query)["post_logout_redirect_uri"][0])
                else:
                    self._tell(provider.published)

            def do_POST(self):
                provider.asked.append(self.path)
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                told = provider._exchange(dict(parse_qsl(body)), self.headers["Authorization"])
                self._tell(told or {"error": "invalid_grant"}, 200 if told else 400)

            def _go(self, address: str) -> None:
                self.send_response(303)
                self.send_header("Location", address)
                self.end_headers()

            def _tell(self, told: dict[str, Any], status: int = 200) -> None:
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_given) -> None:
                pass

        return Handler
