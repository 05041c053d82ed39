"""Which network a request came from, also behind proxies that the installation trusts.

It is asked for where tries are limited, and nowhere else; nothing keeps what it returns in the
clear. What a proxy says is believed as far as the chain of trusted ones reaches: the right-most
address that is none of theirs. What stands left of that, anybody can have written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network
ONE_LINE = 64  # bits: what one subscriber of IPv6 has at least
_QUOTED = r'"(?:\\.|[^"\\])*+"'
# where each quotation mark has its other one, nothing below is looked at twice
_PAIRED = re.compile(rf'(?:{_QUOTED}|[^"])*+')
_HOPS = re.compile(rf'(?:{_QUOTED}|[^,"])++')
_PAIRS = re.compile(rf'(?:{_QUOTED}|[^;"])++')
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](?::\d+)?|(?P<four>[\d.]+):\d+")


def network_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the IPv4 address, or the /64 of the IPv6 address, that a request came from."""
    peer = request.client.host if request.client else ""
    trusted: Sequence[Network] = request.app.state.settings.trusted_proxies
    found = _parsed(peer)
    if found and _within(found, trusted):
        # who writes what tells nobody is counted under the proxy, with all who do
        found = _told(request, trusted) or found
    return _line_of(found) if found else peer


def comes_from(request: Request[Any, Any, Any], allowed: Sequence[Network]) -> bool:
    """Tell whether a request comes from one of some networks, told by nobody who is not trusted.

    What came through a proxy that is not in the settings comes from the proxy's own address: such
    a request is refused, or a forgotten setting would let everybody in.
    """
    peer = _parsed(request.client.host if request.client else "")
    trusted: Sequence[Network] = request.app.state.settings.trusted_proxies
    if peer is None or not allowed:
        return False
    if any(_lines(request)):
        # what tells nobody may come from anywhere, also where the proxy itself may ask
        told = _told(request, trusted) if _within(peer, trusted) else None
        return told is not None and _within(told, allowed)
    return _within(peer, allowed)


def _lines(request: ASGIConnection[Any, Any, Any, Any]) -> tuple[str, str]:
    headers = request.headers
    return (
        ",".join(headers.getall("x-forwarded-for", [])).strip(", "),
        ",".join(headers.getall("forwarded", [])).strip(", "),
    )


def _told(
    request: ASGIConnection[Any, Any, Any, Any], trusted: Sequence[Network]
) -> Address | None:
    """Return whom the headers name; None where they name nobody, or contradict each other.

    A proxy writes one of the two and may hand on the other as its client wrote it: so all who
    forge one are counted together.
    """
    lines = _lines(request)
    if not all(_PAIRED.fullmatch(line) for line in lines):
        return None
    hops = _split(_HOPS, lines[0]), [_for(hop) for hop in _split(_HOPS, lines[1])]
    said = {_last_stranger(one, trusted) for one in hops if one}
    return said.pop() if len(said) == 1 else None


def _last_stranger(hops: Sequence[str], trusted: Iterable[Network]) -> Address | None:
    nearest = None
    for hop in reversed(hops):
        found = _parsed(hop)
        if found is None:
            break  # «unknown», or no address at all: beyond it nothing is known
        nearest = found
        if not _within(found, trusted):
            break
    return nearest


def _split(parts: re.Pattern[str], line: str) -> list[str]:
    return [part.strip() for part in parts.findall(line) if part.strip()]


def _for(hop: str) -> str:
    """Return the ``for`` of one element of ``Forwarded`` (RFC 7239); empty without one."""
    pairs = [pair.partition("=") for pair in _split(_PAIRS, hop)]
    found = [value.strip(' "') for name, _, value in pairs if name.strip().lower() == "for"]
    return found[0] if found else ""


def _parsed(written: str) -> Address | None:
    """Read an address, with or without a port; IPv4 inside IPv6 is IPv4."""
    within = _WITH_PORT.fullmatch(written)
    try:
        address = ip_address((within["six"] or within["four"]) if within else written)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _line_of(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((int(address), ONE_LINE), strict=False))
