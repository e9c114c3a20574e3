"""Determines the network that a request comes from."""

import re
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([\d.]+):\d+")
"""Some proxies append the port, which differs between connections."""
NETWORK_BITS = 64
"""The smallest network that providers assign to a line (RFC 6177)."""


def source() -> str:
    """Source address of the request, as reported by trusted proxies.

    For IPv6 its /64 network, because a single line has 2^64 addresses.
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
