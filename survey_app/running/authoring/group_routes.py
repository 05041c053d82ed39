"""Groups of the public that a version brings: made of a question on a page, changed, taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.numbering import read_items
from questionnaires.authoring.own_groups import (
    WrittenGroup,
    WrittenGroups,
    leave_without_groups,
    own_groups,
    read_groups,
    remove_groups,
    without_own_groups,
    write_groups,
)
from questionnaires.authoring.version_files import VersionFiles
from questionnaires.background import NO, YES, Variable
from questionnaires.library import Library
from questionnaires.model import Item, Option, Text
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.smallest_shown import smallest_shown
from survey_app.asking.instruments.versions import VersionState, WrittenVersion
from survey_app.running.asking import reader_of
from survey_app.running.authoring.access import (
    allowed_draft,
    allowed_version,
    assessed,
    keep_draft,
    somebody_was_before,
    version_address,
    written_in_vain,
)
from survey_app.running.authoring.editor import (
    STAFF,
    in_offered_order,
    page_names,
    refuse_long,
    shown_forms,
    small_number,
)
from survey_app.running.authoring.groups_in_waves import AnsweredSo, answered_so
from survey_app.running.authoring.mends import refusal, version_mends
from survey_app.running.authoring.offered import refuse_unoffered
from survey_app.running.authoring.set_form import SetField, language_fields, sent_words
from survey_app.shared import clock
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import Language
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
CONFLICT: Final = 409  # and for one that somebody was before
DRAWN: Final = "half_year"  # the kind of form that is put to people who were drawn


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """A group by its name, and how many would have been in it; None where that is not known."""

    name: str
    size: int | None


@dataclass(frozen=True, slots=True)
class ListedGroups:
    """The groups of one question; `own` ones are the version's, and can be changed."""

    name: str
    title: str
    question: Text
    groups: tuple[ListedGroup, ...]
    weighted: bool
    own: bool
    kept: bool
    wave: str = ""


@dataclass(frozen=True, slots=True)
class AskedAnswer:
    """An answer with the number of its group, 0 for none; `count` gave it in the newest wave."""

    code: str
    label: str
    group: int
    count: int | None


