"""The open results: no account, no cookie, no choice but the language."""

from datetime import UTC
from email.utils import format_datetime
from typing import Any, Final

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from survey_app.publications.records import records
from survey_app.reading.exports.scope import OPEN_LEVELS
from survey_app.reading.open_survey import newest_open_survey
from survey_app.reading.reports.press import BusyError, PressError
from survey_app.reading.reputation.measures import note_of
from survey_app.reading.results.described import can_describe, catalogue
from survey_app.reading.results.feed import MEDIA_TYPE, feed
from survey_app.reading.results.open_data import open_file
from survey_app.reading.results.open_facts import CATALOGUES
from survey_app.reading.results.open_files import FILES
from survey_app.reading.results.overview import newest_unshown, open_public, open_staff
from survey_app.reading.results.share import card, card_of, share_file
from survey_app.reading.results.unit import open_unit
from survey_app.reading.retracted import refuse_retracted
from survey_app.reading.waves import told_retractions
from survey_app.shared import clock
from survey_app.shared.i18n import Language, as_language
from survey_app.shared.negotiation import accepted_encodings, has_already, takes_gzip
from survey_app.shared.pages import LANG, language_of, page

# pages of others may fetch the open figures and their description; nothing else here
FOR_EVERYBODY: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
}


@get("/results")
async def results(request: Request[Any, Any, Any]) -> Response[str]:
    """Show what everybody may see."""
    at, lang = clock.now(), language_of(request)
    staff = await open_staff(lang, at)
    public = await open_public(lang, at)
    settings = request.app.state.settings
    context = {
        "staff": staff,
        "public": public,
        "unshown": [
            (population, one)
            for population, part in (("staff", staff), ("public", public))
            if part is None and (one := await newest_unshown(population, lang, at))
        ],
        "open": await newest_open_survey(lang, at),
        "taken_back": [
            *(said for one in (staff, public) if one for said in one.wave.compared_before(lang)),
            *await told_retractions(OPEN_LEVELS, lang, at, everybody=True),
        ],
        "card": card(staff, public, lang, demo=settings.demo),
        "next": await _next_results(request),
        "records": await records(at=at),
        "note_of": note_of,
        "described": can_describe(await _contact(request)),
    }
    return page(request, "results/overview.html", context)


@get("/results/unit/{code:str}")
async def unit(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """Show a unit to its own people, where the agency opens figures of units."""
    units_from = request.app.state.settings.open_units_from
    view = await open_unit(code, language_of(request), clock.now(), units_from)
    if view is None:
        raise NotFoundException
    # for the staff, not for search engines
    headers = {"X-Robots-Tag": "noindex"}
    return page(request, "results/unit.html", {"view": view}, headers=headers)


@get([f"/results/{name}" for name in FILES])
async def data(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the open figures as a file."""
    name = request.url.path.rpartition("/")[2]
    try:
        secret = request.app.state.settings.secret()
        found = await open_file(name, language_of(request), clock.now(), secret)
    except (BusyError, PressError):
        return _later()
    if found is None:
        await refuse_retracted("", OPEN_LEVELS, clock.now(), least_open=1)
        raise NotFoundException
    zipped = takes_gzip(accepted_encodings(request))
    tag = f'"{found.tag}{"-gzip" if zipped else ""}"'
    headers = {
        **FOR_EVERYBODY,
        "Content-Disposition": f'inline; filename="verdibarometer-{name}"',
        "Last-Modified": format_datetime(found.changed.astimezone(UTC), usegmt=True),
        "ETag": tag,
        "Vary": "Accept-Encoding",
    }
    if has_already(request.headers.get("if-none-match", ""), tag):
        return Response(b"", status_code=304, headers=headers)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    content = found.zipped if zipped else found.plain
    return Response(content, media_type=found.media_type, headers=headers)


@get("/results/feed.xml")
async def show_feed(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Tell programs that follow it what was released for everybody."""
    base = request.app.state.settings.base_url
    content = await feed(base, _asked_language(request), clock.now())
    headers = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


@get("/results/share.png")
async def give_share_picture(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the picture that stands beside a shared link."""
    chosen = request.app.state.settings
    shown = await card_of(_asked_language(request), clock.now(), demo=chosen.demo)
    try:
        content = await share_file(shown, chosen.secret())
    except (BusyError, PressError):
        return _later()
    return Response(
        content,
        media_type="image/png",
        # made to be shown on pages of others
        headers={
            "Cache-Control": "public, max-age=300",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )


@get([f"/results/{name}" for name in CATALOGUES])
async def catalog(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Describe the open data to catalogues (DCAT-AP-NO)."""
    name = request.url.path.rpartition("/")[2]
    contact = await _contact(request)
    content = await catalogue(name, contact, request.app.state.settings, clock.now())
    if not content:
        raise NotFoundException
    return Response(
        content,
        media_type=CATALOGUES[name][1],
        headers=FOR_EVERYBODY,
    )


def _asked_language(request: Request[Any, Any, Any]) -> Language:
    """Return the language of the address alone: a cache gives everybody what it was given once."""
    return as_language(request.query_params.get(LANG))


def _later() -> Response[bytes]:
    return Response(b"", status_code=503, headers={"Retry-After": "60"})


async def _contact(request: Request[Any, Any, Any]) -> str:
    """Ask whom people may turn to; ``app.py`` gives the function as ``state.contact``."""
    ask = request.app.state.get("contact")
    return str(await ask()) if ask else ""


async def _next_results(request: Request[Any, Any, Any]) -> str:
    """Ask when the next results come; ``app.py`` gives the function as ``state.next_results``."""
    ask = request.app.state.get("next_results")
    return str(await ask(language_of(request))) if ask else ""


HANDLERS = [results, unit, data, show_feed, give_share_picture, catalog]
