"""Where a request comes from."""

import re
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([\d.]+):\d+")
"""Some proxies add the port, which is another one for every connection."""
NETWORK_BITS = 64
"""What a provider gives to one line at the least (RFC 6177)."""


def source() -> str:
    """Where the request came from, as far as the configured proxies can be trusted.

    Of an IPv6 address the network alone: a line has 2^64 addresses, and all are one source.
    """
    given = request.remote_addr or ""
    found = WITH_PORT.fullmatch(given)
    try:
        address = ip_address((found[1] or found[2]) if found else given)
    except ValueError:
        return given
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, NETWORK_BITS), strict=False))
