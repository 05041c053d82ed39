"""Who may open a page: one line on each handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from survey_app.accounts.errors import ForeignPage, ForeignRequest, SignInRequired
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SAFE, SignedIn, from_here

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], None]


def requires(*roles: Role) -> Guard:
    """Let only ``roles`` through; without any, everybody who is signed in.

    Raises
    ------
    SignInRequired
        If nobody is signed in; ``app.py`` turns it into a redirect that comes back.
    ForeignPage
        If the reader's role is another one.
    """

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        person: SignedIn | None = connection.scope["state"].get("signed_in")
        if person is None:
            query = connection.scope["query_string"].decode()
            raise SignInRequired(connection.url.path + (f"?{query}" if query else ""))
        if roles and person.role not in roles:
            raise ForeignPage(connection.url.path)
        if connection.scope.get("method") not in SAFE and not _from_here(connection):
            raise ForeignRequest(connection.url.path)

    return guard


def _from_here(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    # over plain http, in a demo, an old browser may tell nothing; there the form's token decides
    return from_here(connection, untold=not connection.app.state.settings.secure_cookies)


def signed_in(request: Request[Any, Any, Any]) -> SignedIn | None:
    """Return who reads the page, or ``None``."""
    person: SignedIn | None = getattr(request.state, "signed_in", None)
    return person
