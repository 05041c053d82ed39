"""Scales and indices that a version brings: made on a page, changed, and taken out again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.numbering import read_items
from questionnaires.authoring.own_measures import (
    WrittenMeasure,
    codes_taken,
    own_measures,
    read_measure,
    remove_measure,
    write_measure,
)
from questionnaires.authoring.version_files import VersionFiles
from questionnaires.library import Library
from questionnaires.loader import load_library
from questionnaires.model import Item
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.instruments.versions import WrittenVersion
from survey_app.running.asking import reader_of
from survey_app.running.authoring.access import (
    allowed_draft,
    assessed,
    keep_draft,
    somebody_was_before,
    version_address,
)
from survey_app.running.authoring.editor import (
    in_offered_order,
    page_names,
    refuse_long,
    shown_forms,
    small_number,
)
from survey_app.running.authoring.measure_routes import scorable_items
from survey_app.running.authoring.mends import refusal
from survey_app.running.authoring.offered import refuse_unoffered
from survey_app.running.authoring.set_form import language_fields, sent_words
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language
from survey_app.shared.i18n import gettext as _
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
CONFLICT: Final = 409  # and for one that somebody was before
TEXTS: Final = ("title", "short", "about")
LONGEST_NAME: Final = 80  # characters
LONGEST_SHORT: Final = 40
SCALE, INDEX = "scale", "index"
ASKED_OF: Final = {
    "staff": N_("De ansatte"),
    "public": N_("Befolkningen, 18 år og eldre"),
    "candidates": N_("Mulige søkere"),
    "stakeholders": N_("Samarbeidspartnere og andre med en interesse"),
}


@dataclass(frozen=True, slots=True)
class OfferedQuestion:
    """A question that can count in a scale, with what of the strategy it measures."""

    id: str
    text: str
    reversed: bool
    statements: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class OfferedScale:
    """A scale that can be a part of an index, and how many times it counts; empty for not at all.

    `near` says that questions of the version count in it.
    """

    code: str
    title: str
    count: int
    times: str
    near: bool


@get("/questionnaires/{form:str}/{version:str}/measures/write", guards=[requires(*READERS)])
async def show_own_measure(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Show a scale or an index that the version brings, or an empty one, to be written."""
    was = await allowed_draft(request, form, version)
    code, kind = (request.query_params.get(name, "") for name in ("code", "kind"))
    if code and code not in own_measures(was.files):
        raise NotFoundException
    library = (await assessed(was.files)).library
    whom = _asked_of(was.files, library)
    said = read_measure(was.files, code) if code else WrittenMeasure("", next(iter(whom), ""), {})
    return await _page(
        request, was, said, INDEX if said.parts or kind == INDEX else SCALE, own=code
    )


