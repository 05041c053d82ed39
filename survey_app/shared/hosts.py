"""Which host an address names, however it was written."""

from __future__ import annotations

from urllib.parse import urlsplit


def host_in(address: str) -> str:
    """Return host and port of an address; empty where it names none, or is no address.

    Examples
    --------
    >>> host_in("https://barometer.example.org:8443"), host_in("null"), host_in("http://[")
    ('barometer.example.org:8443', '', '')
    """
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""
