"""Generates secrets, and hashes them for storage.

Tokens have 256 random bits, so a plain hash protects them. Six digits do not: they are stored as an
HMAC with the server's key, bound to their purpose.
"""

import hashlib
import hmac
import secrets

from ebok import settings

LOOKS_LIKE_NOTHING_ELSE = "abdefhjkmnrtADEFHJLMNRT3479"
"""Without 0 O o, 1 l I, 2 Z, 5 S, 6 G, 8 B and letters whose capital looks the same but larger."""
CAPITALS = "ABCDEFGHJKLMNPRSTUVWXYZ3479"
"""One each of 0 O Q D, 1 I L, 2 Z, 5 S, 6 G and 8 B: `normalize.short_code` maps the others to
it."""


def new_token() -> str:
    """A random token for a cookie or the fragment of a link."""
    return secrets.token_urlsafe(32)


def new_public_id() -> str:
    """A random identifier for URLs: 128 bits, so it can be neither guessed nor enumerated."""
    return secrets.token_hex(16)


def new_short_code() -> str:
    """Eight characters that people copy from a mail: 38 bits."""
    # One draw instead of eight, because a whole town's codes are made while the database is
    # locked. 2^64 is no multiple of 27^8: some codes are likelier by one part in sixty million.
    drawn, code = secrets.randbits(64), ""
    for _ in range(8):
        drawn, place = divmod(drawn, len(CAPITALS))
        code += CAPITALS[place]
    return code


def shown_short_code(code: str) -> str:
    """`ABDE-FHJK`: the code in two halves, which is easier to copy; "" for none."""
    return f"{code[:4]}-{code[4:]}" if code else ""


def hash_token(token: str) -> str:
    """SHA-256 of a token, as stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """A one-time code of six digits."""
    return f"{secrets.randbelow(1_000_000):06}"


def new_password() -> str:
    """A temporary password of twelve unambiguous characters: 56 bits.

    It has small letters, capitals and digits, as our password rules require.
    """
    while True:
        password = "".join(secrets.choice(LOOKS_LIKE_NOTHING_ELSE) for _ in range(12))
        groups = (str.islower, str.isupper, str.isdigit)
        if all(any(map(is_in_group, password)) for is_in_group in groups):
            return password


def sign(purpose: str, text: str, key: str = "") -> bytes:
    """HMAC of the text with `key` (by default the server's secret): 32 bytes."""
    secret = (key or settings.current().secret_key).encode()
    return hmac.new(secret, f"{purpose}\0{text}".encode(), hashlib.sha256).digest()


def hash_code(subject_id: int, code: str, purpose: str = "code") -> str:
    """HMAC of a one-time code, as stored; valid for this subject and purpose only."""
    return sign(purpose, f"{subject_id}\0{code}").hex()


def same(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
