"""Follow the links of all pages as one role sees them, each kind of address once."""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs, urlsplit

import httpx
from litestar import Litestar

_HREF = re.compile(r'\b(?:href|hx-get)="(/[^"#]*)')
_LEFT = ("/static", "/sign-out", "/dev/mailbox")
# what tells two addresses of a kind apart, when a crawl looks closely
CLOSELY = ("wave", "publication", "form", "format")
# what a process of its own writes
FILES = ("/file", "/results/data.csv")


def patterns(app: Litestar, method: str = "GET") -> dict[str, re.Pattern[str]]:
    """Every address of the application, with what it matches."""
    return {
        route.path: re.compile(re.sub(r"\{[^}]*\}", "[^/]+", route.path))
        for route in app.routes
        if method in route.methods
    }


class Crawl:
    """What was asked for and answered."""

    def __init__(
        self, web: httpx.AsyncClient, *, apart: Iterable[str] = (), files: bool = True
    ) -> None:
        self.web = web
        self.files = files
        self.apart = frozenset(apart)
        self.known = patterns(web.app)
        self.replies: dict[str, int] = {}
        self.pages: dict[str, str] = {}
        self._kinds: set[object] = set()

    def kind(self, address: str) -> str | None:
        """Return the route that answers an address."""
        path = urlsplit(address).path
        if path in self.known:
            return path
        return next((one for one, found in self.known.items() if found.fullmatch(path)), None)

    async def follow(self, *starts: str) -> Mapping[str, int]:
        """Ask for these, and for all that they lead to; returns the status of each."""
        waiting = deque(starts)
        while waiting:
            address = waiting.popleft()
            if self.seen(address):
                continue
            reply = await self.web.get(address, follow_redirects=False)
            self.replies[address] = reply.status_code
            if "text/html" in reply.headers.get("content-type", ""):
                self.pages[address] = reply.text
                waiting.extend(html.unescape(one) for one in _HREF.findall(reply.text))
            elif "location" in reply.headers:
                waiting.append(reply.headers["location"])
        return self.replies

    def seen(self, address: str) -> bool:
        """Tell whether an address of this kind was asked for, and remember it."""
        if address.startswith(_LEFT):
            return True
        if not self.files and urlsplit(address).path.endswith(FILES):
            return True
        query = parse_qs(urlsplit(address).query)
        apart = tuple((name, *query[name]) for name in sorted(query) if name in self.apart)
        kind = (self.kind(address), tuple(sorted(query)), apart)
        known = kind in self._kinds
        self._kinds.add(kind)
        return known
