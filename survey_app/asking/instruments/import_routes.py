"""A questionnaire made elsewhere, on pages: what it holds, what comes along, our files of it."""

from __future__ import annotations

import base64
import binascii
from pathlib import PurePath
from typing import Any, Final

from litestar import Request, Response, get, post

from questionnaires.formats.read import LARGEST, SUFFIXES
from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import csrf_is_right
from survey_app.asking.campaigns.population_names import POPULATION_NAMES
from survey_app.asking.instruments.foreign_reader import READER, ManyFilesError, UnreadFileError
from survey_app.asking.instruments.foreign_words import told
from survey_app.shared.form_in_memory import FormInMemory, form_in_memory
from survey_app.shared.i18n import N_, languages, own_names, translator
from survey_app.shared.pages import language_of, page

ADDRESS: Final = "/questionnaires/import"
WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
GUARD: Final = requires(Role.HR, Role.COMMUNICATIONS)
MOST_LINES: Final = 300  # of what is lost, on a page; all of them stand beside the instrument
POPULATIONS: Final = ("staff", "public", "candidates", "stakeholders")
LARGE: Final = ["Refused", "LARGE", {"limit": LARGEST // 1024 // 1024}]
NO_FILE: Final = N_("Velg filen med spørreskjemaet.")
MANY: Final = N_("Flere filer blir lest akkurat nå. Prøv igjen om et minutt.")
UNREAD: Final = N_(
    "Filen tok for lang tid eller for mye plass å lese. Ingenting er lagret. Eksporter den på "
    "nytt, eller del den i mindre."
)


@get(ADDRESS, guards=[GUARD])
async def choose_questionnaire(request: Request[Any, Any, Any]) -> Response[str]:
    """Ask for the file."""
    return _choose(request, FormInMemory({}, {}))


@post(ADDRESS, guards=[GUARD], status_code=200, request_max_body_size=2 * LARGEST)
async def look_into_questionnaire(request: Request[Any, Any, Any]) -> Response[str]:
    """Say what a file holds and what of it comes along; nothing is stored."""
    form = await _form(request)
    content = form.files.get("file")
    if content is None:
        return _choose(request, form, NO_FILE)
    name = PurePath(form.file_names["file"].replace("\\", "/")).name
    found, problem = await _read(request, name, content, form)
    if found is None:
        return _choose(request, form, problem)
    translate = translator(language_of(request)).gettext
    losses = [
        (loss["place"], told(loss["what"], translate), told(loss["why"], translate))
        for loss in found["lost"]
    ]
    context = {
        "found": found,
        "losses": losses[:MOST_LINES],
        "lost": len(losses),
        "more": max(len(losses) - MOST_LINES, 0),
        "name": name,
        "content": base64.b64encode(content).decode(),
        "chosen": _chosen(form),
        "language_names": dict(own_names()),
    }
    return page(request, "asking/questionnaire_told.html", context)


@post(f"{ADDRESS}/files", guards=[GUARD], status_code=200, request_max_body_size=3 * LARGEST)
async def give_files(request: Request[Any, Any, Any]) -> Response[Any]:
    """Give the agency's content with the questionnaire in it, made from the file once more."""
    form = await _form(request)
    try:
        content = base64.b64decode(form["content"], validate=True)
    except (binascii.Error, ValueError):
        return _choose(request, form, NO_FILE)
    found, problem = await _read(request, form["name"], content, form)
    if found is None:
        return _choose(request, form, problem)
    return Response(
        base64.b64decode(found["zip"]),
        media_type="application/zip",
        headers={
            "content-disposition": f'attachment; filename="{found["instrument"]}.zip"',
            "cache-control": "no-store",
        },
    )


async def _form(request: Request[Any, Any, Any]) -> FormInMemory:
    form = await form_in_memory(request)
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    if not csrf_is_right(reader, form["csrf"]):
        raise ForeignRequest(request.url.path)
    return form


async def _read(
    request: Request[Any, Any, Any], name: str, content: bytes, form: FormInMemory
) -> tuple[dict[str, Any] | None, str]:
    """Return what a file holds, or the sentence that says why it cannot be taken in."""
    translate = translator(language_of(request)).gettext
    if len(content) > LARGEST:
        return None, told(LARGE, translate)
    population, language = _chosen(form)
    try:
        answer = await READER.read(name, content, population=population, unnamed=language or None)
    except ManyFilesError:
        return None, translate(MANY)
    except UnreadFileError:
        return None, translate(UNREAD)
    refused = answer.get("refused")
    return answer.get("taken"), told(refused, translate) if refused else ""


def _chosen(form: FormInMemory) -> tuple[str, str]:
    """Return for whom it is, and the language of texts for which the file names none."""
    population, language = form["population"], form["language"]
    return (
        population if population in POPULATIONS else POPULATIONS[0],
        language if language in languages() else "",
    )


def _choose(
    request: Request[Any, Any, Any], form: FormInMemory, problem: str = ""
) -> Response[str]:
    context = {
        "problem": problem,
        "chosen": _chosen(form),
        "populations": [(code, POPULATION_NAMES[code]) for code in POPULATIONS],
        "language_names": dict(own_names()),
        "suffixes": ", ".join(SUFFIXES),
        "largest": LARGEST // 1024 // 1024,
    }
    template = "asking/questionnaire_import.html"
    return page(request, template, context, status=WRONG if problem else 200)


HANDLERS = [choose_questionnaire, look_into_questionnaire, give_files]
