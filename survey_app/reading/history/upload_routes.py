"""Take earlier results in on a page: choose files, say what they are, look it over, confirm."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from survey_app.accounts.guards import requires
from survey_app.earlier.described import as_chosen
from survey_app.earlier.errors import SourceChanged, UnknownSource
from survey_app.earlier.import_source import (
    compare_source,
    on_a_page,
    remove_source,
    take_in_source,
)
from survey_app.earlier.model import Source
from survey_app.earlier.shelf import list_sources
from survey_app.earlier.uploads import (
    LARGEST,
    SourceUpload,
    forget_source_upload,
    keep_source_upload,
)
from survey_app.reading.history.mends import mends
from survey_app.reading.history.sides import PUBLIC, STAFF, HistorySide
from survey_app.reading.history.uploaded import (
    describe_view,
    review_view,
    told_problems,
    upload_as_seen,
)
from survey_app.reading.history.writing import (
    WRITERS,
    Read,
    fields_of,
    key_for,
    own_upload,
    read_in_thread,
    read_sheets,
    renewed,
    replaced,
    writing_side,
)
from survey_app.shared import clock
from survey_app.shared.agency import in_language
from survey_app.shared.form_text import FieldProblem
from survey_app.shared.i18n import N_, first_language
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
GUARD: Final = requires(*WRITERS)
ADD: Final = [f"{side.address}/add" for side in (STAFF, PUBLIC)]
ONE: Final = [f"{address}/{{upload:str}}" for address in ADD]
REVIEW: Final = [f"{address}/review" for address in ONE]
REMOVE: Final = [f"{side.address}/remove" for side in (STAFF, PUBLIC)]
NO_FILES: Final = N_("Velg minst én CSV-fil.")
NOT_CSV: Final = N_("«%(name)s» er ikke en CSV-fil. Lagre regnearket som «CSV UTF-8» først.")
TOO_LARGE: Final = N_("Filene er for store til sammen. Grensen er 5 MB.")
SAME_TITLE: Final = N_(
    "En kilde heter allerede dette. Forny den under «Hentet inn», eller gi denne et annet navn."
)
CHANGED: Final = N_(
    "Kilden eller filene ble endret mens du så over. Ingenting er hentet inn. Se over på nytt."
)


@get(ADD, guards=[GUARD])
async def choose_files(
    request: Request[Any, Any, Any], source: FromQuery[str] = "", again: FromQuery[str] = ""
) -> Response[str]:
    """Ask for the files; of a source that is renewed, or for an upload that was described."""
    reader, side = writing_side(request)
    before = await replaced(source, side)
    if again:
        await own_upload(request, reader, side, again)
    return _files_page(request, side, source if before else "", again)


@post(ADD, guards=[GUARD], request_max_body_size=2 * LARGEST)
async def take_files(request: Request[Any, Any, Any]) -> Response[Any]:
    """Keep the files for a day, or say which cannot be used."""
    form = await request.form()
    reader, side = writing_side(request, str(form.get("csrf", "")))
    source, again = str(form.get("source", "")), str(form.get("again", ""))
    before = await replaced(source, side)
    former = await own_upload(request, reader, side, again) if again else None
    files = {
        PurePath(one.filename.replace("\\", "/")).name: await one.read()
        for one in form.getall("files", [])
        if isinstance(one, UploadFile) and one.filename
    }
    problem = _files_problem(files)
    upload = SourceUpload(
        id=again,
        account=reader.account,
        audience=side.audience,
        replaces=former.replaces if former else before.key if before else "",
        files=files,
        fields={},
    )
    if problem:
        return _files_page(request, side, source, again, problem)
    _, unread = await asyncio.to_thread(read_sheets, upload)
    if unread:
        told = mends(unread, language_of(request))
        return _files_page(request, side, source, again, mends_=told)
    kept = await keep_source_upload(
        renewed(upload, former) if former else upload, request.app.state.settings.secret()
    )
    return Redirect(f"{side.address}/add/{kept.id}", status_code=303)


@get(ONE, guards=[GUARD])
async def ask_description(request: Request[Any, Any, Any], upload: FromPath[str]) -> Response[Any]:
    """Show how the files are read; a manifest among them has said so already."""
    reader, side = writing_side(request)
    kept = await own_upload(request, reader, side, upload)
    if kept.manifest:
        found = await read_in_thread(kept, side)
        if found.source is not None:
            return Redirect(f"{side.address}/add/{kept.id}/review", status_code=303)
        return await _describe(request, side, kept, found)
    sheets, _ = await asyncio.to_thread(read_sheets, kept)
    return await _describe(request, side, kept, Read(as_chosen(sheets, kept.fields)))


@post(ONE, guards=[GUARD])
async def take_description(request: Request[Any, Any, Any], upload: FromPath[str]) -> Response[Any]:
    """Keep what was said and read the files by it; go on, or say everything that is wrong."""
    form = await request.form()
    reader, side = writing_side(request, str(form.get("csrf", "")))
    kept = await own_upload(request, reader, side, upload)
    said = {str(name): str(value) for name, value in form.items() if name != "csrf"}
    sources = await list_sources()
    said["key"] = kept.replaces or key_for(said.get(_title(), ""), [one.key for one in sources])
    kept = await keep_source_upload(
        SourceUpload(kept.id, kept.account, kept.audience, kept.replaces, kept.files, said),
        request.app.state.settings.secret(),
    )
    sheets, _ = await asyncio.to_thread(read_sheets, kept)
    chosen = as_chosen(sheets, said)
    if any(said.get(f"was-{at}") != one.role for at, one in enumerate(chosen)):
        # the columns of a file that is something else are guessed anew, and looked at first
        return await _describe(request, side, kept, Read(chosen, fields=()))
    found = await read_in_thread(kept, side)
    if _called_alike(said, kept.replaces, sources, side):
        found = Read(chosen, fields=(*found.fields, FieldProblem(_title(), SAME_TITLE)))
    if found.source is not None:
        return Redirect(f"{side.address}/add/{kept.id}/review", status_code=303)
    return await _describe(request, side, kept, found)


@get(REVIEW, guards=[GUARD])
async def preview_upload(
    request: Request[Any, Any, Any], upload: FromPath[str], told: FromQuery[str] = ""
) -> Response[Any]:
    """Show what would be taken in and what it changes; nothing is written yet."""
    reader, side = writing_side(request)
    kept = await own_upload(request, reader, side, upload)
    found = await read_in_thread(kept, side)
    if found.source is None:
        return Redirect(f"{side.address}/add/{kept.id}", status_code=303)
    plan = await compare_source(found.source, on_a_page(reader.email))
    context = {
        "side": side,
        "upload": kept,
        "problem": CHANGED if told == "changed" else "",
        **await asyncio.to_thread(review_view, plan, language_of(request)),
    }
    return page(request, "history/upload_review.html", context)


@post(REVIEW, guards=[GUARD])
async def take_source_in(request: Request[Any, Any, Any], upload: FromPath[str]) -> Response[Any]:
    """Take the source in, whole; forget the upload."""
    form = await request.form()
    reader, side = writing_side(request, str(form.get("csrf", "")))
    kept = await own_upload(request, reader, side, upload)
    found = await read_in_thread(kept, side)
    here = f"{side.address}/add/{kept.id}"
    if found.source is None:
        return Redirect(here, status_code=303)
    hand = on_a_page(reader.email)
    plan = await compare_source(found.source, hand)
    if str(form.get("seen", "")) != upload_as_seen(plan):
        return Redirect(f"{here}/review?told=changed", status_code=303)
    try:
        if plan.changed:
            await take_in_source(plan, now=clock.now(), hand=hand)
    except SourceChanged:
        return Redirect(f"{here}/review?told=changed", status_code=303)
    await forget_source_upload(kept.id)
    place = "h-others" if found.source.kind == "outside" else "h-taken"
    return Redirect(f"{side.address}?source={found.source.key}&told=taken#{place}", status_code=303)


@post(REMOVE, guards=[GUARD])
async def take_away(request: Request[Any, Any, Any]) -> Response[Any]:
    """Remove a source with all its figures."""
    form = await request.form()
    reader, side = writing_side(request, str(form.get("csrf", "")))
    source = await replaced(str(form.get("source", "")), side)
    if source is not None:
        # where somebody else was there first, it is gone all the same
        with contextlib.suppress(UnknownSource):
            await remove_source(source.key, now=clock.now(), hand=on_a_page(reader.email))
    return Redirect(f"{side.address}?told=removed#h-taken", status_code=303)


def _title() -> str:
    """Name the field of the title that is needed: the one in the agency's first language."""
    return f"title_{first_language()}"