@get("/questionnaires/{form:str}/{version:str}/groups", guards=[requires(*READERS)])
async def show_groups(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Show which groups results are shown for, and which questions could make more."""
    return await _list_page(request, await allowed_version(request, form, version))


@post("/questionnaires/{form:str}/{version:str}/groups", guards=[requires(*READERS)])
async def decide_groups(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Take groups of the version's out, or say of a question that it makes none."""
    was = await allowed_draft(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    act, name = str(sent.get("act", "")), str(sent.get("name", ""))
    same = str(was.saved) == str(sent.get("saved", ""))
    try:
        files = _decided(was.files, act, name, (await assessed(was.files)).library)
    except AuthoringError as error:
        return await _list_page(request, was, problem=refusal(error, language_of(request)))
    if not same or (files != was.files and not await keep_draft(was, files, reader, groups=name)):
        return await _list_page(request, was, moved=True)
    return Redirect(f"{version_address(was)}/groups", status_code=303)


def _decided(files: VersionFiles, act: str, name: str, library: Library) -> VersionFiles:
    if act == "remove":
        return remove_groups(files, name)
    refuse_unoffered([act], ("without", "again"))
    refuse_unoffered([name], _ungrouped(files, library), "unknown_item")
    return leave_without_groups(files, name, without=act == "without")


@get("/questionnaires/{form:str}/{version:str}/groups/write", guards=[requires(*READERS)])
async def show_own_groups(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Show groups that the version brings, or new ones of a question, to be written."""
    was = await allowed_draft(request, form, version)
    name, item = (request.query_params.get(one, "") for one in ("name", "item"))
    if name:
        if name not in own_groups(was.files):
            raise NotFoundException
        return await _write_page(request, was, read_groups(was.files, name), own=name)
    library = (await assessed(was.files)).library
    if item not in _ungrouped(was.files, library):
        raise NotFoundException
    return await _write_page(request, was, _as_asked(item, library), own="")


@post("/questionnaires/{form:str}/{version:str}/groups/write", guards=[requires(*READERS)])
async def write_own_groups(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Store groups of the version's own, or say why they were not."""
    was = await allowed_draft(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    own = str(sent.get("own", ""))
    library = (await assessed(was.files)).library
    if str(sent.get("item", "")) not in library.items:
        raise await written_in_vain(request, form)
    said = _sent(sent, was.files, own, library)
    if str(was.saved) != str(sent.get("saved", "")):
        return await _write_page(request, was, said, own=own, moved=True)
    try:
        refuse_long(_words(said))
        files = _changed(was.files, said, own, library)
    except AuthoringError as error:
        problem = refusal(error, language_of(request))
        own = own if own in own_groups(was.files) else ""
        return await _write_page(request, was, said, own=own, problem=problem)
    if files != was.files and not await keep_draft(was, files, reader, groups=said.name):
        was = await allowed_draft(request, form, version)
        return await _write_page(request, was, said, own=own, moved=True)
    return Redirect(f"{version_address(was)}/groups#groups-{said.name}", status_code=303)


def _changed(files: VersionFiles, said: WrittenGroups, own: str, library: Library) -> VersionFiles:
    if own and (own not in own_groups(files) or read_groups(files, own).item != said.item):
        raise AuthoringError("unknown_groups", own)
    if not own and said.item not in _ungrouped(files, library):
        raise AuthoringError("groups_made", said.item)
    if not own and said.name in library.background.variables:
        raise AuthoringError("groups_taken", said.name)
    return write_groups(files, said)


def _words(said: WrittenGroups) -> Iterator[str]:
    yield said.name
    for text in (said.title, said.word, *(one.name for one in said.groups)):
        yield from text.values()


def _sent(sent: FormMultiDict, files: VersionFiles, own: str, library: Library) -> WrittenGroups:
    """Read groups from the form as it was sent."""
    item = str(sent.get("item", ""))
    languages = in_offered_order(files.languages)
    answers: dict[int, list[str]] = {}
    for option in _counted(item, library):
        if number := small_number(sent.get(f"group.{option.code}")):
            answers.setdefault(number, []).append(option.code)
    return WrittenGroups(
        name=own or str(sent.get("name", "")).strip(),
        item=item,
        title=sent_words(sent, "title", languages),
        word=sent_words(sent, "word", languages),
        groups=tuple(
            WrittenGroup(tuple(answers[number]), sent_words(sent, f"named.{number}", languages))
            for number in sorted(answers)
        ),
        several=library.items[item].presentation == "checkbox",
        placed=bool(sent.get("placed")),
    )


def _as_asked(item: str, library: Library) -> WrittenGroups:
    """Begin with a group of each answer; of several answers, with the last as the one for none."""
    codes = [one.code for one in _counted(item, library)]
    several = library.items[item].presentation == "checkbox"
    groups = [tuple(codes[:-1]), (codes[-1],)] if several else [(code,) for code in codes]
    made = tuple(WrittenGroup(one) for one in groups)
    return WrittenGroups("", item, {}, {}, made, several=several)


def _counted(item: str, library: Library) -> tuple[Option, ...]:
    """Return the answers to a question that can make groups: all but what is none."""
    asked = library.items.get(item)
    options = library.options.get(asked.options) if asked else None
    found = options.options if options else ()
    return tuple(option for option in found if option.value is not None)


def _ungrouped(files: VersionFiles, library: Library) -> dict[str, Item]:
    """Return the questions that could make groups: of the version, put to people outside alone.

    What measures something makes none: it would be compared with itself.
    """
    forms = [library.forms[one] for one in shown_forms(files, library) if one in library.forms]
    outside = {item for one in forms if one.population != STAFF for item in one.items}
    staff = {
        item for one in library.forms.values() if one.population == STAFF for item in one.items
    }
    grouped = {one.item for one in library.background.variables.values()}
    names = (place.value.id for place in read_items(files).items)
    return {
        name: library.items[name]
        for name in names
        if name in outside - staff - grouped
        and name in library.items
        and library.items[name].purpose != "measure"
        and len(_counted(name, library)) > 1
    }


def _asked_of(files: VersionFiles, library: Library) -> tuple[str, ...]:
    forms = [library.forms[one] for one in shown_forms(files, library) if one in library.forms]
    return tuple(dict.fromkeys(str(one.population) for one in forms))


def _kept(item: str, library: Library) -> bool:
    """Tell whether answers are kept of people who were drawn, or nobody is drawn who is asked."""
    asked = library.items.get(item)
    if asked is None or asked.purpose != "background":
        return True
    drawn = any(one.kind == DRAWN and item in one.items for one in library.forms.values())
    return not drawn or item in library.background.kept_items


async def _list_page(
    request: Request[Any, Any, Any], was: WrittenVersion, *, problem: str = "", moved: bool = False
) -> Response[Any]:
    language, files = language_of(request), was.files
    assessment = await assessed(files)
    library = assessment.library
    asked = {place.value.id for place in read_items(files).items} & set(library.items)
    grouped = [one for one in library.background.variables.values() if one.item in asked]
    open_ = _ungrouped(files, library)
    context = {
        **page_names(was, language),
        "locked": was.state is not VersionState.DRAFT,
        "of_others": any(one != STAFF for one in _asked_of(files, library)),
        "listed": [await _listed(one, request, files, library) for one in grouped],
        "open": [
            (name, one.text, name in without_own_groups(files))
            for name, one in open_.items()
            if name not in library.background.without_groups or name in without_own_groups(files)
        ],
        "without": [
            (name, one.text)
            for name, one in open_.items()
            if name in library.background.without_groups and name not in without_own_groups(files)
        ],
        "background": {name for name, one in open_.items() if one.purpose == "background"},
        "limit": smallest_shown("public", request.app.state.settings.minimum_group),
        "mends": [
            one.sentence
            for one in version_mends(assessment.problems, language)
            if one.page == "groups"
        ],
        "problem": somebody_was_before() if moved else problem,
    }
    status = CONFLICT if moved else WRONG if problem else 200
    return page(request, "running/version_groups.html", context, status=status)


async def _listed(
    variable: Variable, request: Request[Any, Any, Any], files: VersionFiles, library: Library
) -> ListedGroups:
    language = language_of(request)
    labels = {
        one.code: in_language(one.label, language) for one in _counted(variable.item, library)
    }
    own = variable.name in own_groups(files)
    answered = await _answered(request, variable.item, library) if own else None
    sizes = answered.sizes(read_groups(files, variable.name)) if answered else ()
    by_answer = variable.categories or {code: code for code in labels}
    categories = (YES, NO) if variable.yes else tuple(dict.fromkeys(by_answer.values()))
    names = [
        in_language(variable.names.get(one, {}), language) or labels.get(variable.answer(one), one)
        for one in categories
    ]
    return ListedGroups(
        variable.name,
        in_language(variable.title, language) or variable.name,
        library.items[variable.item].text,
        tuple(
            ListedGroup(name, sizes[at] if at < len(sizes) else None)
            for at, name in enumerate(names)
        ),
        weighted=variable.weighted,
        own=own,
        kept=_kept(variable.item, library),
        wave=answered.wave if answered else "",
    )


async def _answered(
    request: Request[Any, Any, Any], item: str, library: Library
) -> AnsweredSo | None:
    codes = [one.code for one in _counted(item, library)]
    role = reader_of(request).role
    return await answered_so(item, codes, role, clock.now(), language_of(request))


async def _write_page(
    request: Request[Any, Any, Any],
    was: WrittenVersion,
    said: WrittenGroups,
    *,
    own: str,
    problem: str = "",
    moved: bool = False,
) -> Response[Any]:
    language, languages = language_of(request), in_offered_order(was.files.languages)
    library = (await assessed(was.files)).library
    answered = await _answered(request, said.item, library)
    number_of = {code: at for at, one in enumerate(said.groups, 1) for code in one.answers}
    answers = [
        AskedAnswer(
            one.code,
            in_language(one.label, language) or one.code,
            number_of.get(one.code, 0),
            answered.counts.get(one.code) if answered else None,
        )
        for one in _counted(said.item, library)
    ]
    context = {
        **page_names(was, language),
        "said": said,
        "own": own,
        "question": library.items[said.item].text,
        "answers": answers,
        "numbers": range(1, (2 if said.several else len(answers)) + 1),
        "texts": {
            name: language_fields(name, getattr(said, name), languages)
            for name in ("title", "word")
        },
        "named": _name_fields(said, 2 if said.several else len(answers), languages),
        "kept": _kept(said.item, library),
        "limit": smallest_shown("public", request.app.state.settings.minimum_group),
        "answered": answered,
        "problem": somebody_was_before() if moved else problem,
    }
    status = CONFLICT if moved else WRONG if problem else 200
    return page(request, "running/version_groups_write.html", context, status=status)


def _name_fields(
    said: WrittenGroups, count: int, languages: Iterable[Language]
) -> list[tuple[SetField, ...]]:
    """Give the name of each group its fields, by the group's number."""
    names = [one.name for one in said.groups] + [{}] * count
    return [
        language_fields(f"named.{number}", names[number - 1], tuple(languages))
        for number in range(1, count + 1)
    ]


HANDLERS = [show_groups, decide_groups, show_own_groups, write_own_groups]
