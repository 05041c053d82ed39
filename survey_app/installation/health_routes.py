"""Where a load balancer, and whoever starts processes again, ask how this one is."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from survey_app.installation import health
from survey_app.shared.for_answers import ForAnswers


@get("/health/live")
async def live() -> dict[str, str]:
    """Say that the process runs."""
    return {"status": "live"}


@get("/health/ready", middleware=[ForAnswers])
async def ready(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Say whether this process can take answers, and how each part is."""
    return await _readiness(request, health.ANSWERING)


@get("/health/ready/reading")
async def ready_for_readers(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Say whether people can sign in and read here, and how each part is."""
    return await _readiness(request, health.READING)


async def _readiness(
    request: Request[Any, Any, Any], needed: frozenset[health.Dependency]
) -> Response[dict[str, Any]]:
    found = await health.examine_parts(*request.app.state.logins)
    able = found.allows(needed)
    return Response(
        {"status": "ready" if able else "not ready", "parts": found.parts},
        status_code=200 if able else 503,
        headers={"cache-control": "no-store"},
    )
