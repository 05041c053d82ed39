"""Comment on a question of a version until it is released, and answer what was said."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.instruments.version_comments import answer_comment, comment_on, comments_on
from survey_app.asking.instruments.versions import VersionState, WrittenVersion
from survey_app.running.asking import reader_of
from survey_app.running.authoring.access import (
    allowed_version,
    note_version,
    version_address,
    written_in_vain,
)
from survey_app.running.authoring.editor import item_of
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import gettext as _
from survey_app.shared.pages import page
from survey_app.shared.unseen import without_unseen

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
LONGEST_COMMENT: Final = 1000  # characters


@post("/questionnaires/{form:str}/{version:str}/comment", guards=[requires(*READERS)])
async def comment_on_question(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Keep what the reader says of a question."""
    was = await _open_version(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    item = str(sent.get("item", ""))
    said = without_unseen(str(sent.get("said", ""))).strip()
    if item_of(was.files, item) is None:
        gone = _("Noen tok spørsmålet ut av versjonen mens du skrev. Ingenting er lagret.")
        return _refusal(request, was, "", said, gone)
    if not 0 < len(said) <= LONGEST_COMMENT:
        return _refusal(request, was, item, said, _("Skriv noe, i høyst 1000 tegn."))
    once, actor, at = str(sent.get("once", "")), reader.email, now()
    if await comment_on(Login.WEB, was, item, said, once=once, actor=actor, now=at):
        await note_version(actor, "version commented", form, was.files.version, item=item)
    return _back(was, item)


@post("/questionnaires/{form:str}/{version:str}/answer", guards=[requires(*READERS)])
async def answer_what_was_said(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Keep the answer to a comment; the first one stands."""
    was = await _open_version(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    item = str(sent.get("item", ""))
    said = without_unseen(str(sent.get("said", ""))).strip()
    try:
        comment = UUID(str(sent.get("comment", "")))
    except ValueError as error:
        raise NotFoundException from error
    if not 0 < len(said) <= LONGEST_COMMENT:
        return _refusal(request, was, item, said, _("Skriv noe, i høyst 1000 tegn."))
    if await answer_comment(Login.WEB, was, comment, said, actor=reader.email, now=now()):
        await note_version(reader.email, "comment answered", form, was.files.version, item=item)
        return _back(was, item)
    stands = [one.answer for one in await comments_on(Login.WEB, was) if one.id == comment]
    if not stands:
        raise await written_in_vain(request, form)
    if said in stands:  # the button was pressed twice
        return _back(was, item)
    return _refusal(request, was, item, said, _("Noen svarte på kommentaren før deg."))


async def _open_version(request: Request[Any, Any, Any], form: str, version: str) -> WrittenVersion:
    was = await allowed_version(request, form, version)
    if was.state is VersionState.RELEASED:
        raise await written_in_vain(request, form)
    return was


def _back(was: WrittenVersion, item: str) -> Redirect:
    return Redirect(_comments(was, item), status_code=303)


def _comments(was: WrittenVersion, item: str) -> str:
    page_of_all = f"{version_address(was)}/edit"
    return f"{page_of_all}?{urlencode({'item': item})}#comments" if item else page_of_all


def _refusal(
    request: Request[Any, Any, Any], was: WrittenVersion, item: str, said: str, problem: str
) -> Response[Any]:
    context = {
        "version": was,
        "key": was.files.key,
        "back": _comments(was, item),
        "said": said,
        "problem": problem,
    }
    return page(request, "running/version_comment_refused.html", context, status=WRONG)


HANDLERS = [comment_on_question, answer_what_was_said]
