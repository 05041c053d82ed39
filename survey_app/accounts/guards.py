"""Who may open a page: one line on each handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from survey_app.accounts.errors import (
    ForeignPage,
    ForeignRequest,
    SecondStepRequired,
    SignInRequired,
)
from survey_app.accounts.own_page import own_page
from survey_app.accounts.roles import ROLE_NAMES, Role
from survey_app.accounts.roles_with_second_step import roles_with_second_step
from survey_app.accounts.sessions import SAFE, SignedIn, comes_from_here
from survey_app.shared.i18n import gettext as _

# where somebody gets a second step, or goes
WITHOUT_SECOND_STEP: Final = ("/account", "/sign-out", "/language")
Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], None]


def requires(*roles: Role) -> Guard:
    """Let only ``roles`` through; without any, everybody who is signed in.

    Raises
    ------
    SignInRequired
        If nobody is signed in; ``app.py`` turns it into a redirect that comes back.
    SecondStepRequired
        If the reader's role must have a second step, and they have none yet.
    ForeignPage
        If the reader's role is another one.
    """

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        person: SignedIn | None = connection.scope["state"].get("signed_in")
        if person is None:
            query = connection.scope["query_string"].decode()
            raise SignInRequired(own_page(connection.url.path + (f"?{query}" if query else "")))
        if _must_enrol(connection, person):
            raise SecondStepRequired
        if roles and person.role not in roles:
            raise ForeignPage(connection.url.path)
        if connection.scope.get("method") not in SAFE and not comes_from_here(connection):
            raise ForeignRequest(connection.url.path)

    return guard


def _must_enrol(connection: ASGIConnection[Any, Any, Any, Any], person: SignedIn) -> bool:
    if person.has_second_step or connection.url.path.startswith(WITHOUT_SECOND_STEP):
        return False
    return person.role in roles_with_second_step(connection.app.state.settings)


def not_for(reader: SignedIn | None, told: str) -> str:
    """Say of a page, with the role put into ``told``, that it is not for a reader."""
    name = _(ROLE_NAMES[reader.role]) if reader else ""
    # an abbreviation keeps its capitals
    told %= {"role": name if name.isupper() else name.lower()}
    if reader and reader.role is Role.ADMIN:
        return told  # there is nobody else to ask
    return told + " " + _("Trenger du den, kan du be administratoren om en annen tilgang.")


def signed_in(request: Request[Any, Any, Any]) -> SignedIn | None:
    """Return who reads the page, or ``None``."""
    person: SignedIn | None = getattr(request.state, "signed_in", None)
    return person
