"""The page that tells the rule."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get

from analytics.comparison.verdict import MARGIN, SURE, SURE_OF_STEADY, UNIT_MARGIN
from survey_app.reading.how_we_decide.rates import decided
from survey_app.shared.pages import page

_RULE: Final = {
    "margin": MARGIN,
    "unit_margin": UNIT_MARGIN,
    "sure": SURE,
    "sure_of_steady": SURE_OF_STEADY,
}


@get("/how-we-decide")
async def how_we_decide(request: Request[Any, Any, Any]) -> Response[str]:
    """Say when a change is called one, and how often that is wrong."""
    return page(request, "how_we_decide/how_we_decide.html", {"rule": _RULE, "rates": decided()})


HANDLERS = [how_we_decide]
