"""Who gets a question: everybody, or those who gave some answers to an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.filters import add_condition, may_decide, remove_condition
from questionnaires.authoring.numbering import numbered
from questionnaires.authoring.version_files import VersionFiles
from questionnaires.library import Library
from questionnaires.model import Condition, Item, Text
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
from survey_app.running.authoring.costs import measures_with, was_asked
from survey_app.running.authoring.editor import item_of, page_names, small_number
from survey_app.running.authoring.mends import refusal
from survey_app.running.authoring.offered import refuse_unoffered
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import Language, quoted
from survey_app.shared.numbers import listed
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used


@dataclass(frozen=True, slots=True)
class SaidCondition:
    """A condition in words: the question, and the answers of which one is, or none is, given."""

    question: str
    answers: str
    negate: bool


@get("/questionnaires/{form:str}/{version:str}/filter", guards=[requires(*READERS)])
async def show_filter(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Show who gets a question, and offer the earlier ones that can decide it."""
    was = await allowed_draft(request, form, version)
    asked = request.query_params
    return await _page(request, was, asked.get("item", ""), asked.get("of", ""))


@post("/questionnaires/{form:str}/{version:str}/filter", guards=[requires(*READERS)])
async def write_filter(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Ask a question of some only, or take such a condition away."""
    was = await allowed_draft(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    item, of, away = (str(sent.get(name, "")) for name in ("item", "of", "remove"))
    same = str(was.saved) == str(sent.get("saved", ""))
    library = (await assessed(was.files)).library
    offered = _answers(library, of)
    said = dict.fromkeys(map(str, sent.getall("codes", [])))
    codes = tuple(code for code in said if code in offered)
    try:
        if away:
            number = small_number(away)
            files = remove_condition(was.files, item, -1 if number is None else number)
        else:
            # of what somebody changed meanwhile that is said instead, and nothing is stored
            if same and codes:
                deciding = [one.id for one in _deciding(was.files, library, item)]
                refuse_unoffered([of], deciding, "filter_on_filter")
                refuse_unoffered(said, codes, "unknown_answer")
                refuse_unoffered([str(sent.get("way", "any"))], ("any", "none"))
            condition = Condition(of, codes, negate=sent.get("way") == "none")
            files = add_condition(was.files, item, condition)
    except AuthoringError as error:
        problem = refusal(error, language_of(request))
        return await _page(request, was, item, of, sent, problem=problem)
    files = numbered(files, earlier_versions(files))
    if not (same and await keep_draft(was, files, reader, item=item, filter=True)):
        was = await allowed_draft(request, form, version)
        return await _page(request, was, item, of, sent, problem=somebody_was_before())
    asked = urlencode({"item": item})
    return Redirect(f"{version_address(was)}/filter?{asked}", status_code=303)


async def _page(
    request: Request[Any, Any, Any],
    was: WrittenVersion,
    item: str,
    of: str,
    sent: FormMultiDict | None = None,
    *,
    problem: str = "",
) -> Response[Any]:
    language, files = language_of(request), was.files
    written = item_of(files, item)
    if written is None and sent:
        return item_gone(request, was)
    if written is None:
        raise NotFoundException
    library = (await assessed(files)).library
    deciding = _deciding(files, library, item)
    chosen = next((one for one in deciding if one.id == of), None)
    asked = was_asked(item, earlier_versions(files))
    context = {
        **page_names(was, language),
        "item": written,
        "conditions": [_said(one, library, language) for one in written.filter],
        "deciding": [(one.id, in_language(one.text, language)) for one in deciding],
        "chosen": chosen,
        "answers": [
            (code, in_language(label, language))
            for code, label in (_answers(library, of).items() if chosen else ())
        ],
        "ticked": sent.getall("codes", []) if sent else (),
        "none_of_them": bool(sent and sent.get("way") == "none"),
        "cost": listed(measures_with(library, [item], language), language) if asked else "",
        "asked": asked,
        "problem": problem,
    }
    return page(request, "running/version_filter.html", context, status=WRONG if problem else 200)


def _answers(library: Library, item: str) -> dict[str, Text]:
    """Return the answers to an item by code; empty where there is no such item."""
    found = library.items.get(item)
    known = library.options.get(found.options) if found else None
    return {one.code: one.label for one in known.options} if known else {}


def _deciding(files: VersionFiles, library: Library, item: str) -> tuple[Item, ...]:
    found = [library.items[one] for one in may_decide(files, item) if one in library.items]
    return tuple(one for one in found if not one.filter and one.options in library.options)


def _said(condition: Condition, library: Library, lang: Language) -> SaidCondition:
    item = library.items.get(condition.item)
    known = library.options.get(item.options) if item else None
    options = [known.option(code) if known else None for code in condition.codes]
    labels = [
        quoted(in_language(one.label, lang), lang) if one else code
        for one, code in zip(options, condition.codes, strict=True)
    ]
    question = in_language(item.text, lang) if item else condition.item
    return SaidCondition(question, listed(labels, lang), condition.negate)


HANDLERS = [show_filter, write_filter]
