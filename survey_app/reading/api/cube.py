"""A publication as one JSON-stat cube, written by a child process as every other file."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, get
from litestar.exceptions import ServiceUnavailableException, ValidationException
from litestar.params import QueryParameter

from survey_app.publications.breaks import TAKEN_BACK
from survey_app.publications.shelf import raw_content
from survey_app.reading.api.finding import PublicationName, open_for_token, refusals, superseded_by
from survey_app.reading.api.model import Cube
from survey_app.reading.exports.formats import DEFAULT_TABLE, SHARES, TableOrder
from survey_app.reading.exports.scope import ExportScope
from survey_app.reading.reports.press import PRESS, BusyError, PressError
from survey_app.reading.waves import wave_of
from survey_app.shared import clock
from survey_app.shared.i18n import as_language, languages

Figures = Annotated[
    Literal["means", "shares"],
    QueryParameter(description="Means with intervals and changes, or how answers fall"),
]
# cubes held in memory: what is published under an id changes only where others are taken back
# or corrected
KEPT: Final = 8
_kept: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
Lang = Annotated[
    str | None,
    QueryParameter(
        description="Language of labels and notes, such as nb; the agency's first when left out."
        " Codes are the same"
    ),
]


@get(
    "/publications/{name:str}/json-stat",
    responses=refusals(400, 401, 403, 404, 410, 503),
    tags=["Figures"],
)
async def show_cube(
    request: Request[Any, Any, Any],
    name: PublicationName,
    figures: Figures = "means",
    lang: Lang = None,
) -> Cube:
    """Return everything as JSON-stat 2.0; a hidden figure is null, and its status says why."""
    if lang is not None and lang not in languages():
        raise ValidationException(f"lang is none of {', '.join(languages())}")
    found = await open_for_token(request, name)
    table = SHARES if figures == "shares" else DEFAULT_TABLE
    order = TableOrder("json-stat", as_language(lang), wave_of(found.head), ExportScope(), table)
    gone = found.content.get(TAKEN_BACK, ())
    cube = msgspec.json.decode(await _written(order, gone), type=Cube)
    cube.extension["superseded_by"] = await superseded_by(found)
    return cube


async def _written(order: TableOrder, gone: Sequence[str]) -> bytes:
    # told of while they are away; what was compared with them stays out when they are right again
    back = (str(one.publication) for one in order.wave.retracted)
    corrected = (one.publication for one in order.wave.outdated)
    name = (order.wave.publication, order.table, order.lang, *back, *corrected, *gone)
    if name not in _kept:
        content = await raw_content(order.wave.publication, at=clock.now())
        try:
            _kept[name] = await PRESS.write("table", order, content)
        except (BusyError, PressError) as error:
            raise ServiceUnavailableException(
                "The cube is not ready: try again in a minute", headers={"Retry-After": "60"}
            ) from error
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return _kept[name]
