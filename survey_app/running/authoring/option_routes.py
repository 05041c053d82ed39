"""Sets of answers: which there are, what they cost to change, and those that a version brings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.numbering import numbered, read_items
from questionnaires.authoring.option_sets import (
    WrittenSet,
    give_set,
    own_sets,
    read_set,
    remove_set,
    write_set,
)
from questionnaires.authoring.stems import keep_stems
from questionnaires.library import Library
from questionnaires.loader import load_library
from questionnaires.model import Item, ResponseOptions
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.instruments.changes import options_name
from survey_app.asking.instruments.versions import VersionState, WrittenVersion
from survey_app.running.asking import reader_of
from survey_app.running.authoring.access import (
    allowed_draft,
    allowed_version,
    assessed,
    earlier_versions,
    keep_draft,
    somebody_was_before,
    version_address,
)
from survey_app.running.authoring.costs import measures_with, sharing_stem, was_asked
from survey_app.running.authoring.editor import (
    in_offered_order,
    page_names,
    refuse_long,
)
from survey_app.running.authoring.mends import refusal
from survey_app.running.authoring.offered import refuse_codes
from survey_app.running.authoring.set_form import (
    MISSING_NAMES,
    refuse_set,
    sent_set,
    set_form,
    typed_ends,
    words_of_set,
)
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import Language
from survey_app.shared.numbers import listed
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
CONFLICT: Final = 409  # and for one that somebody was before


@dataclass(frozen=True, slots=True)
class ListedSet:
    """A set with its answers in words, and the questions that have it.

    `own` says that the version brings it, so that it can still be changed; `elsewhere` counts the
    questions of other instruments that have it.
    """

    id: str
    name: str
    answers: tuple[str, ...]
    items: tuple[tuple[str, str], ...]
    own: bool
    elsewhere: int


@dataclass(frozen=True, slots=True)
class OfferedItem:
    """A question that may get the set; `cost` names the series that break where it was asked.

    `chosen` says that somebody has marked it, in a form that was not stored. `beside` counts the
    questions that lose the text above their answers with it; `grouped` says that the answers make
    groups of the public, which are followed by their codes.
    """

    id: str
    text: str
    cost: str
    beside: int
    grouped: bool
    chosen: bool


@get("/questionnaires/{form:str}/{version:str}/options", guards=[requires(*READERS)])
async def show_sets(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """List the sets of answers that a version asks with, and those that it brings."""
    return await _list_page(request, await allowed_version(request, form, version))


@get("/questionnaires/{form:str}/{version:str}/options/write", guards=[requires(*READERS)])
async def show_set(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Show a set that the version brings, or a new one made from another, to be written."""
    was = await allowed_draft(request, form, version)
    library = (await assessed(was.files)).library
    own, model = (request.query_params.get(name, "") for name in ("set", "from"))
    if (own and own not in own_sets(was.files)) or (model and model not in library.options):
        raise NotFoundException
    found = library.options.get(own or model)
    said = read_set(found) if found else WrittenSet("scale")
    return await _page(request, was, own or _free_id(model, library), said, own=bool(own))


