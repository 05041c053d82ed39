"""The page before the first publication, and the part of it that shows progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from litestar import Request, Response

from survey_app.reading.progress import computing
from survey_app.reading.waves import told_retractions, waves
from survey_app.shared import clock
from survey_app.shared.asked import asks
from survey_app.shared.i18n import N_, translator
from survey_app.shared.pages import language_of, page

_POPULATIONS: Final = ("staff", "public", "open", "candidates", "stakeholders")
_NONE: Final = (
    N_("Ingen måling er publisert ennå"),
    N_("Tallene kommer her når den første målingen er stengt og resultatene er lagt fram."),
)
_THEN: Final = N_("Tallene kommer her når den første av dem er stengt og resultatene er lagt fram.")
_OF: Final = {
    ("staff",): N_("Ingen måling av de ansatte er publisert ennå"),
    ("public",): N_("Ingen måling av befolkningen er publisert ennå"),
    ("stakeholders",): N_("Ingen måling av interessentene er publisert ennå"),
    ("public", "open", "candidates", "stakeholders"): N_(
        "Ingen måling av befolkningen eller andre utenfor etaten er publisert ennå"
    ),
    ("staff", "public"): N_("Ingen måling av de ansatte eller befolkningen er publisert ennå"),
}


async def none_published(populations: Sequence[str], at: datetime) -> tuple[str, str]:
    """Say that no wave is published of populations of which none is, or no wave at all.

    Returns
    -------
    tuple of str
        What is so and when that changes, to be translated.
    """
    whose = _OF.get(tuple(populations))
    others = [one for one in _POPULATIONS if one not in populations]
    if whose and any([await waves(one, at) for one in others]):
        return whose, _THEN
    return _NONE


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
        "awaited": await none_published([population], clock.now()),
        "asked": asks(population) if asked is None else asked,
        "ways": ways,
        "taken_back": await told_retractions([population], language_of(request), clock.now()),
    }
    return page(request, "reading/empty.html", context, fragment=fragment)
