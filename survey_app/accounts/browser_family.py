"""What somebody knows a session by: the family of its browser, as the browser told at signing in.

Families alone, no versions: enough to tell one's phone from a guard room's PC, and no more is kept.
"""

from __future__ import annotations

from typing import Any, Final

from litestar.connection import ASGIConnection

# in order: most call themselves what they are not, too
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def browser_family(user_agent: str) -> str:
    """Return browser and system, such as «Firefox, Windows»; empty where neither is known."""
    found = (
        next((name for sign, name in signs if sign in user_agent), "")
        for signs in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(filter(None, found))


def browser_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the family of the browser that a request comes from."""
    return browser_family(connection.headers.get("user-agent", ""))
