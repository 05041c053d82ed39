"""ETags and problems: the same for every address of the API."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Any, cast

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from survey_app.publications.errors import RetractedError
from survey_app.reading.api.model import Problem
from survey_app.shared.negotiation import has_already

PROBLEM = "application/problem+json"


def problem_reply(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Answer an error as RFC 9457 has it."""
    status = HTTPStatus(error.status_code)
    detail = error.detail
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        told = [f"{one.get('key', '')}: {one.get('message', '')}" for one in error.extra]
        detail = "; ".join(told) or detail
    told_as = Problem(title=status.phrase, status=status.value, detail=detail)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    headers["cache-control"] = "no-store"
    return Response(
        msgspec.json.encode(told_as), status_code=status, media_type=PROBLEM, headers=headers
    )


def retraction_problem(request: Request[Any, Any, Any], error: RetractedError) -> Response[bytes]:
    """Say of figures that were taken back that they are gone, since when, and why."""
    gone = HTTPException(str(error), status_code=HTTPStatus.GONE)
    return problem_reply(request, gone)


class EntityTags:
    """Name each good reply by its content, and answer 304 to who has it already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold the reply back until its content is known."""
        asked = dict(scope["headers"]).get(b"if-none-match", b"").decode("latin-1")
        start: HTTPResponseStartEvent | None = None
        body = bytearray()

        async def hold(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            assert message["type"] == "http.response.body"
            body.extend(message["body"])
            if message["more_body"]:
                return
            assert start is not None
            for one in _named(start, bytes(body), asked):
                await send(one)

        await self._app(scope, receive, hold)


def _named(start: HTTPResponseStartEvent, body: bytes, asked: str) -> tuple[Message, Message]:
    end = {"type": "http.response.body", "body": body, "more_body": False}
    if start["status"] != HTTPStatus.OK:
        return start, cast("Message", end)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = [
        *start["headers"],
        (b"etag", tag.encode()),
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"authorization"),
    ]
    if has_already(asked, tag):
        kept = [(n, v) for n, v in headers if n.lower() not in {b"content-length", b"content-type"}]
        nothing = {"type": "http.response.body", "body": b"", "more_body": False}
        return (
            cast("Message", {**start, "status": 304, "headers": kept}),
            cast("Message", nothing),
        )
    return cast("Message", {**start, "headers": headers}), cast("Message", end)