@post("/questionnaires/{form:str}/{version:str}/options/write", guards=[requires(*READERS)])
async def write_options(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Store a set, and give it to the questions that were chosen."""
    was = await allowed_draft(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    name, own = str(sent.get("id", "")).strip(), bool(sent.get("own"))
    said = sent_set(sent, in_offered_order(was.files.languages))
    chosen = [str(one) for one in sent.getall("items", [])]
    same = str(was.saved) == str(sent.get("saved", ""))
    try:
        _refuse_known(was, name, own=own)
        refuse_set(sent, said)
        if same:
            refuse_codes(sent, (await assessed(was.files)).library)
        refuse_long(words_of_set(said))
        files = give_set(write_set(was.files, name, said), name, chosen)
        files = keep_stems(files, was.files)
        files = numbered(files, earlier_versions(files))
    except AuthoringError as error:
        problem = refusal(error, language_of(request))
        # of a set that somebody took out, what was written can be stored as a new one
        own = own and name in own_sets(was.files)
        ends = typed_ends(sent) if said.ends else None
        return await _page(request, was, name, said, chosen, ends, own=own, problem=problem)
    if not same or (files != was.files and not await keep_draft(was, files, reader, options=name)):
        was = await allowed_draft(request, form, version)
        return await _page(request, was, name, said, chosen, own=own, moved=True)
    return Redirect(f"{version_address(was)}/options#{quote(name)}", status_code=303)


@post("/questionnaires/{form:str}/{version:str}/options/remove", guards=[requires(*READERS)])
async def remove_options(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Take out a set that the version brings and no question has."""
    was = await allowed_draft(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    name = str(sent.get("set", ""))
    try:
        files = remove_set(was.files, name)
    except AuthoringError as error:
        return await _list_page(request, was, problem=refusal(error, language_of(request)))
    same = str(was.saved) == str(sent.get("saved", ""))
    if not (same and await keep_draft(was, files, reader, options=name, removed=True)):
        was = await allowed_version(request, form, version)
        return await _list_page(request, was, problem=somebody_was_before())
    return Redirect(f"{version_address(was)}/options", status_code=303)


def _refuse_known(was: WrittenVersion, name: str, *, own: bool) -> None:
    brought = own_sets(was.files)
    if own and name not in brought:
        raise AuthoringError("unknown_options", name)
    if not own and (name in brought or name in load_library().options):
        raise AuthoringError("options_taken", name)


def _free_id(model: str, library: Library) -> str:
    if not model:
        return ""
    numbers = (f"{model}.{at}" for at in range(2, len(library.options) + 3))
    return next(one for one in numbers if one not in library.options)


def _listed(was: WrittenVersion, library: Library, lang: Language) -> tuple[ListedSet, ...]:
    own = own_sets(was.files)
    items = [one.value for one in read_items(was.files).items]
    names = {one.id for one in items}
    used = dict.fromkeys([*own, *(one.options for one in items)])
    others = [one.options for one in library.items.values() if one.id not in names]
    return tuple(
        ListedSet(
            id=name,
            name=options_name(library.options[name], lang),
            answers=_answers(library.options[name], lang),
            items=tuple(
                (one.id, in_language(one.text, lang)) for one in items if one.options == name
            ),
            own=name in own,
            elsewhere=others.count(name),
        )
        for name in used
        if name in library.options
    )


def _answers(found: ResponseOptions, lang: Language) -> tuple[str, ...]:
    ends = [one for one in (found.low_label, found.high_label) if one]
    named = [one.label for one in found.options if not ends or one.missing]
    return tuple(in_language(one, lang) for one in (*ends, *named))


async def _list_page(
    request: Request[Any, Any, Any], was: WrittenVersion, *, problem: str = ""
) -> Response[Any]:
    language = language_of(request)
    library = (await assessed(was.files)).library
    context = {
        **page_names(was, language),
        "sets": _listed(was, library, language),
        "locked": was.state is not VersionState.DRAFT,
        "problem": problem,
    }
    status = WRONG if problem else 200
    return page(request, "running/version_options.html", context, status=status)


async def _page(
    request: Request[Any, Any, Any],
    was: WrittenVersion,
    name: str,
    said: WrittenSet,
    chosen: Collection[str] = (),
    ends: tuple[str, str] | None = None,
    *,
    own: bool,
    problem: str = "",
    moved: bool = False,
) -> Response[Any]:
    language = language_of(request)
    library = (await assessed(was.files)).library
    items = [one.value for one in read_items(was.files).items]
    context = {
        **page_names(was, language),
        "id": name,
        "own": own,
        "form": set_form(said, in_offered_order(was.files.languages), ends),
        "missing_names": MISSING_NAMES,
        "having": [
            (one.id, in_language(one.text, language))
            for one in items
            if own and one.options == name
        ],
        "offered": _offered(was, library, name if own else "", chosen, language),
        "problem": somebody_was_before() if moved else problem,
    }
    status = CONFLICT if moved else WRONG if problem else 200
    return page(request, "running/version_options_write.html", context, status=status)


def _offered(
    was: WrittenVersion, library: Library, name: str, chosen: Collection[str], lang: Language
) -> tuple[OfferedItem, ...]:
    before = earlier_versions(was.files)
    items = [place.value for place in read_items(was.files).items]
    return tuple(
        _offer(one, library, lang, asked=was_asked(one.id, before), chosen=one.id in chosen)
        for one in items
        if one.options != name
    )


def _offer(
    item: Item, library: Library, lang: Language, *, asked: bool, chosen: bool
) -> OfferedItem:
    beside = sharing_stem(library, item.id)
    broken = measures_with(library, [item.id, *beside], lang) if asked else ()
    return OfferedItem(
        item.id,
        in_language(item.text, lang),
        listed(broken, lang),
        len(beside) if asked else 0,
        asked and item.id in {one.item for one in library.background.variables.values()},
        chosen,
    )


HANDLERS = [show_sets, show_set, write_options, remove_options]