def _called_alike(
    said: Mapping[str, str], replaces: str, sources: Sequence[Source], side: HistorySide
) -> bool:
    title = said.get(_title(), "").strip().casefold()
    return any(
        in_language(one.title, first_language()).casefold() == title
        for one in sources
        if one.key != replaces and one.audience == side.audience
    )


def _files_problem(files: Mapping[str, bytes]) -> tuple[str, dict[str, str]] | None:
    for name in files:
        if not name.casefold().endswith((".csv", ".tsv", ".txt", ".toml")):
            return NOT_CSV, {"name": name}
    if not any(not name.casefold().endswith(".toml") for name in files):
        return NO_FILES, {}
    return (TOO_LARGE, {}) if sum(map(len, files.values())) > LARGEST else None


def _files_page(
    request: Request[Any, Any, Any],
    side: HistorySide,
    source: str,
    again: str,
    problem: tuple[str, dict[str, str]] | None = None,
    mends_: object = (),
) -> Response[str]:
    context = {
        "side": side,
        "source": source,
        "again": again,
        "problem": problem,
        "mends": mends_,
    }
    status = WRONG if problem or mends_ else 200
    return page(request, "history/upload_files.html", context, status=status)


async def _describe(
    request: Request[Any, Any, Any], side: HistorySide, upload: SourceUpload, found: Read
) -> Response[str]:
    lang = language_of(request)
    before = await replaced(upload.replaces, side)
    fields = fields_of(upload, found.sheets, before)
    context = {
        "side": side,
        "upload": upload,
        "before": before,
        "mends": mends(found.problems, lang, found.manifest),
        **told_problems(found.fields, lang),
        **await describe_view(request, side, found.sheets, fields),
    }
    wrong = found.fields or found.problems
    return page(request, "history/upload_describe.html", context, status=WRONG if wrong else 200)


HANDLERS = [
    choose_files, take_files, ask_description, take_description, preview_upload, take_source_in,
    take_away,
]  # fmt: skip
