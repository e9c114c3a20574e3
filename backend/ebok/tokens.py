"""Secrets that the house makes, and the hashes under which it keeps them.

Tokens carry 256 random bits, so a plain hash hides them. Six digits do not: they are kept as an
HMAC with the server's key, bound to what they are for.
"""

import hashlib
import hmac
import secrets

from ebok import settings

LOOKS_LIKE_NOTHING_ELSE = "abdefhjkmnrtADEFHJLMNRT3479"
"""No 0 O o, 1 l I, 2 Z, 5 S, 6 G, 8 B; no letter whose capital is the same drawn larger."""
CAPITALS = "ABCDEFGHJKLMNPRSTUVWXYZ3479"
"""Of 0 O Q D, 1 I L, 2 Z, 5 S, 6 G and 8 B one each: `typed.short_code` reads the others as it."""


def new_token() -> str:
    """An opaque token for a cookie or a link's fragment."""
    return secrets.token_urlsafe(32)


def new_public_id() -> str:
    """A random name for a thing in addresses: 128 bits, that nobody guesses or counts through."""
    return secrets.token_hex(16)


def new_short_code() -> str:
    """Eight characters that a person reads off one of our mails: 38 bits."""
    # One draw instead of eight, because a town's are made while the database is locked. That 2^64
    # is no multiple of 27^8 makes some codes likelier by one part in sixty million.
    drawn, code = secrets.randbits(64), ""
    for _ in range(8):
        drawn, place = divmod(drawn, len(CAPITALS))
        code += CAPITALS[place]
    return code


def shown_short_code(code: str) -> str:
    """`ABDE-FHJK`: in two halves, which are read off more easily than eight in a row."""
    return f"{code[:4]}-{code[4:]}" if code else ""


def hash_token(token: str) -> str:
    """How a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """Six digits, as they are mailed."""
    return f"{secrets.randbelow(1_000_000):06}"


def new_password() -> str:
    """Twelve characters, none of which can be taken for another: 56 bits.

    Small letter, capital and digit are all there, as our own rules ask of everybody else.
    """
    while True:
        password = "".join(secrets.choice(LOOKS_LIKE_NOTHING_ELSE) for _ in range(12))
        groups = (str.islower, str.isupper, str.isdigit)
        if all(any(map(is_in_group, password)) for is_in_group in groups):
            return password


def sign(purpose: str, text: str, key: str = "") -> bytes:
    """32 bytes that only who has the key, this server's if none is given, can make of the text."""
    secret = (key or settings.current().secret_key).encode()
    return hmac.new(secret, f"{purpose}\0{text}".encode(), hashlib.sha256).digest()


def hash_code(subject_id: int, code: str, purpose: str = "code") -> str:
    """How a one-time code is kept: worth nothing for another subject or purpose."""
    return sign(purpose, f"{subject_id}\0{code}").hex()


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
