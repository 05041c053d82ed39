"""The address of a service that is handed what only it may see."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_NOT_WRITTEN: Final = re.compile(r"[\x00-\x20\x7f]")


def is_service_address(text: str) -> bool:
    """Tell whether a request can be made to an address, and never in the clear.

    Examples
    --------
    >>> is_service_address("https://sms.example.org/send"), is_service_address("http://localhost:9")
    (True, True)
    >>> is_service_address("http://sms.example.org"), is_service_address("https://a:b/")
    (False, False)
    """
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it raises where it is no number
    except ValueError:
        return False
    here = parts.scheme == "http" and parts.hostname in _HERE
    whole = bool(parts.hostname) and not _NOT_WRITTEN.search(text)
    return whole and (parts.scheme == "https" or here)


def refuse_odd_port(address: str | None) -> str | None:
    """Return an address whose port, if it has one, is a number; several hosts are the driver's.

    Raises
    ------
    ValueError
        Without the port's own words: where a sign is not written as it must be, they are a
        password's.
    """
    parts = urlsplit(address or "")
    try:
        "," in parts.netloc or parts.port  # noqa: B018 - reading it raises where it is no number
    except ValueError:
        raise ValueError(
            "must have a number as its port; signs such as @, : and / in a password are written as"
            " %40, %3A and %2F"
        ) from None
    return address
