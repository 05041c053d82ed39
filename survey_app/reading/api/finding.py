"""What every address of the API has in common: names of publications, pages, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, cast
from urllib.parse import urlencode

from litestar import Request
from litestar.exceptions import NotFoundException
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from survey_app.publications import shelf
from survey_app.publications.corrections import superseding
from survey_app.publications.errors import NotOnShelfError, RetractedError
from survey_app.publications.heads import Head
from survey_app.reading.api.access import demand, readable
from survey_app.reading.api.model import Problem
from survey_app.reading.api.replies import PROBLEM
from survey_app.shared import clock

MOST: Final = 1000  # rows a page

type Population = Literal["staff", "public", "open", "candidates", "stakeholders"]
SomePopulation = Annotated[Population | None, QueryParameter()]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST, description=f"Rows a page, at most {MOST}")]
Offset = Annotated[int, QueryParameter(ge=0, le=10_000_000, description="Rows to pass over")]
PublicationName = Annotated[
    str,
    PathParameter(
        description="The id of a publication, «latest», or «latest:CAMPAIGN»",
        max_length=100,
        examples=[Example("newest", value="latest")],
    ),
]
Code = Annotated[str | None, QueryParameter(max_length=100)]


def refusals(*codes: int) -> dict[int, ResponseSpec]:
    """Describe what an address answers when it cannot do what was asked."""
    return {code: ResponseSpec(Problem, media_type=cast("Any", PROBLEM), generate_examples=False,
                               description="What went wrong") for code in codes}  # fmt: skip


async def open_for_token(request: Request[Any, Any, Any], name: str) -> shelf.ShelvedPublication:
    """Open a publication that the token may read.

    Raises
    ------
    NotFoundException
        If there is none of this name.
    PermissionDeniedException
        If the token's scopes do not cover it.
    RetractedError
        If its figures were taken back.
    """
    at = clock.now()
    try:
        head = await _find(request, name, at)
        demand(request, head.population)
        content = (await shelf.load(head.id, at=at)).content
        return shelf.ShelvedPublication(head, content)
    except NotOnShelfError:
        raise NotFoundException("There is no such publication") from None
    except RetractedError as error:
        demand(request, error.retraction.population)
        raise


async def superseded_by(found: shelf.ShelvedPublication) -> str | None:
    """Return the publication that corrects one that a program still asks for by its id."""
    newer = await superseding(found.head.id, at=clock.now())
    return None if newer is None else str(newer)


async def _find(request: Request[Any, Any, Any], name: str, at: datetime) -> Head:
    if name != "latest":
        return await shelf.find_head(name, at=at)
    # the newest of those that the token may read, so that no reply tells of the others
    found = [head for one in readable(request) for head in await shelf.heads(one, at=at)]
    if not found:
        raise NotOnShelfError
    # an old wave that is corrected today is not the latest
    return max(found, key=lambda head: (head.head["wave"]["closed_on"], head.wave_key))


def next_page(request: Request[Any, Any, Any], offset: int, limit: int, total: int) -> str | None:
    """Return the address of the next page, if there is one."""
    if offset + limit >= total:
        return None
    query: Sequence[tuple[str, Any]] = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in {"offset", "limit"}
    ]
    return f"{request.url.path}?{urlencode([*query, ('limit', limit), ('offset', offset + limit)])}"
