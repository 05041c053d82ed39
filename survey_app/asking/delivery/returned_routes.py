"""``/mail/returned``: where a mail server or a provider tells which of our mails did not arrive.

Absent until the operator sets a secret for it. Whoever has that can only speak of mails whose keys
they hold, and the reply is the same for those that we know and those that we do not.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from typing import Any, Final

from litestar import Request, Response, post
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers.base import BaseRouteHandler
from redis.exceptions import RedisError

from survey_app.accounts.api_tokens import BEARER
from survey_app.asking.delivery.returned import Returned
from survey_app.asking.delivery.returned_events import read_events
from survey_app.asking.delivery.take_returned import read_report
from survey_app.asking.delivery.told_returned import keep_told
from survey_app.settings import Settings
from survey_app.shared.clock import now
from survey_app.shared.limits import too_many
from survey_app.shared.networks import network_of
from survey_app.shared.secret import secret_lines

ADDRESS: Final = "/mail/returned"
LARGEST: Final = 1_000_000  # bytes: a report holds a mail of ours, of some ten thousand
A_MINUTE: Final = 600
"""Requests that are taken in a minute, from all who have the secret."""
WRONG_A_MINUTE: Final = 30
"""Requests without it that one network is answered in a minute."""
BASIC: Final = "basic "
Asked = Request[Any, Any, Any]


class _Refused(HTTPException):
    """Told to a program: in a line, without a page around it."""


def _say(_: Asked, error: _Refused) -> Response[str]:
    headers = {"cache-control": "no-store", **(error.headers or {})}
    return Response(
        error.detail, status_code=error.status_code, media_type="text/plain", headers=headers
    )


async def _needs_secret(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    """Let through who shows the secret, not too often.

    Raises
    ------
    NotFoundException
        Where none is set: then there is no such address.
    _Refused
    """
    chosen: Settings = connection.app.state.settings
    if chosen.return_secret is None:
        raise NotFoundException
    if not _shows(connection.headers.get("authorization", ""), chosen.return_secret):
        await _not_too_often("returned-wrong", network_of(connection), WRONG_A_MINUTE)
        shows = {"www-authenticate": "Basic, Bearer"}
        raise _Refused("Show the secret", status_code=401, headers=shows)
    await _not_too_often("returned", "", A_MINUTE)


def _shows(authorization: str, secrets: str) -> bool:
    """Tell whether a header holds one of the secrets (RFC 6750, or as the password of RFC 7617)."""
    scheme, shown = authorization.lower(), b""
    if scheme.startswith(BEARER):
        # as it came: headers are read as Latin-1, whatever was written
        shown = authorization[len(BEARER) :].strip().encode("latin-1", "replace")
    elif scheme.startswith(BASIC):
        try:
            pair = base64.b64decode(authorization[len(BASIC) :].strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        shown = pair.partition(b":")[2]
    # each of them, so that how long it takes does not tell which
    fits = [hmac.compare_digest(shown, one.encode()) for one in secret_lines(secrets)]
    return any(fits)


async def _not_too_often(what: str, who: str, most: int) -> None:
    try:
        often = await too_many(what, who, most=most, seconds=60)
    except (RedisError, OSError):
        return  # that the queue is away loses no report
    if often:
        raise _Refused("Wait a minute", status_code=429, headers={"retry-after": "60"})


@post(
    ADDRESS,
    guards=[_needs_secret],
    request_max_body_size=LARGEST,
    status_code=204,
    exception_handlers={_Refused: _say},
)
async def take_report(request: Asked) -> Response[None]:
    """Keep what is told of our mails for the worker, which notes it as it notes the mailbox's.

    Raises
    ------
    _Refused
        For JSON of another form, and for what is neither a report nor JSON.
    """
    # a mail of many fields takes its time, and those who answer are served by the same process
    told = await asyncio.to_thread(_read, request.content_type[0], await request.body(), request)
    await keep_told(told, now=now())
    return Response(None, status_code=204, headers={"cache-control": "no-store"})


def _read(kind: str, body: bytes, request: Asked) -> list[Returned]:
    secret = request.app.state.settings.secret()
    if kind in {"message/rfc822", "message/global"}:
        found = read_report(body, secret)
        return [found] if found else []
    if kind != "application/json":
        raise _Refused("Send message/rfc822 or application/json", status_code=415)
    try:
        return read_events(body, secret)
    except ValueError as error:
        raise _Refused(str(error), status_code=400) from None


HANDLERS: Final[list[Any]] = [take_report]
