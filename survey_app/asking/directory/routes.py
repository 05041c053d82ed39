"""``/scim/v2``: the door by which the agency's directory keeps the register current (RFC 7644)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from asyncpg.exceptions import DataError
from litestar import Request, Response, Router, delete, get, patch, post, put, route
from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from pydantic import ValidationError
from redis.exceptions import RedisError
from scim2_models import (
    Context,
    Error,
    ForbiddenException,
    InvalidSyntaxException,
    InvalidValueException,
    ListResponse,
    NotFoundException,
    PatchOp,
    ResourceType,
    ResponseParameters,
    Schema,
    SCIMException,
    ScimProvider,
    UnauthorizedException,
    UniquenessException,
)

from survey_app.accounts.api_tokens import bearer_of
from survey_app.accounts.scopes import Scope
from survey_app.asking.directory.resource import (
    BASE,
    MOST,
    POLICY,
    SomebodyModel,
    as_resource,
    as_told,
    provider,
)
from survey_app.asking.directory.search import sought
from survey_app.asking.directory.store import (
    ToldPerson,
    add_told,
    change_told,
    find_told,
    note_leaver,
)
from survey_app.asking.errors import DirectoryBusy, DirectoryTaken
from survey_app.shared import clock
from survey_app.shared.limits import too_many
from survey_app.shared.sent_json import sent_json

JSON: Final = "application/scim+json"
LARGEST: Final = 64_000  # bytes of a request
A_MINUTE: Final = 1500  # requests of one token: 25 a second, as directories send at the most
Asked = Request[Any, Any, Any]


async def _needs_token(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let the directory through that shows a token for this, not too often.

    Raises
    ------
    UnauthorizedException, ForbiddenException, HTTPException
    """
    holder = await bearer_of(connection.headers, today=clock.today())
    if holder is None:
        raise UnauthorizedException(detail="Send a valid token: Authorization: Bearer vb_…")
    if Scope.SCIM not in holder.scopes:
        raise ForbiddenException(detail=f"The token lacks the scope {Scope.SCIM.value}")
    try:
        often = await too_many("scim", holder.name, most=A_MINUTE, seconds=60)
    except (RedisError, OSError):
        often = False  # whoever has a token is known: that the queue is away stops nobody
    if often:
        wait = {"Retry-After": "60"}
        raise HTTPException("Too many requests: wait a minute", status_code=429, headers=wait)


def _here(request: Asked) -> str:
    return str(request.app.state.settings.base_url)


def _provider(request: Asked) -> ScimProvider:
    return provider(_here(request))


def _reply(content: object, status: int = 200, **headers: str) -> Response[bytes]:
    return Response(
        json.dumps(content, default=str).encode(),
        status_code=status,
        media_type=JSON,
        headers={"cache-control": "no-store", **headers},
    )


def scim_error(status: int, detail: str, **headers: str) -> Response[bytes]:
    """Say what is wrong in the words of SCIM."""
    return _reply(Error(status=status, detail=detail).model_dump(), status, **headers)


def _refuse(_: Asked, error: SCIMException) -> Response[bytes]:
    told = error.to_error()
    headers = {"www-authenticate": "Bearer"} if isinstance(error, UnauthorizedException) else {}
    return _reply(told.model_dump(), int(told.status or 400), **headers)


def _invalid(_: Asked, error: ValidationError) -> Response[bytes]:
    told = Error.from_validation_errors(error)[0]
    return _reply(told.model_dump(), int(told.status or 400))


def _taken(_: Asked, error: DirectoryTaken) -> Response[bytes]:
    told = UniquenessException(detail=str(error)).to_error()
    return _reply(told.model_dump(), int(told.status or 409))


def _busy(_: Asked, error: DirectoryBusy) -> Response[bytes]:
    return scim_error(503, str(error), **{"retry-after": "60"})


def _no_data(_: Asked, _error: DataError) -> Response[bytes]:
    return scim_error(400, "Send short text without null characters, and no numbers that are huge")


def _http(_: Asked, error: HTTPException) -> Response[bytes]:
    return scim_error(error.status_code, error.detail, **(error.headers or {}))


async def _body(request: Asked) -> dict[str, Any]:
    try:
        return sent_json(await request.body(), dict[str, Any])
    except ValueError:
        raise InvalidSyntaxException(detail="The body is no JSON object") from None


