"""E-mail addresses beyond ASCII: domains by IDNA2008, local parts by SMTPUTF8 (RFC 6531)."""

from contextlib import suppress
from functools import lru_cache

import idna


def is_international(address: str) -> bool:
    """Whether the address needs a server with SMTPUTF8: its local part is not ASCII."""
    return not address.rpartition("@")[0].isascii()


def for_wire(address: str) -> str:
    """The address as sent to servers: the domain in ASCII, the local part unchanged.

    By IDNA2008 straße.de is not strasse.de; Python's own codec treats them as equal.
    """
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{_ascii(domain)}"


@lru_cache(1024)
def _ascii(domain: str) -> str:
    if domain.isascii():
        return domain
    return idna.encode(domain, uts46=True, transitional=False).decode()


def key(address: str) -> str:
    """A key for comparing addresses, without case, quotes and the domain's alphabet."""
    local, at, domain = address.strip().rpartition("@")
    if local[:1] == local[-1:] == '"':
        local = local[1:-1].replace("\\", "")
    with suppress(idna.IDNAError):
        # Not casefold(), which turns ß into ss.
        domain = _ascii(domain.lower())
    return f"{local.casefold()}{at}{domain.lower()}"
