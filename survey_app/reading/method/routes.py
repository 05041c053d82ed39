"""The page that tells the rule."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromQuery

from analytics.comparison.margins import SURE, SURE_OF_STEADY, WAVES_READ
from analytics.courses.priors import FEW_WAVES
from questionnaires.margins import Margins
from survey_app.publications.errors import NotOnShelfError, RetractedError
from survey_app.publications.formats import margins_in
from survey_app.publications.shelf import find_head
from survey_app.reading.method.rates import MOST_UNDER_HALF, SIMULATED, decided
from survey_app.reading.method.silence import read_coverage
from survey_app.reading.method.strangers import strangers
from survey_app.shared import clock
from survey_app.shared.agency import agency
from survey_app.shared.choices import shows
from survey_app.shared.pages import page

_SURE: Final = {
    "sure": SURE,
    "sure_of_steady": SURE_OF_STEADY,
    "waves": WAVES_READ,
    "few": FEW_WAVES,
}


@get("/method")
async def method(
    request: Request[Any, Any, Any], publication: FromQuery[str] = ""
) -> Response[str]:
    """Say when a change is called one, and how often that is wrong.

    With the id of a publication, by its margins; else by those of waves that open from now on.
    """
    from analytics.nonresponse.assumption import WITHIN  # noqa: PLC0415 - large, and seldom needed

    own = await _margins_of(publication) if publication else None
    shows(request, publication=publication if own else "")
    return page(
        request,
        "method/method.html",
        {
            "rule": _SURE,
            "margins": own or agency().margins,
            "now": agency().margins,
            "simulated": SIMULATED,
            "rates": decided(),
            "hard": strangers(),
            "most_under_half": MOST_UNDER_HALF,
            "within": WITHIN,
            "coverage": read_coverage(),
        },
    )


async def _margins_of(publication: str) -> Margins | None:
    """Return the margins of a released publication; None where none of this id stands."""
    try:
        found = await find_head(publication, at=clock.now())
    except (NotOnShelfError, RetractedError):
        return None
    return margins_in(found.head)


HANDLERS = [method]
