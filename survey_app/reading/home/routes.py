"""The first page: news for agency roles, the own unit for leaders and representatives."""

from typing import Any

from litestar import Request, Response, get

from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import UNIT_ROLES, further
from survey_app.reading.actions.tasks import tasks_of
from survey_app.reading.comments.waiting import turns_of
from survey_app.reading.culture.routes import culture_of
from survey_app.reading.home.desk import desk_of
from survey_app.reading.home.overview import news, population_briefs, tile_names
from survey_app.reading.nothing_yet import none_published, nothing_yet
from survey_app.reading.progress import computing
from survey_app.reading.waves import told_retractions, waves
from survey_app.shared import clock
from survey_app.shared.i18n import N_
from survey_app.shared.pages import language_of, page


@get("/", guards=[requires()])
async def home(request: Request[Any, Any, Any]) -> Response[str]:
    """Show what is new for the reader."""
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    request.state.desk = await desk_of(request)
    if reader.role in UNIT_ROLES:
        series = await waves("staff", clock.now())
        if not series:
            return await nothing_yet(request, "staff", N_("Min enhet"), "/culture/progress")
        return await culture_of(request, series, None, None, None)
    lang = language_of(request)
    found = await news(reader.role, lang, clock.now())
    told_of = [one.population for one in population_briefs(reader.role)]
    context = {
        "news": found,
        "names": tile_names(),
        "taken_back": [
            *(said for one in found for said in one.wave.compared_before(lang)),
            *await told_retractions(told_of, lang, clock.now()),
        ],
        "today": clock.today(),
        "awaited": await none_published(told_of, clock.now()),
        "tasks": await tasks_of(request),
        "turns": await turns_of(reader),
        "computing": await computing(request, "staff"),
        "entries": further(reader.role),
    }
    return page(request, "home/overview.html", context)


HANDLERS = [home]