def _read(body: dict[str, Any], context: Context, *, active: bool) -> Any:  # noqa: ANN401 - made at run time
    """Read somebody as they were written; ``active`` is so of whom the body does not say it.

    Nothing (``null``) is what is not there, too (RFC 7643, 2.5).
    """
    said = {name: value for name, value in body.items() if value is not None}
    with POLICY:
        return SomebodyModel.model_validate({"active": active} | said, scim_ctx=context)


def _wanted(told: Mapping[str, Any]) -> ResponseParameters[Any]:
    """Return which attributes are asked for, by an address or a search."""
    asked = {name: told[name] for name in ("attributes", "excludedAttributes") if name in told}
    return ResponseParameters[SomebodyModel].model_validate(asked)


def _told_as(
    request: Asked, told: ToldPerson, context: Context, status: int = 200
) -> Response[bytes]:
    somebody = as_resource(told, _here(request))
    content = somebody.model_dump(
        scim_ctx=context, response_parameters=_wanted(request.query_params)
    )
    return _reply(content, status, location=somebody.meta.location)


async def _known(person: str) -> ToldPerson:
    try:
        found = await find_told(UUID(person))
    except ValueError:
        found = None
    if found is None:
        raise _nobody(person)
    return found


def _nobody(person: str) -> NotFoundException:
    return NotFoundException(detail=f"There is no person {person}")


@get("/Users")
async def list_users(request: Asked) -> Response[bytes]:
    """List people, or those whom a filter finds."""
    return await _listed(request, dict(request.query_params))


@post(["/.search", "/Users/.search"], status_code=200, request_max_body_size=LARGEST)
async def search_users(request: Asked) -> Response[bytes]:
    """List people as the address does, asked for in a body: an address stands in logs."""
    return await _listed(request, await _body(request))


async def _listed(request: Asked, asked: Mapping[str, Any]) -> Response[bytes]:
    first = max(_number(asked, "startIndex", 1), 1)
    most = min(max(_number(asked, "count", MOST), 0), MOST)
    written = asked.get("filter")
    found, total = await sought(str(written) if written else None, first - 1, most)
    wanted = _wanted(asked)
    people = [
        as_resource(one, _here(request)).model_dump(
            scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=wanted
        )
        for one in found
    ]
    return _reply(_list_of(people, total, first))


def _list_of(resources: Sequence[object], total: int, first: int = 1) -> dict[str, Any]:
    return {
        "schemas": [str(ListResponse.__schema__)],
        "totalResults": total,
        "startIndex": first,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }


def _number(asked: Mapping[str, Any], name: str, otherwise: int) -> int:
    try:
        return int(asked.get(name, otherwise))
    except (TypeError, ValueError):
        raise InvalidSyntaxException(detail=f"{name} is no whole number") from None


@post("/Users", request_max_body_size=LARGEST)
async def add_user(request: Asked) -> Response[bytes]:
    """Take somebody in."""
    somebody = _read(await _body(request), Context.RESOURCE_CREATION_REQUEST, active=True)
    at = clock.now()
    told = as_told(somebody, row=uuid.uuid4(), given_at=at, now=at)
    _need_address(told)
    await add_told(told)
    return _told_as(request, told, Context.RESOURCE_CREATION_RESPONSE, 201)


@get("/Users/{person:str}")
async def show_user(request: Asked, person: FromPath[str]) -> Response[bytes]:
    """Show somebody."""
    return _told_as(request, await _known(person), Context.RESOURCE_QUERY_RESPONSE)


@put("/Users/{person:str}", request_max_body_size=LARGEST)
async def replace_user(request: Asked, person: FromPath[str]) -> Response[bytes]:
    """Put other facts in the place of all that was told of somebody."""
    body = await _body(request)

    def replaced(known: ToldPerson) -> ToldPerson:
        # whoever left does not come back by a change that says nothing of it
        somebody = _read(body, Context.RESOURCE_REPLACEMENT_REQUEST, active=known.active)
        with POLICY:
            somebody.replace(as_resource(known, _here(request)))
        return _as_changed(somebody, known)

    told = await _changed(person, replaced)
    return _told_as(request, told, Context.RESOURCE_REPLACEMENT_RESPONSE)


