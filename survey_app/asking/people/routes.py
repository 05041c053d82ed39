"""The register of units and people: counts for HR and administrators."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from survey_app.accounts.guards import requires
from survey_app.accounts.roles import Role
from survey_app.asking.mends import mends_of
from survey_app.asking.people.change_links import crosswalk
from survey_app.asking.people.decisions import decisions, units_then
from survey_app.asking.people.from_directory import directory_standing
from survey_app.asking.people.link_acts import standing_of_units
from survey_app.asking.people.overview import register_overview
from survey_app.asking.people.reporting_units import SMALLEST_REPORTING_UNIT
from survey_app.asking.people.uploads import register_comes
from survey_app.shared.clock import today
from survey_app.shared.database import Login
from survey_app.shared.pages import language_of, page


@get("/people", guards=[requires(Role.HR, Role.ADMIN)])
async def show_people(request: Request[Any, Any, Any]) -> Response[str]:
    """Show units with head counts, how small ones are reported, and how to update them."""
    context = {
        "register": await register_overview(Login.WEB, today=today()),
        "written": await register_comes(Login.WEB),
        "from_directory": await directory_standing(),
        "smallest": SMALLEST_REPORTING_UNIT,
        "decisions": decisions(await crosswalk(Login.WEB), await units_then(Login.WEB)),
        "link_acts": await standing_of_units(Login.WEB),
        "mends_of": lambda act: mends_of(act.outcome, language_of(request)),
    }
    return page(request, "asking/people.html", context)


HANDLERS = [show_people]
