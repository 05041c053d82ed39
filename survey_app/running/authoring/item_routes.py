"""Add a question to a version, take one out, and put back a file that was changed elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from questionnaires.authoring.edits import Traits, add_item, forms_of, retire_item
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.form_edits import keep_modules_in_mind
from questionnaires.authoring.laid_over import Assessment
from questionnaires.authoring.numbering import numbered, read_items
from questionnaires.authoring.own_groups import groups_end_with
from questionnaires.authoring.remarks import remarks_on
from questionnaires.authoring.stems import keep_stems
from questionnaires.authoring.take_file_back import LARGEST_FILE, take_file_back
from questionnaires.authoring.version_files import VersionFiles
from questionnaires.model import Item
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.instruments.versions import WrittenVersion
from survey_app.running.asking import reader_of
from survey_app.running.authoring.access import (
    allowed_draft,
    assessed,
    earlier_versions,
    item_gone,
    keep_draft,
    somebody_was_before,
    version_address,
)
from survey_app.running.authoring.editor import STAFF, item_of, page_names, suggested_id
from survey_app.running.authoring.mends import refusal, version_mends
from survey_app.running.authoring.offered import refuse_id_of_another
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import Language
from survey_app.shared.i18n import gettext as _
from survey_app.shared.numbers import listed
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used


@dataclass(frozen=True, slots=True)
class Loss:
    """What goes with a question that is taken out, by name."""

    forms: str
    scales: tuple[str, ...]
    statements: tuple[str, ...]
    groups: tuple[str, ...]
    outcomes: str
    themes: tuple[str, ...]
    mends: tuple[str, ...]


@get("/questionnaires/{form:str}/{version:str}/add", guards=[requires(*READERS)])
async def ask_what_to_add(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Ask what a new question is called, after which one it stands, and which forms ask it."""
    was = await _with_forms(request, form, version)
    return await _add_page(request, was, request.query_params.get("after", ""))