@patch("/Users/{person:str}", request_max_body_size=LARGEST)
async def change_user(request: Asked, person: FromPath[str]) -> Response[bytes]:
    """Change some of what was told of somebody, as directories write it."""
    with POLICY:
        wanted = PatchOp[SomebodyModel].model_validate(
            await _body(request), scim_ctx=Context.RESOURCE_PATCH_REQUEST
        )

    def patched(known: ToldPerson) -> ToldPerson:
        somebody = as_resource(known, _here(request))
        with POLICY:
            wanted.patch(somebody)
        return _as_changed(somebody, known)

    told = await _changed(person, patched)
    return _told_as(request, told, Context.RESOURCE_PATCH_RESPONSE)


async def _changed(person: str, change: Callable[[ToldPerson], ToldPerson]) -> ToldPerson:
    known = await _known(person)
    told = await change_told(known.id, change)
    if told is None:
        raise _nobody(person)
    return told


def _as_changed(
    somebody: Any,  # noqa: ANN401 - a model made at run time
    known: ToldPerson,
) -> ToldPerson:
    told = as_told(somebody, row=known.id, given_at=known.given_at, now=clock.now())
    if known.user_name:
        _need_address(told)
    return told


def _need_address(told: ToldPerson) -> None:
    if not told.user_name:
        raise InvalidValueException(detail="userName is empty: it is the e-mail address")


@delete("/Users/{person:str}", status_code=204)
async def delete_user(person: FromPath[str]) -> None:
    """Note that the directory has somebody no more."""
    known = await _known(person)
    await note_leaver(known.id, now=clock.now())


@get("/ServiceProviderConfig")
async def show_config(request: Asked) -> Response[bytes]:
    """Say what this door can."""
    config = _provider(request).config
    assert config is not None
    return _reply(config.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


@get("/Schemas")
async def list_schemas(request: Asked) -> Response[bytes]:
    """Say which attributes are read."""
    return _described(request, _provider(request).schemas)


@get("/Schemas/{name:str}")
async def show_schema_of(request: Asked, name: FromPath[str]) -> Response[bytes]:
    """Say which attributes of a schema are read."""
    return _one_of(request, _provider(request).schemas, name)


@get("/ResourceTypes")
async def list_resource_types(request: Asked) -> Response[bytes]:
    """Say that people are told of, and nothing else: units come from the register's own file."""
    return _described(request, _provider(request).resource_types)


@get("/ResourceTypes/{name:str}")
async def show_resource_type(request: Asked, name: FromPath[str]) -> Response[bytes]:
    """Say where people are told of."""
    return _one_of(request, _provider(request).resource_types, name)


Described = Schema | ResourceType


def _dumped(request: Asked, one: Described) -> dict[str, Any]:
    where, name = ("Schemas", one.id) if isinstance(one, Schema) else ("ResourceTypes", one.name)
    content: dict[str, Any] = one.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    location = f"{_here(request)}{BASE}/{where}/{name}"
    content["meta"] = {"resourceType": where.removesuffix("s"), "location": location}
    return content


def _described(request: Asked, found: Sequence[Described]) -> Response[bytes]:
    if "filter" in request.query_params:
        raise ForbiddenException(detail="What is told of this door is not filtered")
    return _reply(_list_of([_dumped(request, one) for one in found], len(found)))


def _one_of(request: Asked, found: Sequence[Described], name: str) -> Response[bytes]:
    for one in found:
        if name in {str(one.id), getattr(one, "name", None)}:
            return _reply(_dumped(request, one))
    raise NotFoundException(detail=f"There is no {name}")


@route("/{other:path}", http_method=list(HttpMethod)[:5])
async def nothing_here(other: FromPath[str]) -> None:
    """Say that there is nothing at an address.

    Raises
    ------
    NotFoundException
        Always.
    """
    raise NotFoundException(detail=f"There is nothing at {other}")


SCIM: Final = Router(
    path=BASE,
    guards=[_needs_token],
    route_handlers=[
        list_users, search_users, add_user, show_user, replace_user, change_user, delete_user,
        show_config, list_schemas, show_schema_of, list_resource_types, show_resource_type,
        nothing_here,
    ],
    exception_handlers={
        SCIMException: _refuse,
        ValidationError: _invalid,
        DirectoryTaken: _taken,
        DirectoryBusy: _busy,
        DataError: _no_data,
        HTTPException: _http,
    },
)  # fmt: skip
