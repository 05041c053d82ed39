"""The workplace page."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from litestar import Request, Response, get
from litestar.params import FromQuery

from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.events.kinds import Side
from survey_app.reading import kinds
from survey_app.reading.events.permissions import sees
from survey_app.reading.nothing_yet import nothing_yet
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.waves import Wave, chosen, told_retractions, waves
from survey_app.reading.workplace.overview import ShownWaves, asking
from survey_app.reading.workplace.overview import workplace as put_together
from survey_app.shared import clock
from survey_app.shared.choices import shows
from survey_app.shared.i18n import N_
from survey_app.shared.numbers import percent_interval
from survey_app.shared.pages import language_of, page

READERS = requires(Role.HR, Role.LEADER, Role.REPRESENTATIVE, Role.COMMUNICATIONS, Role.ANALYST)


class Measured(NamedTuple):
    """Which sides the agency measures; of the other the page says nothing."""

    inside: bool
    outside: bool


@get("/workplace", guards=[READERS])
async def show_workplace(
    request: Request[Any, Any, Any],
    staff: FromQuery[str | None] = None,
    public: FromQuery[str | None] = None,
    candidates: FromQuery[str | None] = None,
    compare_staff: FromQuery[str | None] = None,
    compare_public: FromQuery[str | None] = None,
) -> Response[str]:
    """Show the workplace from inside and from outside."""
    at, lang = clock.now(), language_of(request)
    staff_waves = await waves("staff", at)
    inside = asking(staff_waves, kinds.staff().workplace)
    public_waves = await waves("public", at)
    outside = asking(public_waves, kinds.public().attractive)
    applying = asking(await waves("candidates", at), kinds.candidates().attractive)
    measured = Measured(bool(kinds.staff().workplace), bool(kinds.public().attractive))
    if not inside and not outside:
        return await nothing_yet(
            request,
            "staff",
            N_("Arbeidsplass"),
            "/workplace/progress",
            others=bool(staff_waves or public_waves),
            asked=measured.inside or measured.outside,
        )
    of_staff = chosen(inside, staff) if inside else None
    recommending = asking(staff_waves, kinds.staff().recommend)
    asked = ShownWaves(
        staff=of_staff,
        public=chosen(outside, public) if outside else None,
        candidates=chosen(applying, candidates) if applying else None,
        # every pulse asks: the newest, unless the reader has chosen a wave of staff
        recommending=of_staff if staff and of_staff in recommending else _last(recommending),
        since_staff=compare_staff,
        since_public=compare_public,
    )
    reader = signed_in(request)
    places = _places(reader.role if reader else None)
    seen = [side for side in Side if reader and sees(reader, side)]
    view = await put_together(asked, places, lang, at, seen)
    shows(
        request,
        compare_staff=view.inside.compare.told if view.inside else "",
        compare_public=view.outside.compare.told if view.outside else "",
    )
    parts = {"staff": view.inside, "public": view.outside, "candidates": view.candidates}
    context = {
        "view": view,
        # of whom nothing stands any more; the others' parts say it themselves
        "taken_back": await told_retractions([of for of in parts if not parts[of]], lang, at),
        "measured": measured,
        "percent_interval": percent_interval,
        "staff_options": [(w.key, w.label("name", lang)) for w in reversed(inside)],
        "public_options": [(w.key, w.label("name", lang)) for w in reversed(outside)],
        "candidate_options": [(w.key, w.label("name", lang)) for w in reversed(applying)],
    }
    return page(request, "workplace/overview.html", context, fragment="workplace/_overview.html")


@get("/workplace/progress", guards=[READERS])
async def workplace_progress(request: Request[Any, Any, Any]) -> Response[str]:
    """Show how far the next publication has come; asked for again every few seconds."""
    return await nothing_yet(
        request,
        "staff",
        N_("Arbeidsplass"),
        "/workplace/progress",
        fragment="reading/progress.html",
    )


def _last(series: Sequence[Wave]) -> Wave | None:
    return series[-1] if series else None


def _places(role: Role | None) -> Callable[[Domain], bool]:
    """Let HR and analysts read of regions; others of the whole."""
    levels = {AGENCY, "region"} if role in {Role.HR, Role.ANALYST} else {AGENCY}
    return lambda domain: domain.level in levels


HANDLERS = [show_workplace, workplace_progress]
