"""What is asked, in three languages, and which statements of the strategy it measures."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, QueryParameter

from questionnaires.arms import NEW, OLD, arm_of
from questionnaires.editions import (
    asked_versions,
    edition,
    instrument_versions,
    renewed_instruments,
)
from questionnaires.errors import UnknownFormError
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire, Text
from questionnaires.parts import part, part_numbers
from survey_app.accounts.guards import requires, signed_in
from survey_app.asking.campaigns.labels import KINDS
from survey_app.asking.campaigns.population_names import POPULATION_NAMES
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.errors import UnknownWave
from survey_app.asking.instruments.asked import NoSuchFormError, form_of_today, form_of_wave
from survey_app.asking.instruments.changes import KIND_NAMES, VersionChanges, version_changes
from survey_app.asking.instruments.offered import address_of_file, offered_files
from survey_app.asking.instruments.permissions import writable_instruments
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_, Language, languages, own_names
from survey_app.shared.numbers import listed
from survey_app.shared.pages import language_of, page

HALVES = {
    OLD: N_("Den gamle ordlyden, til halvparten"),
    NEW: N_("Den nye ordlyden, til den andre halvparten"),
}
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
    reader = signed_in(request)
    context = {
        "forms": forms,
        "kinds": KINDS,
        "population_names": POPULATION_NAMES,
        "written": {
            key: library.instrument_title(key)
            for key in (writable_instruments(library, reader.role) if reader else ())
        },
    }
    return page(request, "asking/questionnaires.html", context)


@get("/questionnaires/{form:str}", guards=[requires()])
async def show_questionnaire(
    request: Request[Any, Any, Any], form: FromPath[str], wave: FromQuery[str | None] = None
) -> Response[str]:
    """Show a form as it would be asked today, or exactly as a wave asked it."""
    library = load_library()
    row, asked = await find_asked(form, wave)
    lang = language_of(request)
    context = {
        "asked": asked,
        "numbers": _numbers(asked),
        "halves": {item.id: HALVES[number] for item in asked.items if (number := arm_of(item.id))},
        "wave": row,
        "versions": listed([str(one) for one in asked_versions(asked)], lang) if row else "",
        "files": [
            (one, address_of_file(form, one, lang, row.key if row else ""))
            for one in offered_files(asked, lang)
        ],
        "statements": library.strategy.statements,
        "scales": library.scales,
        "languages": languages(),
        "language_names": dict(own_names()),
        "purposes": PURPOSES,
        "population_names": POPULATION_NAMES,
        "renewed": _renewed(form) if form in library.forms and row is None else {},
    }
    return page(request, "asking/questionnaire.html", context)


@get("/questionnaires/{form:str}/changes", guards=[requires()])
async def show_version_changes(
    request: Request[Any, Any, Any],
    form: FromPath[str],
    old: Annotated[int | None, QueryParameter(name="from")] = None,
    new: Annotated[int | None, QueryParameter(name="to")] = None,
) -> Response[str]:
    """Show two versions of a form or an instrument: the newest and the one before, if not named."""
    library = load_library()
    try:
        versions = instrument_versions(form)
    except UnknownFormError as error:
        raise NotFoundException from error
    pairs = tuple(pairwise(versions))
    before, after = pairs[-1] if pairs else (versions[0], versions[0])
    before, after = before if old is None else old, after if new is None else new
    if not {before, after} <= set(versions):
        raise NotFoundException
    context = {
        "key": form,
        "form": library.forms.get(form),
        "called": library.forms[form].title
        if form in library.forms
        else library.instrument_title(form),
        "versions": versions,
        "pairs": pairs,
        "old": before,
        "new": after,
        "view": _changes(form, before, after, language_of(request)) if pairs else None,
        "kind_names": KIND_NAMES,
        "language_names": dict(own_names()),
    }
    return page(request, "asking/changes.html", context)


def _changes(form: str, old: int, new: int, lang: Language) -> VersionChanges:
    return version_changes(edition(form, old), edition(form, new), load_library(), lang)


def _renewed(form: str) -> dict[str, Text]:
    """Give the title of each instrument that has several versions, by the key of its page."""
    library = load_library()
    own = library.forms[form].instrument
    return {
        form if one == own else one: library.instrument_title(one)
        for one in renewed_instruments(form)
    }


def _numbers(asked: Questionnaire) -> dict[str, int]:
    """Count as respondents do, by item: each is shown what one half or module is asked."""
    shown = [part(asked, number) for number in reversed(part_numbers(asked))] or [asked]
    return {name: at for one in shown for at, name in enumerate(one.form.items, start=1)}


async def find_asked(form: str, key: str | None) -> tuple[WaveRow | None, Questionnaire]:
    """Find a form as it would be asked today, or as the wave with this key asked it.

    Raises
    ------
    NotFoundException
        If there is no such form or wave, or the wave asks another form.
    """
    try:
        return (
            (None, form_of_today(form)) if key is None else await form_of_wave(Login.WEB, form, key)
        )
    except (UnknownWave, NoSuchFormError) as error:
        raise NotFoundException from error


HANDLERS = [show_questionnaires, show_questionnaire, show_version_changes]