@post("/questionnaires/{form:str}/{version:str}/measures/write", guards=[requires(*READERS)])
async def write_own_measure(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Store a scale or an index of the version's own, or say why it was not."""
    was = await allowed_draft(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    own, kind = str(sent.get("own", "")), str(sent.get("kind", ""))
    said = _sent(sent, in_offered_order(was.files.languages), own, kind)
    if str(was.saved) != str(sent.get("saved", "")):
        return await _page(request, was, said, kind, own=own, moved=True)
    try:
        refuse_long(word for name in TEXTS for word in getattr(said, name).values())
        files = await _changed(was.files, said, own, kind)
    except AuthoringError as error:
        problem = refusal(error, language_of(request))
        # of a measure that somebody took out, what was written can be stored as a new one
        own = own if own in own_measures(was.files) else ""
        return await _page(request, was, said, kind, own=own, problem=problem)
    if files != was.files and not await keep_draft(was, files, reader, measure=said.code):
        was = await allowed_draft(request, form, version)
        return await _page(request, was, said, kind, own=own, moved=True)
    return Redirect(f"{version_address(was)}/measures#own-{said.code}", status_code=303)


@post("/questionnaires/{form:str}/{version:str}/measures/remove", guards=[requires(*READERS)])
async def remove_own_measure(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Take out a scale or an index that the version brings; its questions stay."""
    was = await allowed_draft(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    code = str(sent.get("code", ""))
    if code not in own_measures(was.files):  # somebody took it out already
        return Redirect(f"{version_address(was)}/measures", status_code=303)
    said = read_measure(was.files, code)
    if str(was.saved) != str(sent.get("saved", "")):
        return await _page(request, was, said, own=code, moved=True)
    try:
        files = remove_measure(was.files, code)
    except AuthoringError as error:
        problem = refusal(error, language_of(request))
        return await _page(request, was, said, own=code, problem=problem)
    if not await keep_draft(was, files, reader, measure=code, removed=True):
        was = await allowed_draft(request, form, version)
        if code not in own_measures(was.files):
            return Redirect(f"{version_address(was)}/measures", status_code=303)
        said = read_measure(was.files, code)
        return await _page(request, was, said, own=code, moved=True)
    return Redirect(f"{version_address(was)}/measures", status_code=303)


async def _changed(files: VersionFiles, said: WrittenMeasure, own: str, kind: str) -> VersionFiles:
    brought = own_measures(files)
    refuse_unoffered([kind], (SCALE, INDEX))
    if own and own not in brought:
        raise AuthoringError("unknown_scale", own)
    if not own and (said.code in brought or said.code in codes_taken(load_library())):
        raise AuthoringError("measure_taken", said.code)
    library = (await assessed(files)).library
    if unknown := set(said.items) - {one.id for one in scorable_items(library)}:
        raise AuthoringError("unknown_item", *unknown)
    if unknown := set(said.parts) - set(library.scales):
        raise AuthoringError("unknown_scale", *unknown)
    if said.population not in _asked_of(files, library):
        raise AuthoringError("unknown_form", said.population)
    # what stands on buttons is the title, where nothing shorter is said
    short = {**said.title, **{one: word for one, word in said.short.items() if word}}
    if max(map(len, said.title.values()), default=0) > LONGEST_NAME or any(
        len(word) > LONGEST_SHORT for word in short.values()
    ):
        raise AuthoringError("long_name", said.code)
    return write_measure(files, said)


def _sent(
    sent: FormMultiDict, languages: Iterable[Language], own: str, kind: str
) -> WrittenMeasure:
    """Read a measure from the form as it was sent; a weight that is no number counts as wrong."""
    texts = {name: sent_words(sent, name, tuple(languages)) for name in TEXTS}
    weights = {
        name.removeprefix("times."): str(value).strip()
        for name, value in sent.items()
        if name.startswith("times.") and str(value).strip()
    }
    return WrittenMeasure(
        code=own or str(sent.get("code", "")).strip(),
        population=str(sent.get("population", "")),
        title=texts["title"],
        short=texts["short"],
        about=texts["about"],
        items=() if kind == INDEX else tuple(dict.fromkeys(map(str, sent.getall("items", [])))),
        parts={code: small_number(said) or 0 for code, said in weights.items()}
        if kind == INDEX
        else {},
        placed=bool(sent.get("placed")),
    )


async def _page(
    request: Request[Any, Any, Any],
    was: WrittenVersion,
    said: WrittenMeasure,
    kind: str = "",
    *,
    own: str,
    problem: str = "",
    moved: bool = False,
) -> Response[Any]:
    language, languages = language_of(request), in_offered_order(was.files.languages)
    library = (await assessed(was.files)).library
    whom = _asked_of(was.files, library)
    offered = [_offer(one, said, library, language) for one in scorable_items(library)]
    names = {place.value.id for place in read_items(was.files).items}
    scales = [
        OfferedScale(
            code,
            in_language(one.title, language) or code,
            len(one.items),
            str(said.parts.get(code) or ""),
            bool(names & set(one.items)),
        )
        for code, one in library.scales.items()
        if code != own
    ]
    context = {
        **page_names(was, language),
        "said": said,
        "own": own,
        "kind": INDEX if said.parts or kind == INDEX else SCALE,
        "texts": {name: language_fields(name, getattr(said, name), languages) for name in TEXTS},
        "whom": [(one, _(ASKED_OF[one])) for one in whom],
        "of_staff": "staff" in whom,
        "questions": [one for one in offered if one.id in names],
        "others": [one for one in offered if one.id not in names],
        "scales": [one for one in scales if one.near],
        "other_scales": [one for one in scales if not one.near],
        "problem": somebody_was_before() if moved else problem,
    }
    status = CONFLICT if moved else WRONG if problem else 200
    return page(request, "running/version_measure_write.html", context, status=status)


def _asked_of(files: VersionFiles, library: Library) -> tuple[str, ...]:
    """Tell whom the forms of a version are put to, in their order."""
    forms = (library.forms[one] for one in shown_forms(files, library) if one in library.forms)
    return tuple(dict.fromkeys(str(one.population) for one in forms))


def _offer(item: Item, said: WrittenMeasure, library: Library, lang: Language) -> OfferedQuestion:
    statements = library.strategy.statements
    return OfferedQuestion(
        item.id,
        in_language(item.text, lang) or item.id,
        item.reversed,
        tuple(statements[one].text for one in item.statements if one in statements),
        item.id in said.items,
    )


HANDLERS = [show_own_measure, write_own_measure, remove_own_measure]
