"""Who may ask: a bearer token, and the scope of what is asked for."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from survey_app.accounts.api_tokens import TokenHolder, bearer_of
from survey_app.accounts.scopes import Scope
from survey_app.shared import clock

NEEDED = {
    "staff": Scope.STAFF,
    "public": Scope.PUBLIC,
    "open": Scope.PUBLIC,
    "candidates": Scope.PUBLIC,
    "stakeholders": Scope.PUBLIC,
}


async def needs_token(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let a program through that shows a token which is good today.

    Raises
    ------
    NotAuthorizedException
        If there is no token, or it is unknown, revoked or past its last day: all look the same.
    """
    holder = await bearer_of(connection.headers, today=clock.today())
    if holder is None:
        raise NotAuthorizedException(
            "Send a valid token: Authorization: Bearer vb_…", headers={"WWW-Authenticate": "Bearer"}
        )
    connection.scope["state"]["token_holder"] = holder


def readable(request: Request[Any, Any, Any]) -> tuple[str, ...]:
    """Return the populations whose results the token may read."""
    holder: TokenHolder = request.scope["state"]["token_holder"]
    return tuple(name for name, scope in NEEDED.items() if scope in holder.scopes)


def demand(request: Request[Any, Any, Any], population: str) -> None:
    """Refuse results that the token's scopes do not cover.

    Raises
    ------
    PermissionDeniedException
        With the scope that is needed.
    """
    if population not in readable(request):
        raise PermissionDeniedException(f"The token lacks the scope {NEEDED[population].value}")
