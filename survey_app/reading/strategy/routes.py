"""The strategy page, for everybody who is signed in."""

from typing import Any

from litestar import Request, Response, get

from survey_app.accounts.guards import requires
from survey_app.reading.strategy.overview import strategy_page
from survey_app.shared import clock
from survey_app.shared.pages import language_of, page


@get("/strategy", guards=[requires()])
async def strategy(request: Request[Any, Any, Any]) -> Response[str]:
    """Show every statement with the items that measure it."""
    lang = language_of(request)
    return page(request, "strategy/overview.html", {"view": await strategy_page(lang, clock.now())})


HANDLERS = [strategy]
