"""Where a form may lead on to: a page of this site, and nowhere else."""

from urllib.parse import quote_plus, urlsplit

LONGEST = 3000
"""Bytes of such an address in another one: with more, the head of a reply would be larger than the
4,096 that proxies take, who then count the process that made it as broken and leave it out."""


def own_page(address: str) -> str:
    """Return ``address`` if it is a path on this site and not too long, else the front page."""
    if len(quote_plus(address)) > LONGEST:
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"  # a host that is none, such as «//[»
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and not parts.netloc and not parts.scheme else "/"
