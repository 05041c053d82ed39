"""Delete a draft that nobody goes on with, after asking."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignPage
from survey_app.accounts.guards import requires
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.instruments.versions import WrittenVersion, delete_draft
from survey_app.running.asking import reader_of
from survey_app.running.authoring.access import (
    allowed_draft,
    earlier_versions,
    note_version,
    somebody_was_before,
)
from survey_app.running.authoring.editor import changed_items, page_names
from survey_app.shared.database import Login
from survey_app.shared.pages import language_of, page

CONFLICT: Final = 409  # HTTP's own number for a form that somebody was before


def may_delete(reader: SignedIn, was: WrittenVersion) -> bool:
    """Tell whether somebody may delete a draft: who last wrote on it, or an administrator."""
    return was.changed_by == UUID(reader.account) or reader.role is Role.ADMIN


@get("/questionnaires/{form:str}/{version:str}/delete", guards=[requires(*READERS)])
async def ask_before_deleting(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Say what is lost with a draft before it is deleted."""
    was = await allowed_draft(request, form, version)
    if not may_delete(reader_of(request), was):
        raise ForeignPage(request.url.path)
    return _page(request, was)


@post("/questionnaires/{form:str}/{version:str}/delete", guards=[requires(*READERS)])
async def delete_version(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Delete a draft as it was looked at; what was released stays."""
    was = await allowed_draft(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    if not may_delete(reader, was):
        raise ForeignPage(request.url.path)
    same = str(was.saved) == str(sent.get("saved", ""))
    if not (same and await delete_draft(Login.WEB, was)):
        return _page(request, was, problem=somebody_was_before())
    await note_version(reader.email, "version deleted", form, was.files.version, saved=was.saved)
    return Redirect(f"/questionnaires/{form}/versions", status_code=303)


def _page(
    request: Request[Any, Any, Any], was: WrittenVersion, *, problem: str = ""
) -> Response[Any]:
    context = {
        **page_names(was, language_of(request)),
        "changed": len(changed_items(was.files, earlier_versions(was.files))),
        "problem": problem,
    }
    status = CONFLICT if problem else 200
    return page(request, "running/version_delete.html", context, status=status)


HANDLERS = [ask_before_deleting, delete_version]
