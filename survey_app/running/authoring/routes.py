"""Begin a version of an instrument, and write its questions one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from questionnaires.authoring.edits import Traits, move_item, place_item
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.form_edits import keep_modules_in_mind
from questionnaires.authoring.numbering import numbered, read_items
from questionnaires.authoring.remarks import remarks_on
from questionnaires.authoring.stems import keep_stems
from questionnaires.authoring.version_files import (
    begin_version,
    newest_version,
    read_version_files,
    with_number,
)
from questionnaires.content import content_folder
from questionnaires.loader import load_library
from questionnaires.strategy_maps import years_of
from survey_app.accounts.guards import requires
from survey_app.answering.example_question import example_question
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.instruments.changes import SENSITIVITY_NAMES, options_name
from survey_app.asking.instruments.version_comments import comments_on
from survey_app.asking.instruments.versions import (
    VersionState,
    WrittenVersion,
    begin_draft,
    written_versions,
)
from survey_app.running.asking import reader_of
from survey_app.running.authoring.access import (
    allow_instrument,
    allowed_version,
    assessed,
    earlier_versions,
    item_gone,
    keep_draft,
    note_version,
)
from survey_app.running.authoring.comment_routes import HANDLERS as COMMENTS
from survey_app.running.authoring.delete_routes import HANDLERS as DELETE
from survey_app.running.authoring.delete_routes import may_delete
from survey_app.running.authoring.editor import (
    PARTS,
    STATES,
    as_sensitivity,
    changed_item,
    first_item,
    form_showing,
    in_offered_order,
    instrument_title,
    is_outrun,
    item_of,
    listed_items,
    next_item,
    order_in,
    page_names,
    refuse_long,
    shown_forms,
    small_number,
    statement_groups,
    written_texts,
)
from survey_app.running.authoring.filter_routes import HANDLERS as FILTERS
from survey_app.running.authoring.form_routes import HANDLERS as WRITTEN_FORMS
from survey_app.running.authoring.group_routes import HANDLERS as GROUPS
from survey_app.running.authoring.item_routes import HANDLERS as ITEMS
from survey_app.running.authoring.library_routes import HANDLERS as LIBRARY
from survey_app.running.authoring.measure_routes import HANDLERS as MEASURES
from survey_app.running.authoring.mends import refusal, version_mends
from survey_app.running.authoring.offered import refuse_traits, refuse_unoffered
from survey_app.running.authoring.option_routes import HANDLERS as OPTION_SETS
from survey_app.running.authoring.own_measure_routes import HANDLERS as OWN_MEASURES
from survey_app.running.authoring.pilot_routes import HANDLERS as PILOTS
from survey_app.running.authoring.remark_words import said_remark
from survey_app.running.authoring.review_routes import HANDLERS as REVIEW
from survey_app.running.authoring.stop_routes import HANDLERS as STOPPING
from survey_app.running.authoring.stored_now import PART_NAMES, stored_now, with_traits
from survey_app.running.preview_routes import FRAMES, LOOKED_AT
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import as_language, own_names
from survey_app.shared.pages import HEADERS, language_of, page
from survey_app.shared.unseen import without_unseen

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
CONFLICT: Final = 409  # and for one that somebody was before
WAYS: Final = ("up", "down")


@get("/questionnaires/{form:str}/versions", guards=[requires(*READERS)])
async def show_versions(request: Request[Any, Any, Any], form: FromPath[str]) -> Response[Any]:
    """List the versions of an instrument, and offer to begin the next."""
    allow_instrument(request, form)
    written = await written_versions(Login.WEB, form)
    newest = newest_version(content_folder(), form)
    known = read_version_files(content_folder(), form, newest)
    open_ = [one for one in written if one.state is not VersionState.RELEASED]
    outrun = [one for one in open_ if is_outrun(one)]
    going_on = [one for one in open_ if one not in outrun]
    context = {
        "instrument": form,
        "written": written,
        "newest": newest,
        "title": instrument_title(known, language_of(request)),
        "open": going_on[-1] if going_on else None,
        "outrun": outrun,
        "stored": {one.files.version for one in written if one not in outrun},
        "states": STATES,
        "deletable": {
            one.id
            for one in open_
            if one.state is VersionState.DRAFT and may_delete(reader_of(request), one)
        },
    }
    return page(request, "running/versions.html", context)


@post("/questionnaires/{form:str}/versions", guards=[requires(*READERS)])
async def begin_next(request: Request[Any, Any, Any], form: FromPath[str]) -> Response[Any]:
    """Begin the version after the newest one, where nobody has."""
    allow_instrument(request, form)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    root, revision, at = content_folder(), load_library().strategy.revision, now()
    files = begin_version(root, form, revision)
    last = (await written_versions(Login.WEB, form))[-1:]
    if last and is_outrun(last[0]):
        files = with_number(last[0].files, files.version, revision)
        files = numbered(files, earlier_versions(files))
    if await begin_draft(Login.WEB, files, account=reader.account, actor=reader.email, now=at):
        await note_version(reader.email, "version begun", files.key, files.version)
    return Redirect(f"/questionnaires/{form}/v{files.version}/edit", status_code=303)


@get("/questionnaires/{form:str}/{version:str}/edit", guards=[requires(*READERS)])
async def show_item(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Show one question of a version to be written."""
    return await _editor(request, await allowed_version(request, form, version))


