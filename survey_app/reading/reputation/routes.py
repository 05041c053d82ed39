"""The reputation page."""

from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.reading.decided import decided_of
from survey_app.reading.nothing_yet import nothing_yet
from survey_app.reading.open_survey import newest_open_survey
from survey_app.reading.progress import computing
from survey_app.reading.reputation.measures import asked_of_some, note_of
from survey_app.reading.reputation.overview import reputation as put_together
from survey_app.reading.reputation.stakeholders import POPULATION, stakeholder_groups
from survey_app.reading.rows import AGENCY
from survey_app.reading.verdicts import rule_of
from survey_app.reading.waves import chosen, published, waves
from survey_app.shared import clock
from survey_app.shared.asked import asks
from survey_app.shared.choices import shows
from survey_app.shared.i18n import N_
from survey_app.shared.pages import language_of, page

READERS = requires(Role.COMMUNICATIONS, Role.ANALYST)
PUBLIC = "public"


@get("/reputation", guards=[READERS])
async def show_reputation(
    request: Request[Any, Any, Any],
    wave: FromQuery[str | None] = None,
    index: FromQuery[str | None] = None,
    group: FromQuery[str | None] = None,
    compare: FromQuery[str | None] = None,
) -> Response[str]:
    """Show how the public sees the agency."""
    at, lang = clock.now(), language_of(request)
    series = await waves(PUBLIC, at)
    if not series:
        ways = [("/reputation/stakeholders", N_("Interessentene"))] if asks(POPULATION) else []
        return await nothing_yet(request, PUBLIC, N_("Omdømme"), "/reputation/progress", ways=ways)
    picked = chosen(series, wave)
    shown = await published(picked, at)
    view = await put_together(shown, picked, index, group, lang, at, compare)
    if view is None:
        raise NotFoundException
    shows(request, index=view.chosen, group=view.group, compare=view.compare.told)
    context = {
        "wave": picked,
        "wave_options": [(w.key, w.label("name", lang)) for w in reversed(series)],
        "view": view,
        "decided": decided_of(shown, series, picked),
        "rule": rule_of(shown.margins, AGENCY, shown.decided_by),
        "within": shown.within,
        "group_limit": shown.content["limits"]["public_group"],
        "alikeness": shown.alikeness,
        "note_of": note_of,
        "asked_of_some": asked_of_some,
        "open": await newest_open_survey(lang, at),
        "computing": await computing(request, PUBLIC),
    }
    return page(request, "reputation/overview.html", context, fragment="reputation/_overview.html")


@get("/reputation/progress", guards=[READERS])
async def reputation_progress(request: Request[Any, Any, Any]) -> Response[str]:
    """Show how far the next publication has come; asked for again every few seconds."""
    return await nothing_yet(
        request, PUBLIC, N_("Omdømme"), "/reputation/progress", fragment="reading/progress.html"
    )


@get("/reputation/stakeholders", guards=[READERS])
async def stakeholders(request: Request[Any, Any, Any]) -> Response[str]:
    """Show what stakeholders were asked, group by group."""
    at, lang = clock.now(), language_of(request)
    series = await waves(POPULATION, at)
    if not series:
        reader = signed_in(request)
        # an analyst asks nobody
        runs = reader is not None and reader.role is Role.COMMUNICATIONS and asks(POPULATION)
        return await nothing_yet(
            request,
            POPULATION,
            N_("Interessentene"),
            "/reputation/stakeholders/progress",
            ways=[("/waves/new#h-stakeholders", N_("Ny kampanje"))] if runs else [],
        )
    context = {
        "groups": await stakeholder_groups(series, lang, at),
        "taken_back": series[-1].of_others(lang),
    }
    return page(
        request,
        "reputation/stakeholders.html",
        context,
        fragment="reputation/_stakeholders.html",
    )


@get("/reputation/stakeholders/progress", guards=[READERS])
async def stakeholders_progress(request: Request[Any, Any, Any]) -> Response[str]:
    """Show how far the next publication has come; asked for again every few seconds."""
    return await nothing_yet(
        request,
        POPULATION,
        N_("Interessentene"),
        "/reputation/stakeholders/progress",
        fragment="reading/progress.html",
    )


HANDLERS = [show_reputation, reputation_progress, stakeholders, stakeholders_progress]
