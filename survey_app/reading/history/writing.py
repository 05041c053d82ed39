"""Who takes sources in on a page, and one upload on its way from files to a source."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from litestar import Request
from litestar.exceptions import NotFoundException

from survey_app.accounts.errors import ForeignPage, ForeignRequest
from survey_app.accounts.guards import signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn, csrf_is_right
from survey_app.earlier.check_description import check_description
from survey_app.earlier.described import as_chosen, first_fields, manifest_of
from survey_app.earlier.errors import EarlierProblems, SourceProblem, source_problem
from survey_app.earlier.manifest import Manifest, read_manifest
from survey_app.earlier.mistakes import SourceMistake
from survey_app.earlier.model import Source
from survey_app.earlier.read_source import read_source
from survey_app.earlier.sheets import Sheet, read_sheet
from survey_app.earlier.shelf import find_source
from survey_app.earlier.uploads import SourceUpload, find_source_upload
from survey_app.reading.history.sides import PUBLIC, STAFF, HistorySide
from survey_app.shared import clock
from survey_app.shared.form_text import FieldProblem

WRITERS: Final = {Role.HR: STAFF, Role.COMMUNICATIONS: PUBLIC}


@dataclass(frozen=True, slots=True)
class Read:
    """What came out of reading an upload: a source, or what is wrong, of fields and of files."""

    sheets: tuple[Sheet, ...]
    manifest: Manifest | None = None
    source: Source | None = None
    fields: tuple[FieldProblem, ...] = ()
    problems: tuple[SourceProblem, ...] = ()


def writing_side(
    request: Request[Any, Any, Any], csrf: str | None = None
) -> tuple[SignedIn, HistorySide]:
    """Return who writes and on which side.

    Raises
    ------
    ForeignPage
        If the side is not the reader's.
    ForeignRequest
        If a form's token is not the session's.
    """
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    side = WRITERS.get(reader.role)
    if side is None or not request.url.path.startswith(f"{side.address}/"):
        raise ForeignPage(request.url.path)
    if csrf is not None and not csrf_is_right(reader, csrf):
        raise ForeignRequest(request.url.path)
    return reader, side


async def own_upload(
    request: Request[Any, Any, Any], reader: SignedIn, side: HistorySide, upload: str
) -> SourceUpload:
    """Find an upload of the reader's.

    Raises
    ------
    NotFoundException
        If there is none, or it is older than a day.
    """
    secret = request.app.state.settings.secret()
    found = await find_source_upload(upload, secret, account=reader.account, audience=side.audience)
    if found is None:
        raise NotFoundException
    return found


async def replaced(key: str, side: HistorySide) -> Source | None:
    """Find the source that an upload renews.

    Raises
    ------
    NotFoundException
        If there is no such source on this side.
    """
    if not key:
        return None
    source = await find_source(key)
    if source is None or source.audience != side.audience:
        raise NotFoundException
    return source


async def read_in_thread(upload: SourceUpload, side: HistorySide) -> Read:
    """Read an upload as the command line would; in a thread, for it may take half a second."""
    found = await asyncio.to_thread(_read, upload)
    if found.source is None:
        return found
    there = await find_source(found.source.key)
    if found.source.audience != side.audience or (there and there.audience != side.audience):
        wrong = source_problem(upload.manifest, 0, "audience", SourceMistake.OTHER_SIDE)
        return Read(found.sheets, found.manifest, problems=(wrong,))
    return found


def read_sheets(upload: SourceUpload) -> tuple[tuple[Sheet, ...], tuple[SourceProblem, ...]]:
    """Read the files of an upload without saying what they are."""
    read = [
        read_sheet(name, content)
        for name, content in upload.files.items()
        if name != upload.manifest
    ]
    sheets = tuple(one for one in read if isinstance(one, Sheet))
    return sheets, tuple(one for one in read if isinstance(one, SourceProblem))


def renewed(upload: SourceUpload, former: SourceUpload) -> SourceUpload:
    """Keep what was said of files for other ones; of columns, only where they are the same."""

    def shape(one: SourceUpload) -> list[tuple[str, list[str]]]:
        return [(sheet.name, [c.name for c in sheet.columns]) for sheet in read_sheets(one)[0]]

    if shape(upload) == shape(former):
        return replace(upload, fields=former.fields)
    of_files = ("role-", "was-", "col-", "word-", "measure-")
    kept = {name: text for name, text in former.fields.items() if not name.startswith(of_files)}
    return replace(upload, fields=kept)


def fields_of(
    upload: SourceUpload, sheets: Sequence[Sheet], before: Source | None
) -> dict[str, str]:
    """Return what was said of an upload, or what may be said to begin with."""
    first = first_fields(sheets, before, clock.today())
    return first | dict(upload.fields)


def key_for(title: str, taken: Sequence[str]) -> str:
    """Make a key that no source has out of a title."""
    spelt = title.casefold().replace("ø", "o").replace("æ", "ae")
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "kilde"
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key


def _read(upload: SourceUpload) -> Read:
    sheets, problems = read_sheets(upload)
    if problems:
        return Read(sheets, problems=problems)
    manifest = None
    try:
        if upload.manifest:
            manifest = _given(upload)
        else:
            sheets = as_chosen(sheets, upload.fields)
            wrong = check_description(upload.fields, sheets)
            if wrong:
                return Read(sheets, fields=wrong)
            manifest = manifest_of(
                upload.fields, sheets, key=upload.fields["key"], audience=upload.audience
            )
        return Read(sheets, manifest, read_source(manifest, upload.files))
    except EarlierProblems as error:
        return Read(sheets, manifest, problems=error.problems)


def _given(upload: SourceUpload) -> Manifest:
    try:
        text = upload.files[upload.manifest].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = source_problem(upload.manifest, 0, "", SourceMistake.MANIFEST_NOT_UTF8)
        raise EarlierProblems([wrong]) from error
    return read_manifest(text, upload.manifest)
