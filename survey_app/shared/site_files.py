"""The small files that programs ask any host for: what to leave alone, an icon, whom to warn.

And those that are the agency's own: its logo and its colours.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from survey_app.shared import clock
from survey_app.shared.agency import agency
from survey_app.shared.browser_code import show_code
from survey_app.shared.colour_sheet import ADDRESS as COLOURS
from survey_app.shared.colour_sheet import colour_sheet
from survey_app.shared.favicon import favicon
from survey_app.shared.i18n import first_language, languages
from survey_app.shared.logo import ADDRESS as LOGO
from survey_app.shared.pages import HEADERS

ROBOTS: Final = """\
# Personal links are nobody's business but their owner's; pages that open them also say noindex.
User-agent: *
Disallow: /answer/
Disallow: /stop/
Disallow: /subscriptions/stop/

Sitemap: {base}/sitemap.xml
"""
# what stands open for everybody and in every language; personal pages are in no list
OPEN_PAGES: Final = (
    "/results", "/actions/unit", "/method", "/verify", "/promise",
    "/promise/details", "/trustees", "/privacy", "/accessibility",
)  # fmt: skip
SECURITY: Final = "/.well-known/security.txt"
A_WHILE: Final = timedelta(days=180)  # RFC 9116 asks for less than a year
_A_DAY: Final = {**HEADERS, "Cache-Control": "public, max-age=86400"}
# nothing that stands in a drawing runs or fetches, also where somebody opens it by itself
_OF_DRAWING: Final = {
    "Cache-Control": "max-age=86400",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@get("/robots.txt", media_type="text/plain")
async def show_robots(request: Request[Any, Any, Any]) -> Response[str]:
    """Tell crawlers what to leave alone (RFC 9309), and where the list of open pages is."""
    text = ROBOTS.format(base=request.app.state.settings.base_url)
    return Response(text, media_type="text/plain", headers=_A_DAY)


@get("/sitemap.xml")
async def show_sitemap(request: Request[Any, Any, Any]) -> Response[str]:
    """List the pages that stand open for everybody, in each language (sitemaps.org 0.9)."""
    base = request.app.state.settings.base_url

    def address(path: str, language: str) -> str:
        return f"{base}{path}" + ("" if language == first_language() else f"?lang={language}")

    entries = [
        f"<url><loc>{address(path, mine)}</loc>"
        + "".join(
            f'<xhtml:link rel="alternate" hreflang="{other}" href="{address(path, other)}"/>'
            for other in languages()
        )
        + "</url>"
        for path in OPEN_PAGES
        for mine in languages()
    ]
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n' + "\n".join(entries) + "\n</urlset>\n"
    )
    return Response(text, media_type="application/xml", headers=_A_DAY)


@get("/favicon.ico")
async def show_icon() -> Response[bytes]:
    """Show our icon to programs that look for it here."""
    return Response(favicon(), media_type="image/x-icon", headers=_A_DAY)


@get(SECURITY)
async def show_security_contact(request: Request[Any, Any, Any]) -> Response[str]:
    """Tell whom to warn of a weakness (RFC 9116), where the agency has said so."""
    settings = request.app.state.settings
    if not settings.security_contact:
        raise NotFoundException
    expires = f"{clock.now().date() + A_WHILE:%Y-%m-%d}T00:00:00Z"
    hosts = dict.fromkeys(
        [settings.base_url, settings.answering_url, settings.balloting_url or settings.base_url]
    )
    lines = [
        f"Contact: {settings.security_contact}",
        f"Expires: {expires}",
        f"Preferred-Languages: {', '.join(languages())}",
        *(f"Canonical: {host}{SECURITY}" for host in hosts),
    ]
    text = "\n".join([*lines, ""])
    return Response(text, media_type="text/plain", headers=_A_DAY)


@get(LOGO)
async def show_logo() -> Response[bytes]:
    """Give the agency's logo, where it has one."""
    logo = agency().logo
    if logo is None:
        raise NotFoundException
    return Response(logo.content, media_type=logo.media, headers=_OF_DRAWING)


@get(COLOURS, media_type="text/css")
async def show_colours() -> Response[str]:
    """Give the agency's colours, where it has its own."""
    sheet = colour_sheet()
    if not sheet:
        raise NotFoundException
    return Response(sheet, media_type="text/css", headers={"Cache-Control": "max-age=86400"})


SITE_FILES: Final[list[Any]] = [show_robots, show_icon, show_security_contact, show_code]
