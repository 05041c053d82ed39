"""What is said to whoever asks for figures that were taken back: when that was, and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from litestar import Request, Response

from survey_app.accounts.guards import signed_in
from survey_app.publications.errors import RetractedError
from survey_app.publications.retractions import retractions
from survey_app.reading.waves import told_taken_back
from survey_app.shared.i18n import translator
from survey_app.shared.pages import language_of, page

GONE: Final = 410  # HTTP's own number for what was here


def say_taken_back(request: Request[Any, Any, Any], error: RetractedError) -> Response[Any]:
    """Answer with the reason instead of figures."""
    lang = language_of(request)
    context = {
        "heading": translator(lang).gettext("Tallene er trukket tilbake"),
        "sentence": told_taken_back(error.retraction, lang),
        "address": "/" if signed_in(request) else "/results",
        "link": translator(lang).gettext("Se tallene som gjelder"),
    }
    headers = {"Cache-Control": "no-store"}
    return page(request, "shared/message.html", context, status=GONE, headers=headers)


TAKEN_BACK: Final[dict[int | type[Exception], Any]] = {RetractedError: say_taken_back}
"""What the map of the web answers such an error with."""


async def refuse_retracted(
    name: str, populations: Collection[str], at: datetime, *, least_open: int = 0
) -> None:
    """Refuse a wave by its key, or any where ``name`` is empty, whose figures were taken back.

    Parameters
    ----------
    name : str
    populations : collection of str
        Of other people's waves nothing is told.
    at : datetime
    least_open : int
        How open its results have to be.

    Raises
    ------
    RetractedError
        If there is one.
    """
    for back in reversed(await retractions(at=at)):
        told = back.population in populations and back.open_results >= least_open
        if told and name in {"", back.wave_key}:
            raise RetractedError(back)
