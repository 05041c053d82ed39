"""The strategy page, for everybody who is signed in."""

from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from survey_app.accounts.guards import requires
from survey_app.reading.strategy.lines import LOOK_BACK
from survey_app.reading.strategy.overview import strategy_page
from survey_app.reading.strategy.revisions import BECAME, revisions_page
from survey_app.reading.strategy_text import library
from survey_app.reading.waves import told_retractions
from survey_app.shared import clock
from survey_app.shared.pages import language_of, page


@get("/strategy", guards=[requires()])
async def strategy(
    request: Request[Any, Any, Any], revision: FromQuery[str | None] = None
) -> Response[str]:
    """Show every statement with the items that measure it, or beside another revision."""
    lang = language_of(request)
    if revision is None or revision == library().strategy.revision:
        view = await strategy_page(lang, clock.now())
        changed = [one.wave for one in view.levels if one.change is not None]
        before = dict.fromkeys(said for wave in changed for said in wave.compared_before(lang))
        back = [*before, *await told_retractions(LOOK_BACK, lang, clock.now())]
        return page(request, "strategy/overview.html", {"view": view, "taken_back": back})
    revisions = revisions_page(revision, lang)
    if revisions is None:
        raise NotFoundException
    return page(request, "strategy/revisions.html", {"view": revisions, "became": BECAME})


HANDLERS = [strategy]
