"""The page before the first publication, and the part of it that shows progress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response

from survey_app.reading.progress import computing
from survey_app.reading.waves import told_retractions
from survey_app.shared import clock
from survey_app.shared.asked import asks
from survey_app.shared.i18n import translator
from survey_app.shared.pages import language_of, page


async def nothing_yet(
    request: Request[Any, Any, Any],
    population: str,
    heading: str,
    address: str,
    *,
    fragment: str | None = None,
    others: bool = False,
    asked: bool | None = None,
    ways: Sequence[tuple[str, str]] = (),
) -> Response[str]:
    """Say why there is nothing to show, or how far the first figures have come.

    Parameters
    ----------
    population : str
        Whose publication is waited for.
    heading : str
        The page's heading, to be translated.
    address : str
        Where progress is asked for again.
    fragment : str, optional
        What htmx gets alone.
    others : bool
        Whether waves are published that did not ask what the page shows.
    asked : bool, optional
        Whether the agency has a form for what the page shows; else whether it asks the population.
    ways : sequence of (str, str), optional
        Where the reader may go on from here: addresses, each with what stands there.
    """
    context = {
        "heading": translator(language_of(request)).gettext(heading),
        "computing": await computing(request, population),
        "address": address,
        "progress_address": address,
        "others": others,
        "asked": asks(population) if asked is None else asked,
        "ways": ways,
        "taken_back": await told_retractions([population], language_of(request), clock.now()),
    }
    return page(request, "reading/empty.html", context, fragment=fragment)
