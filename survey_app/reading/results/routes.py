"""The open results: no account, no cookie, no choice but the language."""

from datetime import date
from typing import Any

from litestar import Request, Response, get

from survey_app.publications.records import records
from survey_app.reading.published import Published
from survey_app.reading.results.open_data import open_data
from survey_app.reading.results.overview import (
    GOALS,
    PUBLIC,
    STAFF,
    VALUES,
    open_part,
    open_waves,
)
from survey_app.reading.waves import Wave, published
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


@get("/results/data.csv", media_type="text/csv")
async def data() -> Response[str]:
    """Give the open figures as a file."""
    at = clock.now()
    parts: list[tuple[str, Wave, Published]] = [
        (population, wave, await published(wave, at))
        for population in ("staff", "public", "open")
        for wave in await open_waves(population, at)
    ]
    return Response(
        open_data(parts),
        media_type="text/csv",
        headers={
            "Content-Disposition": 'attachment; filename="verdibarometer.csv"',
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _next_results(request: Request[Any, Any, Any]) -> date | None:
    """Ask when the next results come; ``app.py`` gives the function as ``state.next_results``."""
    ask = request.app.state.get("next_results")
    answer: date | None = await ask() if ask else None
    return answer


HANDLERS = [results, data]
