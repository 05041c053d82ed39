"""The addresses of the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal

from litestar import Request, Router, get
from litestar.datastructures import ResponseHeader
from litestar.exceptions import HTTPException, NotFoundException, ValidationException
from litestar.middleware import DefineMiddleware
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import convert

from survey_app.publications import shelf
from survey_app.publications.errors import RetractedError
from survey_app.publications.heads import Head
from survey_app.publications.retractions import retractions
from survey_app.publications.trends import PublishedCell as Point
from survey_app.publications.trends import trend
from survey_app.reading.api.access import demand, needs_token, readable
from survey_app.reading.api.caveats import of_whom, row_names, told_breaks, weak_ties
from survey_app.reading.api.cube import show_cube
from survey_app.reading.api.finding import (
    Code,
    Limit,
    Offset,
    Population,
    PublicationName,
    SomePopulation,
    next_page,
    open_for_token,
    refusals,
    superseded_by,
)
from survey_app.reading.api.happened import list_events
from survey_app.reading.api.model import (
    ChangePage,
    ChangeRow,
    CorrectionFacts,
    EstimatePage,
    EstimateRow,
    MeasureFacts,
    PublicationFacts,
    PublicationHead,
    PublicationPage,
    RetractionFacts,
    StatementRow,
    StrategyText,
    Trend,
    TrendPoint,
)
from survey_app.reading.api.replies import EntityTags, problem_reply, retraction_problem
from survey_app.reading.kinds import short_form_of
from survey_app.reading.strategy_text import library, measured_by
from survey_app.shared import clock

BASE: Final = "/api/v1"
Statistic = Annotated[Literal["mean", "share"] | None, QueryParameter()]
Role = Annotated[Literal["previous", "first"] | None, QueryParameter()]


@get("/publications", responses=refusals(400, 401, 403), tags=["Publications"])
async def list_publications(
    request: Request[Any, Any, Any],
    population: SomePopulation = None,
    campaign: Code = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> PublicationPage:
    """List the newest version of every released publication, newest first."""
    if population is not None:
        demand(request, population)
    wanted = (population,) if population else readable(request)
    at = clock.now()
    found = [head for one in wanted for head in await shelf.heads(one, at=at)]
    kept = [head for head in found if campaign in {None, head.campaign}]
    kept.sort(key=lambda head: (head.released_at, head.wave_key), reverse=True)
    page = kept[offset : offset + limit]
    return PublicationPage(
        items=[PublicationHead(**_head(head)) for head in page],
        next=next_page(request, offset, limit, len(kept)),
        retracted=[
            RetractionFacts(
                wave=one.wave_key,
                campaign=one.campaign,
                population=one.population,
                retracted_at=one.at.isoformat(),
                reason=one.reason,
            )
            for one in await retractions(at=at)
            if one.population in wanted and campaign in {None, one.campaign}
        ],
    )


@get(
    "/publications/{name:str}",
    responses=refusals(400, 401, 403, 404, 410),
    tags=["Publications"],
)
async def show_publication(
    request: Request[Any, Any, Any], name: PublicationName
) -> PublicationFacts:
    """Tell what a publication is about: its measures, places, response and warnings."""
    found = await open_for_token(request, name)
    content = found.content
    return PublicationFacts(
        **_head(found.head),
        superseded_by=await superseded_by(found),
        questionnaire=content["questionnaire"],
        measures=[
            MeasureFacts(
                code=one["code"],
                kind=one["kind"],
                title=one["title"],
                name=row_names(one["code"], one["title"]),
                short_form_of=short_form_of(one["code"]),
                about=one["about"],
                of_whom=of_whom(one["code"], content),
                parts=one["parts"],
                items=one["items"],
                statements=one["statements"],
                weak=weak_ties(one["items"] or [one["code"]], one["statements"]),
            )
            for one in content["measures"]
        ],
        domains=[dict(one) for one in content["domains"]],
        response=content["response"],
        limits=content["limits"],
        breaks=told_breaks(content),
        warnings=content["warnings"],
    )


@get(
    "/publications/{name:str}/estimates",
    responses=refusals(400, 401, 403, 404, 410),
    tags=["Figures"],
)
async def list_estimates(
    request: Request[Any, Any, Any],
    name: PublicationName,
    measure: Code = None,
    level: Code = None,
    domain: Code = None,
    statistic: Statistic = None,
    limit: Limit = 200,
    offset: Offset = 0,
) -> EstimatePage:
    """Return means and shares with their intervals."""
    found = await open_for_token(request, name)
    asked = {"measure": measure, "level": level, "domain": domain, "statistic": statistic}
    rows = _those(found.content["estimates"], asked)
    page = rows[offset : offset + limit]
    return EstimatePage(
        items=[convert(_figures(row), EstimateRow) for row in page],
        total=len(rows),
        next=next_page(request, offset, limit, len(rows)),
        superseded_by=await superseded_by(found),
    )


@get(
    "/publications/{name:str}/changes",
    responses=refusals(400, 401, 403, 404, 410),
    tags=["Figures"],
)
async def list_changes(
    request: Request[Any, Any, Any],
    name: PublicationName,
    measure: Code = None,
    level: Code = None,
    domain: Code = None,
    role: Role = None,
    limit: Limit = 200,
    offset: Offset = 0,
) -> ChangePage:
    """Return the changes of means, each with its verdict."""
    found = await open_for_token(request, name)
    asked = {"measure": measure, "level": level, "domain": domain, "role": role}
    means = [row for row in found.content["changes"] if row.get("statistic", "mean") == "mean"]
    rows = _those(means, asked)
    page = rows[offset : offset + limit]
    return ChangePage(
        items=[convert(_figures(row), ChangeRow) for row in page],
        total=len(rows),
        next=next_page(request, offset, limit, len(rows)),
        superseded_by=await superseded_by(found),
        corrected_since=_corrected_since(found.head),
    )


@get("/trends/{measure:str}", responses=refusals(400, 401, 403, 404), tags=["Figures"])
async def show_trend(
    request: Request[Any, Any, Any],
    measure: Annotated[
        str, PathParameter(max_length=100, examples=[Example("index", value="KI-kjerne")])
    ],
    population: Annotated[Population, QueryParameter()],
    level: Annotated[str, QueryParameter(max_length=100)] = "agency",
    domain: Annotated[str, QueryParameter(max_length=100)] = "",
    statistic: Annotated[Literal["mean", "share"], QueryParameter()] = "mean",
    category: Annotated[str, QueryParameter(max_length=100)] = "",
    campaign: Code = None,
) -> Trend:
    """Follow one figure through every wave of its series that has it.

    Whom an open survey or a list reaches, its campaign decides: each campaign there is a series of
    its own, which `campaign` chooses, else it is that of the newest wave.
    """
    demand(request, population)
    found = await trend(
        population,
        measure,
        level,
        domain,
        at=clock.now(),
        statistic=statistic,
        category=category,
        campaign=campaign or "",
    )
    if not found:
        raise NotFoundException("No publication has this figure")
    return Trend(
        measure=measure,
        population=population,
        level=level,
        domain=domain,
        statistic=statistic,
        category=category,
        points=[_point(one) for one in found],
    )


@get("/strategy", responses=refusals(401), tags=["Strategy"])
async def show_strategy() -> StrategyText:
    """Return every statement of the strategy with the items that measure it."""
    strategy, items = library().strategy, measured_by()
    return StrategyText(
        revision=strategy.revision,
        name=strategy.name,
        period_from=strategy.period_from,
        period_to=strategy.period_to,
        statements=[
            StatementRow(id=one.id, kind=one.kind, text=one.text, items=list(items.get(one.id, ())))
            for one in strategy.statements.values()
        ],
    )


def _head(head: Head) -> dict[str, Any]:
    wave = head.head["wave"]
    return {
        "id": str(head.id),
        "campaign": head.campaign,
        "population": head.population,
        "wave": head.wave_key,
        "kind": head.kind,
        "labels": wave["labels"],
        "version": head.version,
        "released_at": head.released_at.isoformat(),
        "closed_on": wave["closed_on"],
        "correction": head.correction
        and CorrectionFacts(
            first_released_at=head.correction.first_at.isoformat(), reason=head.correction.reason
        ),
        "corrected_since": _corrected_since(head),
    }


def _corrected_since(head: Head) -> list[str]:
    return [one.wave_key for one in head.corrected]


def _those(
    rows: Iterable[Mapping[str, Any]], asked: Mapping[str, str | None]
) -> list[Mapping[str, Any]]:
    wanted = {name: value for name, value in asked.items() if value is not None}
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what a hidden cell does not have."""
    return {name: value for name, value in row.items() if value is not None}