@post("/questionnaires/{form:str}/{version:str}/add", guards=[requires(*READERS)])
async def add_question(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Add a question that is empty yet, and go on to write it."""
    was = await _with_forms(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    item, after = str(sent.get("id", "")).strip(), str(sent.get("after", ""))
    model = item_of(was.files, after)
    if model is None:
        return item_gone(request, was, [("", item)])
    forms = tuple(dict.fromkeys(map(str, sent.getall("forms", []))))
    about, scale = bool(sent.get("about")), str(sent.get("scale", "")) or None
    try:
        files = await _with_new(was.files, item, model, forms, scale=scale, about=about)
    except AuthoringError as error:
        problem = refusal(error, language_of(request))
        return await _add_page(request, was, after, said=item, about=about, problem=problem)
    files = numbered(files, earlier_versions(files))
    if not await keep_draft(was, files, reader, item=item, added=True):
        was = await _with_forms(request, form, version)
        if item_of(was.files, after) is None:
            return item_gone(request, was, [("", item)])
        problem = somebody_was_before()
        return await _add_page(request, was, after, said=item, about=about, problem=problem)
    order = f"&order={forms[0]}" if forms else ""
    return Redirect(f"{version_address(was)}/edit?item={item}{order}", status_code=303)


@get("/questionnaires/{form:str}/{version:str}/retire", guards=[requires(*READERS)])
async def ask_before_retiring(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Say what goes with a question before it is taken out."""
    was = await _with_forms(request, form, version)
    return await _retire_page(request, was, request.query_params.get("item", ""))


@post("/questionnaires/{form:str}/{version:str}/retire", guards=[requires(*READERS)])
async def retire_question(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Take a question out of the version; versions of before keep it."""
    was = await _with_forms(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    item = str(sent.get("item", ""))
    if item_of(was.files, item) is None:
        return item_gone(request, was)
    files = _without(was.files, item)
    same = str(was.saved) == str(sent.get("saved", ""))
    if not (same and await keep_draft(was, files, reader, item=item, retired=True)):
        was = await _with_forms(request, form, version)
        if item_of(was.files, item) is None:
            return item_gone(request, was)
        return await _retire_page(request, was, item, problem=somebody_was_before())
    return Redirect(f"{version_address(was)}/edit", status_code=303)


@post("/questionnaires/{form:str}/{version:str}/file", guards=[requires(*READERS)])
async def put_file_back(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Take a file of the version as it was changed elsewhere, if the whole can still be read."""
    was = await allowed_draft(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    upload = sent.get("file")
    if not isinstance(upload, UploadFile):
        return _file_page(request, was, _("Velg en fil."))
    try:
        content = await upload.read(LARGEST_FILE + 1)
        files = take_file_back(was.files, upload.filename, content, earlier_versions(was.files))
    except AuthoringError as error:
        return _file_page(request, was, refusal(error, language_of(request)))
    if files != was.files and not await keep_draft(was, files, reader, file=upload.filename):
        return _file_page(request, was, somebody_was_before())
    return Redirect(f"{version_address(was)}/review", status_code=303)


async def _with_forms(request: Request[Any, Any, Any], form: str, version: str) -> WrittenVersion:
    """Return a draft that says itself which questions are asked; others say it of the rest."""
    was = await allowed_draft(request, form, version)
    if not forms_of(was.files):
        raise NotFoundException
    return was


async def _with_new(
    files: VersionFiles,
    item: str,
    after: Item,
    forms: Sequence[str],
    *,
    scale: str | None,
    about: bool,
) -> VersionFiles:
    """Add an item that has the answers of the one before; `about` says that it is background."""
    library = (await assessed(files)).library
    known = library.forms
    refuse_id_of_another(item, files.key, library)
    if about and any(known[one].population == STAFF for one in forms if one in known):
        raise AuthoringError("background_of_staff", item)
    new = Traits(after.options, ())
    more = add_item(files, item, new, after=after.id, forms=forms, scale=scale, background=about)
    return keep_stems(more, files)


def _without(files: VersionFiles, item: str) -> VersionFiles:
    before = next(reversed(earlier_versions(files)), None)
    files = retire_item(files, item, before)
    for form in forms_of(files):
        files = keep_modules_in_mind(files, form, before)
    return groups_end_with(files, item)


async def _add_page(
    request: Request[Any, Any, Any],
    was: WrittenVersion,
    after: str,
    *,
    said: str = "",
    about: bool | None = None,
    problem: str = "",
) -> Response[Any]:
    language, files = language_of(request), was.files
    model = item_of(files, after)
    if model is None:
        raise NotFoundException
    library = (await assessed(files)).library
    draft = read_items(files)
    forms = [one for one in forms_of(files) if one in library.forms]
    context = {
        **page_names(was, language),
        "after": model,
        "said": said or suggested_id(after, {one.value.id for one in draft.items}),
        "forms": [(one, library.forms[one].title) for one in forms],
        "asking": {one for one in forms if after in library.forms[one].items},
        "scales": [(one.value.code, one.value.title) for one in draft.scales],
        "outside": any(library.forms[one].population != STAFF for one in forms),
        "about": model.purpose == "background" if about is None else about,
        "problem": problem,
    }
    return page(request, "running/version_add.html", context, status=WRONG if problem else 200)


async def _retire_page(
    request: Request[Any, Any, Any], was: WrittenVersion, item: str, *, problem: str = ""
) -> Response[Any]:
    language = language_of(request)
    written = item_of(was.files, item)
    if written is None:
        raise NotFoundException
    before, after = await assessed(was.files), await assessed(_without(was.files, item))
    context = {
        **page_names(was, language),
        "item": written,
        "loss": _loss(item, before, after, language),
        "problem": problem,
    }
    return page(request, "running/version_retire.html", context, status=WRONG if problem else 200)


def _loss(item: str, before: Assessment, after: Assessment, lang: Language) -> Loss:
    library = before.library
    alone = {"only_item", "half_measured"}
    known = version_mends(before.problems, lang)
    new = (one for one in version_mends(after.problems, lang) if one not in known)
    return Loss(
        forms=listed(
            [
                in_language(form.title, lang)
                for form in library.forms.values()
                if item in form.items
            ],
            lang,
        ),
        scales=tuple(
            in_language(one.title, lang) for one in library.scales.values() if item in one.items
        ),
        statements=tuple(
            library.strategy.statements[one.found].text
            for one in remarks_on(library, [item])
            if one.about == item and one.kind in alone
        ),
        groups=tuple(
            in_language(one.title, lang)
            for one in library.background.variables.values()
            if one.item == item and not one.weighted
        ),
        outcomes=listed(
            [
                in_language(one.title, lang)
                for one in library.drivers
                if item in {one.measure, *one.predictors}
            ],
            lang,
        ),
        themes=tuple(
            in_language(one.title, lang)
            for one in library.themes
            if item in {one.inside, one.outside}
        ),
        mends=tuple(one.sentence for one in new),
    )


def _file_page(request: Request[Any, Any, Any], was: WrittenVersion, problem: str) -> Response[Any]:
    context = {**page_names(was, language_of(request)), "problem": problem}
    return page(request, "running/version_file.html", context, status=WRONG)


HANDLERS = [
    ask_what_to_add,
    add_question,
    ask_before_retiring,
    retire_question,
    put_file_back,
]
