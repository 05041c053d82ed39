"""Scales and indices of a version: what they are made of, and what a change of that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from questionnaires.authoring.edits import forms_of
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.numbering import read_items
from questionnaires.authoring.own_measures import own_measures, read_measure
from questionnaires.authoring.remarks import remarks_on
from questionnaires.authoring.scales import add_to_scale, take_from_scale
from questionnaires.authoring.version_files import VersionFiles
from questionnaires.library import Library
from questionnaires.loader import load_library
from questionnaires.model import Item, Questionnaire, Scale
from questionnaires.sensitivity import EXPOSURES
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.instruments.asked import waves_that_asked
from survey_app.asking.instruments.versions import VersionState, WrittenVersion
from survey_app.running.asking import reader_of
from survey_app.running.authoring.access import (
    allowed_draft,
    allowed_version,
    assessed,
    keep_draft,
    somebody_was_before,
    version_address,
)
from survey_app.running.authoring.editor import page_names, shown_forms
from survey_app.running.authoring.mends import refusal, version_mends
from survey_app.running.authoring.offered import refuse_unoffered
from survey_app.running.authoring.remark_words import SaidRemark, said_remark
from survey_app.running.authoring.series import index_costs, reach_of, said_reach
from survey_app.shared.agency import in_language
from survey_app.shared.database import Login
from survey_app.shared.i18n import Language
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
ACTS: Final = ("add", "take")


@dataclass(frozen=True, slots=True)
class ShownScale:
    """A scale with its questions, those that could count in it, too, and what is remarked on it."""

    code: str
    title: str
    items: tuple[tuple[str, str, bool], ...]
    more: tuple[tuple[str, str], ...]
    remarks: tuple[SaidRemark, ...]
    reach: str


@dataclass(frozen=True, slots=True)
class OwnMeasure:
    """A scale or an index that the version brings; `forms` are those whose waves have it."""

    code: str
    title: str
    forms: tuple[str, ...]


@get("/questionnaires/{form:str}/{version:str}/measures", guards=[requires(*READERS)])
async def show_measures(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Show what scales and indices are made of, and what the version does to their curves."""
    return await _page(request, await allowed_version(request, form, version))


@post("/questionnaires/{form:str}/{version:str}/measures", guards=[requires(*READERS)])
async def write_scale(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Put a question into a scale of a draft, or take one out."""
    was = await allowed_draft(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    scale, item = str(sent.get("scale", "")), str(sent.get("item", ""))
    try:
        files = await _changed(was.files, str(sent.get("act", "")), item, scale)
    except AuthoringError as error:
        return await _page(request, was, problem=refusal(error, language_of(request)))
    same = str(was.saved) == str(sent.get("saved", ""))
    if not same or (files != was.files and not await keep_draft(was, files, reader, scale=scale)):
        return await _page(request, was, problem=somebody_was_before())
    return Redirect(f"{version_address(was)}/measures#scale-{scale}", status_code=303)


async def _changed(files: VersionFiles, act: str, item: str, scale: str) -> VersionFiles:
    if not item:
        raise AuthoringError("nothing_chosen")
    refuse_unoffered([act], ACTS)
    if act == "take":
        return take_from_scale(files, item, scale)
    if item not in {one.id for one in scorable_items((await assessed(files)).library)}:
        raise AuthoringError("unknown_item", item)
    return add_to_scale(files, item, scale)


async def _page(
    request: Request[Any, Any, Any], was: WrittenVersion, *, problem: str = ""
) -> Response[Any]:
    language, files = language_of(request), was.files
    assessment = await assessed(files)
    library, asked = assessment.library, load_library()
    scales = [place.value for place in read_items(files).scales]
    codes = {one.code for one in scales}
    indices = [code for code, one in library.indices.items() if set(one.weights) & codes]
    waves = await waves_that_asked(Login.WEB, files.key)
    reach = reach_of([*codes, *indices], waves, library, language)
    shown = [one for one in shown_forms(files, library) if one in library.forms]
    forms = [one for one in forms_of(files) if one in shown and one in asked.forms]
    pairs = [(asked.questionnaire(one), library.questionnaire(one)) for one in forms]
    context = {
        **page_names(was, language),
        "locked": was.state is not VersionState.DRAFT,
        "scales": [
            _shown(one, said_reach(reach[one.code], language), library, language) for one in scales
        ],
        "indices": index_costs(indices, reach, pairs, library, language),
        "own": _own(files, [library.questionnaire(one) for one in shown], language),
        "mends": [one for one in version_mends(assessment.problems, language) if not one.item],
        "problem": problem,
    }
    return page(request, "running/version_measures.html", context, status=WRONG if problem else 200)


def _own(
    files: VersionFiles, forms: Sequence[Questionnaire], lang: Language
) -> tuple[OwnMeasure, ...]:
    """Return what the version brings, with the forms that ask all of it."""
    return tuple(
        OwnMeasure(
            code,
            in_language(said.title, lang) or code,
            tuple(
                in_language(one.form.title, lang)
                for one in forms
                if any(code == index.code for index in one.indices)
            ),
        )
        for code in own_measures(files)
        for said in [read_measure(files, code)]
    )


def _shown(scale: Scale, reach: str, library: Library, lang: Language) -> ShownScale:
    members = [library.items[one] for one in scale.items if one in library.items]
    remarks = [one for one in remarks_on(library, scale.items) if one.about == scale.code]
    return ShownScale(
        code=scale.code,
        title=in_language(scale.title, lang) or scale.code,
        items=tuple((one.id, in_language(one.text, lang), one.reversed) for one in members),
        more=tuple(
            (one.id, in_language(one.text, lang))
            for one in scorable_items(library)
            if one.id not in scale.items
        ),
        remarks=tuple(said_remark(one, library, lang) for one in remarks),
        reach=reach,
    )


def scorable_items(library: Library) -> tuple[Item, ...]:
    """Return the questions that can count in a scale: those that measure, on a scale."""
    return tuple(
        one
        for one in library.items.values()
        if one.purpose == "measure"
        and one.options in library.options
        and library.options[one.options].kind == "scale"
        and library.sensitivity_of(one) not in EXPOSURES
    )


HANDLERS = [show_measures, write_scale]
