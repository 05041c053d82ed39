"""The register of units and people: counts for HR and administrators."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from survey_app.accounts.guards import requires
from survey_app.accounts.roles import Role
from survey_app.asking.people.overview import register_overview
from survey_app.asking.people.reporting_units import SMALLEST_REPORTING_UNIT
from survey_app.shared.clock import today
from survey_app.shared.database import Login
from survey_app.shared.pages import page


@get("/people", guards=[requires(Role.HR, Role.ADMIN)])
async def show_people(request: Request[Any, Any, Any]) -> Response[str]:
    """Show units with head counts, how small ones are reported, and how to update them."""
    context = {
        "register": await register_overview(Login.WEB, today=today()),
        "smallest": SMALLEST_REPORTING_UNIT,
    }
    return page(request, "asking/people.html", context)


HANDLERS = [show_people]
