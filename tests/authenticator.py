"""An authenticator of software (WebAuthn, ES256, no attestation), which counts as it is told.

The one in the browser always counts up; this one can stay at 0, as synchronised passkeys do, or go
back, as a copied one would.
"""

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from html import unescape
from secrets import token_bytes
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT_AND_VERIFIED, HAS_KEY = 0x05, 0x40
OPTIONS = re.compile(r'data-act="(get|create)" data-options="([^"]+)"')


class Authenticator:
    """Answers what a page asks; `count` is what it says of its signatures."""

    def __init__(self, address: str, count: int = 0):
        self.address, self.count = address, count
        self.key = generate_private_key(SECP256R1())
        self.id = token_bytes(16)

    def made(self, page: str) -> str:
        """The answer to the page's question for a new passkey."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        data = self._data(HAS_KEY) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        seen = self._seen("create", page)
        whole = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._told({"clientDataJSON": seen, "attestationObject": whole})

    def shown(self, page: str) -> str:
        """The answer to the page's question for a passkey that there is."""
        seen, data = self._seen("get", page), self._data()
        signature = self.key.sign(data + hashlib.sha256(seen).digest(), ECDSA(SHA256()))
        given = {"clientDataJSON": seen, "authenticatorData": data, "signature": signature}
        return self._told(given)

    def _data(self, flags: int = 0) -> bytes:
        host = urlsplit(self.address).hostname or ""
        told = bytes([PRESENT_AND_VERIFIED | flags]) + self.count.to_bytes(4, "big")
        return hashlib.sha256(host.encode()).digest() + told

    def _seen(self, act: str, page: str) -> bytes:
        asked = {act: json.loads(unescape(options)) for act, options in OPTIONS.findall(page)}
        told = {
            "type": f"webauthn.{act}",
            "challenge": asked[act]["challenge"],
            "origin": self.address,
            "crossOrigin": False,
        }
        return json.dumps(told).encode()

    def _told(self, response: dict[str, bytes]) -> str:
        name = encoded(self.id)
        told = {key: encoded(raw) for key, raw in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})


def encoded(raw: bytes) -> str:
    """As WebAuthn's JSON has bytes."""
    text = urlsafe_b64encode(raw).decode().rstrip("=")
    assert urlsafe_b64decode(text + "=" * (-len(text) % 4)) == raw
    return text
