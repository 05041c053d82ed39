"""The page that tells the rule."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get

from analytics.comparison.margins import SURE, SURE_OF_STEADY
from survey_app.reading.method.rates import MOST_UNDER_HALF, SIMULATED, decided
from survey_app.reading.method.silence import read_coverage
from survey_app.shared.agency import agency
from survey_app.shared.pages import page

_SURE: Final = {"sure": SURE, "sure_of_steady": SURE_OF_STEADY}


@get("/method")
async def method(request: Request[Any, Any, Any]) -> Response[str]:
    """Say when a change is called one, and how often that is wrong."""
    from analytics.nonresponse.assumption import WITHIN  # noqa: PLC0415 - large, and seldom needed

    return page(
        request,
        "method/method.html",
        {
            "rule": _SURE,
            # of waves that open from now on; results say by which they were decided
            "margins": agency().margins,
            "simulated": SIMULATED,
            "rates": decided(),
            "most_under_half": MOST_UNDER_HALF,
            "within": WITHIN,
            "coverage": read_coverage(),
        },
    )


HANDLERS = [method]
