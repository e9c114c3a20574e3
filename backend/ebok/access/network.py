"""Determines the network that a request comes from."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import request

WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([\d.]+):\d+")
"""Some proxies append the port, which differs between connections."""
NETWORK_BITS = 64
"""The smallest network that providers assign to a line (RFC 6177)."""


def source() -> str:
    """Source address of the request, as reported by trusted proxies.

    For IPv6 its /64 network, because a single line has 2^64 addresses.
    """
    address = _address()
    if address is None:
        return request.remote_addr or ""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, NETWORK_BITS), strict=False))


def comes_from(networks: Iterable[str]) -> bool:
    """Whether the request's own address, not its /64, lies in one of these networks."""
    address = _address()
    return address is not None and any(address in ip_network(each) for each in networks)


def _address() -> IPv4Address | IPv6Address | None:
    given = request.remote_addr or ""
    found = WITH_PORT.fullmatch(given)
    try:
        address = ip_address((found[1] or found[2]) if found else given)
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
