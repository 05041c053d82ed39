"""``/metrics``: for whoever watches the installation, and closed to everybody else."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException, PermissionDeniedException

from survey_app.accounts.api_tokens import bearer_of
from survey_app.accounts.scopes import Scope
from survey_app.installation.metrics import measurements
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.networks import comes_from

TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


@get("/metrics")
async def show_metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give what is measured, to the networks of the settings and to programs with a token.

    Raises
    ------
    NotFoundException
        For whoever shows nothing: that there is such an address is nobody's business.
    PermissionDeniedException
        For a token that is not good, or not for this.
    """
    chosen: Settings = request.app.state.settings
    if not comes_from(request, chosen.metrics_from):
        await _demand_token(request)
    return Response(
        await measurements(chosen, *request.app.state.logins, now=clock.now()),
        media_type=TEXT,
        headers={"cache-control": "no-store"},
    )


async def _demand_token(request: Request[Any, Any, Any]) -> None:
    if not request.headers.get("authorization"):
        raise NotFoundException
    holder = await bearer_of(request.headers, today=clock.today())
    if holder is None or Scope.METRICS not in holder.scopes:
        raise PermissionDeniedException("The token is not good for this")