@post("/questionnaires/{form:str}/{version:str}/edit", guards=[requires(*READERS)])
async def write_item(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Store what was written of a question, or say why it was not."""
    was = await allowed_version(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    item, shown = str(sent.get("item", "")), str(sent.get("order", ""))
    names = [f"{part}.{language}" for part in PARTS for language in was.files.languages]
    said = {name: without_unseen(str(sent.get(name, ""))).strip() for name in names}
    traits = _traits(sent)
    if was.state is not VersionState.DRAFT or str(was.saved) != str(sent.get("saved", "")):
        return await _editor(request, was, said=said, traits=traits, item=item, moved=True)
    try:
        refuse_long([*said.values(), traits.reason])
        library = (await assessed(was.files)).library
        refuse_traits(sent, traits, item_of(was.files, item), library)
        refuse_unoffered([shown] if shown else [], shown_forms(was.files, library), "unknown_form")
        files = changed_item(was.files, item, said, traits, earlier_versions(was.files))
        go_on = next_item(files, shown, item, library) if sent.get("next") and shown else item
    except AuthoringError as error:
        problem = refusal(error, language_of(request))
        return await _editor(request, was, said=said, traits=traits, item=item, problem=problem)
    if files != was.files and not await keep_draft(was, files, reader, item=item):
        was = await allowed_version(request, form, version)
        return await _editor(request, was, said=said, traits=traits, item=item, moved=True)
    return _back(was, go_on, shown)


@post("/questionnaires/{form:str}/{version:str}/move", guards=[requires(*READERS)])
async def move_in_form(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Let a question change places with the one above or below it, or stand in another place."""
    was = await allowed_version(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    way, _sep, item = str(sent.get("move", "")).partition(":")
    shown = str(sent.get("order", ""))
    try:
        number = small_number(way)
        if number is None:
            refuse_unoffered([way], WAYS)
            files = move_item(was.files, item, shown, "up" if way == "up" else "down")
        else:
            files = place_item(was.files, item, shown, number)
        files = keep_stems(files, was.files)
        before = next(reversed(earlier_versions(files)), None)
        files = keep_modules_in_mind(files, shown, before)
    except AuthoringError as error:
        return await _editor(request, was, problem=refusal(error, language_of(request)))
    if not await keep_draft(was, files, reader, item=item):
        return await _editor(request, was, item=item, moved=True)
    open_item = str(sent.get("item", ""))
    return _back(was, open_item if item_of(files, open_item) else item, shown)


@get("/questionnaires/{form:str}/{version:str}/preview", guards=[requires(*READERS)])
async def show_question(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Show a question as people meet it; nothing can be sent from it."""
    was = await allowed_version(request, form, version)
    item = request.query_params.get("item", "")
    assessment = await assessed(was.files)
    asking = form_showing(assessment, item, shown_forms(was.files, assessment.library))
    if not asking:
        raise NotFoundException
    shown = example_question(assessment.library, asking, item, language_of(request))
    headers = {**HEADERS, "Content-Security-Policy": LOOKED_AT, "Cache-Control": "no-store"}
    return Response(shown.plain, media_type=MediaType.HTML, headers=headers)


def _traits(sent: FormMultiDict) -> Traits:
    return Traits(
        options=str(sent.get("options", "")),
        statements=tuple(dict.fromkeys(map(str, sent.getall("statements", [])))),
        core=bool(sent.get("core")),
        reversed=bool(sent.get("reversed")),
        reason=without_unseen(str(sent.get("reason", ""))),
        sensitivity=as_sensitivity(str(sent.get("sensitivity", ""))),
    )


def _back(was: WrittenVersion, item: str, shown: str) -> Redirect:
    address = f"/questionnaires/{was.files.key}/v{was.files.version}/edit"
    asked = urlencode({"item": item, **({"order": shown} if shown else {})})
    return Redirect(f"{address}?{asked}#question", status_code=303)


async def _editor(
    request: Request[Any, Any, Any],
    was: WrittenVersion,
    *,
    said: Mapping[str, str] | None = None,
    traits: Traits | None = None,
    item: str = "",
    problem: str = "",
    moved: bool = False,
) -> Response[Any]:
    language, files = language_of(request), was.files
    assessment = await assessed(files)
    library = assessment.library
    forms = shown_forms(files, library)
    shown = request.query_params.get("order", next(iter(forms), ""))
    if shown not in forms:
        raise NotFoundException
    name = item or request.query_params.get("item", "") or first_item(files, shown, library)
    written = item_of(files, name)
    if written is None and said and any(said.values()):
        texts = [(name.rpartition(".")[2], text) for name, text in said.items()]
        return item_gone(request, was, [*texts, ("", traits.reason if traits else "")])
    if written is None:
        raise NotFoundException
    comments = await comments_on(Login.WEB, was)
    before = [found for one in earlier_versions(files) if (found := item_of(one, name))]
    mends = version_mends(assessment.problems, language)
    order = order_in(files, shown, library)
    context = {
        **page_names(was, language),
        "form_titles": {one: library.forms[one].title for one in forms if one in library.forms},
        "shown": shown,
        "order": listed_items(
            files, shown, language, frozenset(one.item for one in mends), library
        ),
        "once": uuid4().hex,
        "comments": [one for one in comments if one.item == name],
        "unanswered": {one.item for one in comments if not one.answer},
        "own": {place.value.id for place in read_items(files).items},
        "item": with_traits(written, traits, library),
        "stored": stored_now(written, said or {}, traits, library, language)
        if moved and traits
        else (),
        "number": order.index(name) + 1 if name in order else 0,
        "before": before[-1] if before else None,
        "texts": written_texts(
            written, before[-1] if before else None, in_offered_order(files.languages)
        ),
        "said": said or {},
        "part_names": PART_NAMES,
        "sensitivities": SENSITIVITY_NAMES,
        "noted_sensitivity": library.measures.sensitivity.get(name, ""),
        "mends": mends,
        "item_mends": [one.sentence for one in mends if one.item == name],
        "remarks": [said_remark(one, library, language) for one in remarks_on(library, [name])],
        "groups": statement_groups(library.strategy),
        "strategy_period": years_of(library.strategy),
        "options": [
            (one.id, options_name(one, language))
            for one in library.options.values()
            if len(one.options) > 1
        ],
        "preview": form_showing(assessment, name, forms),
        "preview_language": as_language(request.query_params.get("shown", language)),
        "languages_shown": own_names(),
        "problem": problem,
        "moved": moved,
    }
    status = CONFLICT if moved else WRONG if problem else 200
    headers = {"Content-Security-Policy": FRAMES}
    return page(request, "running/version_item.html", context, status=status, headers=headers)


HANDLERS = [
    show_versions,
    begin_next,
    show_item,
    write_item,
    move_in_form,
    show_question,
    *ITEMS,
    *REVIEW,
    *DELETE,
    *OPTION_SETS,
    *FILTERS,
    *WRITTEN_FORMS,
    *STOPPING,
    *MEASURES,
    *OWN_MEASURES,
    *GROUPS,
    *COMMENTS,
    *LIBRARY,
    *PILOTS,
]
