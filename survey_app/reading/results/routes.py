"""The open results: no account, no cookie, no choice but the language."""

from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from survey_app.publications.records import records
from survey_app.reading.results.open_data import FILES, open_file
from survey_app.reading.results.overview import (
    GOALS,
    PUBLIC,
    STAFF,
    VALUES,
    open_part,
)
from survey_app.shared import clock
from survey_app.shared.pages import language_of, page


@get("/results")
async def results(request: Request[Any, Any, Any]) -> Response[str]:
    """Show what everybody may see."""
    at, lang = clock.now(), language_of(request)
    context = {
        "staff": await open_part("staff", STAFF, VALUES, lang, at),
        "public": await open_part("public", PUBLIC, GOALS, lang, at),
        "next": await _next_results(request),
        "records": await records(at=at),
    }
    return page(request, "results/overview.html", context)


@get([f"/results/{name}" for name in FILES])
async def data(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the open figures as a file."""
    name = request.url.path.rpartition("/")[2]
    content, media_type = await open_file(name, language_of(request), clock.now())
    if not content:
        raise NotFoundException
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="verdibarometer-{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _next_results(request: Request[Any, Any, Any]) -> date | None:
    """Ask when the next results come; ``app.py`` gives the function as ``state.next_results``."""
    ask = request.app.state.get("next_results")
    answer: date | None = await ask() if ask else None
    return answer


HANDLERS = [results, data]
