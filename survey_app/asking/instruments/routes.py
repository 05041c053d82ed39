"""What is asked, in three languages, and which statements of the strategy it measures."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.queries import WaveRow, find_wave
from survey_app.asking.desk.routes import POPULATION_NAMES
from survey_app.asking.errors import UnknownWave
from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import N_, languages, own_names
from survey_app.shared.pages import page

PURPOSES = {
    "background": N_("Bakgrunnsspørsmål: det måler ingen setning i strategien."),
    "filter": N_("Filterspørsmål: det avgjør hvilke spørsmål som passer."),
    "measure": N_("Spørsmålet måler ingen setning i strategien."),
}


@get("/questionnaires", guards=[requires()])
async def show_questionnaires(request: Request[Any, Any, Any]) -> Response[str]:
    """List the forms, by whom they are for."""
    library = load_library()
    forms = [library.questionnaire(form) for form in library.forms]
    context = {"forms": forms, "population_names": POPULATION_NAMES}
    return page(request, "asking/questionnaires.html", context)


@get("/questionnaires/{form:str}", guards=[requires()])
async def show_questionnaire(
    request: Request[Any, Any, Any], form: FromPath[str], wave: FromQuery[str | None] = None
) -> Response[str]:
    """Show a form as it would be asked today, or exactly as a wave asked it."""
    library = load_library()
    row = await _wave(wave)
    asked = await _frozen(row) if row else None
    if asked is None and form in library.forms:
        asked = library.questionnaire(form)
    if asked is None or asked.form.id != form:
        raise NotFoundException
    context = {
        "asked": asked,
        "wave": row,
        "statements": library.strategy.statements,
        "scales": library.scales,
        "languages": languages(),
        "language_names": dict(own_names()),
        "purposes": PURPOSES,
        "population_names": POPULATION_NAMES,
    }
    return page(request, "asking/questionnaire.html", context)


async def _wave(key: str | None) -> WaveRow | None:
    if key is None:
        return None
    try:
        return await find_wave(Login.WEB, key)
    except UnknownWave as error:
        raise NotFoundException from error


async def _frozen(wave: WaveRow) -> Questionnaire | None:
    rows = await fetch(
        Login.WEB, "SELECT content FROM asking.questionnaire WHERE hash = $1", wave.questionnaire
    )
    return Questionnaire.from_json(rows[0]["content"]) if rows else None


HANDLERS = [show_questionnaires, show_questionnaire]