def _point(one: Point) -> TrendPoint:
    cell = one.estimate
    named = ("n", "mean", "low", "high", "se", "delta")
    figures = {name: getattr(cell, name) for name in named} | {"delta_se": cell.told_delta_se}
    return TrendPoint(
        publication=str(one.head.id),
        wave=one.head.wave_key,
        kind=one.head.kind,
        closed_on=one.head.head["wave"]["closed_on"],
        status=cell.status,
        foreign_answers=cell.foreign_answers,
        linked=cell.linked,
        wording=cell.wording,
        **{name: value for name, value in figures.items() if value is not None},
    )


async def _take_no_null(request: Request[Any, Any, Any]) -> None:
    """Refuse a null character wherever it stands: no text has one, and the database takes none."""
    given = (*request.query_params.values(), *map(str, request.path_params.values()))
    if any("\0" in value for value in given):
        raise ValidationException("Send text without null characters")


API = Router(
    path=BASE,
    before_request=_take_no_null,
    route_handlers=[
        list_publications,
        show_publication,
        list_estimates,
        list_changes,
        show_cube,
        show_trend,
        list_events,
        show_strategy,
    ],
    guards=[needs_token],
    middleware=[DefineMiddleware(EntityTags)],
    exception_handlers={HTTPException: problem_reply, RetractedError: retraction_problem},
    response_headers=[ResponseHeader(name="ETag", description="Names the content", value="",
                                     documentation_only=True)],
)  # fmt: skip
