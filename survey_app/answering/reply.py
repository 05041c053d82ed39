"""The replies of answering routes: no cookie, not stored, no referrer, the same for everybody."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import urlencode, urlsplit

from survey_app.shared.finished_reply import Reply
from survey_app.shared.i18n import Language
from survey_app.shared.negotiation import takes_gzip
from survey_app.shared.pages import HEADERS

PRIVATE = {
    **HEADERS,
    # nothing stays behind on a shared PC, and the link is told to nobody
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
MOST_KEPT = 512
TYPED = "typed"  # in the address of whom a typed code led here
_HTML = {**PRIVATE, "Content-Type": "text/html; charset=utf-8", "Vary": "accept-encoding"}


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered page in the two ways it travels; with one alone it goes as it is."""

    plain: bytes
    zipped: bytes | None


def as_page(html: str) -> Page:
    """Encode a page, once for all who get the same."""
    plain = html.encode()
    # mtime=0: the same page is the same bytes, without a clock in them
    return Page(plain, gzip.compress(plain, 6, mtime=0))


def show(page: Page, accepts: str, *, status: int = 200, ballots: str = "") -> Reply:
    """Answer with a page, compressed where the browser can read that.

    Parameters
    ----------
    page : Page
    accepts : str
        The request's ``Accept-Encoding``.
    ballots : str
        Where the page's script sends ballots, if that may be another host.
    """
    zipped = page.zipped if takes_gzip(accepts) else None
    headers = _headers(ballots, zipped=zipped is not None)
    return Reply(status, headers, page.plain if zipped is None else zipped)


def in_a_minute(reply: Reply) -> Reply:
    """Add to a reply when to try again."""
    return Reply(reply.status, [*reply.headers, (b"retry-after", b"60")], reply.body)


@cache
def _headers(ballots: str, *, zipped: bool) -> list[tuple[bytes, bytes]]:
    headers = _HTML | ({"Content-Encoding": "gzip"} if zipped else {})
    host = urlsplit(ballots)
    if host.netloc:
        reached = f"connect-src 'self' {host.scheme}://{host.netloc}"
        policy = headers["Content-Security-Policy"].replace("connect-src 'self'", reached)
        headers |= {"Content-Security-Policy": policy}
    return _raw(headers)


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), text.encode()) for name, text in headers.items()]


def go_to(path: str, language: Language | None, **query: str) -> Reply:
    """Answer a form with 303, so that reloading sends nothing twice.

    Without a language the next page chooses its own.
    """
    asked = urlencode(query | ({"lang": language} if language else {}))
    address = f"{path}?{asked}" if asked else path
    return Reply(303, _raw({**PRIVATE, "Location": address}), b"")


@lru_cache(maxsize=MOST_KEPT)
def go_after(
    path: str, language: Language, survey: str, *, card: bool = False, typed: bool = False
) -> Reply:
    """Answer a form as `go_to` does, to a page of a survey that is the same for all who sent one.

    It is remembered, so no address comes here that is anybody's own.
    """
    told = {"card": card, TYPED: typed}
    said = {name: "yes" for name, holds in told.items() if holds}
    return go_to(path, language, survey=survey, **said)
