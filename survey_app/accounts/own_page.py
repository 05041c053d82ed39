"""Where a form may lead on to: a page of this site, and nowhere else."""

from urllib.parse import urlsplit


def own_page(address: str) -> str:
    """Return ``address`` if it is a path on this site, else the front page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"  # a host that is none, such as «//[»
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and not parts.netloc and not parts.scheme else "/"
