"""``/reports``: choose a survey, a place, a language and a format, and take the file."""

from typing import Any, Final, Literal

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn
from survey_app.publications.shelf import raw_content
from survey_app.reading.decided import find_margins_before
from survey_app.reading.events.placed import events_in
from survey_app.reading.exports.formats import DEFAULT_TABLE, FORMATS, TableOrder, takes_series
from survey_app.reading.exports.names import file_name, media_type
from survey_app.reading.exports.scope import Part, part_for, part_of_unit
from survey_app.reading.exports.series import earlier_waves
from survey_app.reading.nothing_yet import none_published
from survey_app.reading.reports.choices import (
    OF_ROLE,
    find_named,
    lay_out_form,
    waves_to_take_out,
    whole_asked_for,
)
from survey_app.reading.reports.compose import NoReport, Order, compose_report
from survey_app.reading.reports.press import PRESS, BusyError, PressError
from survey_app.reading.reports.sheet import compose_sheet
from survey_app.reading.rows import AGENCY
from survey_app.reading.scope import place as place_of
from survey_app.reading.scope import visible
from survey_app.reading.waves import Wave, published, told_retractions
from survey_app.shared import clock
from survey_app.shared.choices import shows
from survey_app.shared.i18n import N_, Language, as_language, translator
from survey_app.shared.pages import language_of, page

READERS = requires(Role.HR, Role.COMMUNICATIONS, Role.LEADER, Role.REPRESENTATIVE, Role.ANALYST)
Form = Literal["pdf", "sheet", "pptx", "xlsx", "csv", "csv-excel", "parquet", "json-stat", "ddi"]
UNAVAILABLE: Final = 503

_BUSY: Final = N_(
    "Mange rapporter lages akkurat nå. Prøv igjen om et minutt. Valgene dine står i adressen."
)
_FAILED: Final = N_(
    "Filen kunne ikke lages. Feilen er vår. Tabellene kan lastes ned som Excel eller CSV så lenge."
)
_NO_REPORT: Final = N_(
    "Av denne målingen lages det ingen rapport. Tabellene kan lastes ned som Excel eller CSV."
)


@get("/reports", guards=[READERS])
async def reports(
    request: Request[Any, Any, Any],
    publication: FromQuery[str] = "",
    unit: FromQuery[str | None] = None,
    format: FromQuery[Form] = "pdf",  # noqa: A002 - the word in the address
    language: FromQuery[str] = "",
) -> Response[str]:
    """Show the form."""
    lang = language_of(request)
    reader = _reader(request)
    found = await lay_out_form(reader, publication, unit, format, lang, clock.now())
    if found is not None:
        shown = publication if found.named else found.wave.publication
        shows(request, publication=shown, unit=found.place, format=found.form)
    told_of = OF_ROLE.get(reader.role, ())
    context = {
        "choices": found,
        "language": as_language(language, lang),
        "awaited": await none_published(told_of, clock.now()),
        "taken_back": await told_retractions(told_of, lang, clock.now()),
    }
    return page(request, "reports/page.html", context, fragment="reports/_choices.html")


@get("/reports/file", guards=[READERS])
async def report_file(
    request: Request[Any, Any, Any],
    publication: FromQuery[str],
    unit: FromQuery[str | None] = None,
    format: FromQuery[Form] = "pdf",  # noqa: A002
    language: FromQuery[str] = "",
) -> Response[Any]:
    """Give a file; it is written in a process of its own."""
    reader, lang = _reader(request), as_language(language, language_of(request))
    wave = await _wave(reader, publication)
    try:
        content = await _content(request, reader, wave, unit, format, lang)
    except NoReport:
        return _sorry(request, _NO_REPORT, 404)
    except BusyError:
        return _sorry(request, _BUSY, UNAVAILABLE)
    except PressError:
        return _sorry(request, _FAILED, UNAVAILABLE)
    name = file_name(wave, format, lang, unit=unit or "").encode("ascii", "replace").decode()
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=media_type(format), headers=headers)


async def _content(
    request: Request[Any, Any, Any],
    reader: SignedIn,
    wave: Wave,
    unit: str | None,
    form: str,
    lang: Language,
) -> bytes:
    at = clock.now()
    shown = await published(wave, at)
    staff = shown.content["campaign"]["population"] == "staff"
    place = place_of(reader, shown, unit, request.url.path) if staff else whole_asked_for(shown)
    if form in FORMATS:
        part: Part = part_for(reader, wave, shown)
        if place.level != AGENCY:
            part = part_of_unit(wave, shown, place)
        events = await events_in(part.domains, shown, lang, until=wave.day)
        series = await earlier_waves(part, at) if takes_series(form, DEFAULT_TABLE) else ()
        order = TableOrder(
            form,
            lang,
            wave,
            part.scope,
            events=events,
            series=series,
            margins_before=await find_margins_before(part.population, wave, at),
        )
        return await PRESS.write("table", order, await raw_content(wave.publication, at=at))
    asked = Order(wave, shown, place, visible(reader, shown), lang, at)
    if form == "sheet":
        if place.level != "unit":
            raise NoReport(wave)
        sheet = await compose_sheet(asked, request.app.state.settings.base_url)
        return await PRESS.write(form, sheet)
    return await PRESS.write(form, await compose_report(asked))


async def _wave(reader: SignedIn, publication: str) -> Wave:
    """Find a wave among those that the reader may take out; others look as if they were not."""
    at = clock.now()
    found = await find_named(reader, await waves_to_take_out(reader, at), publication, at)
    if found is None:
        raise NotFoundException
    return found[1]


def _reader(request: Request[Any, Any, Any]) -> SignedIn:
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    return reader


def _sorry(request: Request[Any, Any, Any], sentence: str, status: int) -> Response[str]:
    gettext = translator(language_of(request)).gettext
    query = f"?{request.url.query}" if request.url.query else ""
    context = {
        "heading": gettext(N_("Filen er ikke klar")),
        "sentence": gettext(sentence),
        "address": f"/reports{query}",
        "link": gettext(N_("Tilbake til rapportene")),
    }
    headers = {"Retry-After": "60"} if status == UNAVAILABLE else None
    return page(request, "shared/message.html", context, status=status, headers=headers)


HANDLERS = [reports, report_file]
