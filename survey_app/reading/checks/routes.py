"""The pages of a publication's checks: for readers of staff, of the public, and for everybody."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn
from survey_app.reading.checks.overview import put_checks_together
from survey_app.reading.nothing_yet import nothing_yet
from survey_app.reading.waves import Wave, chosen, waves
from survey_app.shared import clock
from survey_app.shared.i18n import N_
from survey_app.shared.pages import language_of, page

TITLE: Final = N_("Hva tallene tåler")
_OF_STAFF = requires(Role.HR, Role.LEADER, Role.REPRESENTATIVE, Role.ANALYST)
_OF_THE_PUBLIC = requires(Role.COMMUNICATIONS, Role.ANALYST)


@get("/culture/checks", guards=[_OF_STAFF])
async def culture_checks(
    request: Request[Any, Any, Any], wave: FromQuery[str | None] = None
) -> Response[str]:
    """Show what a wave of staff tells of its own figures."""
    series = await waves("staff", clock.now())
    if not series:
        return await nothing_yet(request, "staff", TITLE, "/culture/progress")
    return await _answer(request, series, wave, "/culture/checks", reader=signed_in(request))


@get("/reputation/checks", guards=[_OF_THE_PUBLIC])
async def reputation_checks(
    request: Request[Any, Any, Any], wave: FromQuery[str | None] = None
) -> Response[str]:
    """Show what a wave of the public tells of its own figures."""
    series = await waves("public", clock.now())
    if not series:
        return await nothing_yet(request, "public", TITLE, "/reputation/progress")
    return await _answer(request, series, wave, "/reputation/checks", reader=signed_in(request))


@get("/results/checks")
async def open_checks(
    request: Request[Any, Any, Any], wave: FromQuery[str | None] = None
) -> Response[str]:
    """Show it of waves that everybody may see: the public's, the staff's where opened."""
    staff = [one for one in await waves("staff", clock.now()) if one.open_results >= 1]
    public = list(await waves("public", clock.now()))
    if not (staff or public):
        raise NotFoundException
    if wave is None:
        wave = (staff or public)[-1].key
    series = staff if wave in {one.key for one in staff} else public
    return await _answer(
        request, series, wave, "/results/checks", every=[*public, *staff], reader=None
    )


async def _answer(
    request: Request[Any, Any, Any],
    series: list[Wave] | tuple[Wave, ...],
    key: str | None,
    address: str,
    *,
    reader: SignedIn | None,
    every: list[Wave] | None = None,
) -> Response[str]:
    at, lang = clock.now(), language_of(request)
    picked = chosen(series, key)
    context = {
        "wave": picked,
        "wave_options": [(w.key, w.label("name", lang)) for w in reversed(every or series)],
        "address": address,
        "view": await put_checks_together(series, picked, lang, at, reader),
    }
    return page(request, "checks/overview.html", context, fragment="checks/_overview.html")


HANDLERS = [culture_checks, reputation_checks, open_checks]
