"""The register from a file, on pages: choose it, look over what changes, confirm."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn, csrf_is_right
from survey_app.asking.errors import RegisterProblems
from survey_app.asking.mends import FileMend, mends_of
from survey_app.asking.people.asked import answers_in
from survey_app.asking.people.columns import (
    first_cells,
    guess,
    header_of,
    is_enough,
    needed_meanings,
)
from survey_app.asking.people.differences import (
    change_rows,
    differences,
    type_name,
    unit_types,
)
from survey_app.asking.people.ended_scopes import ended_scopes
from survey_app.asking.people.import_people import plan_import
from survey_app.asking.people.plan import Plan
from survey_app.asking.people.read_upload import ReadRegister, read_upload
from survey_app.asking.people.register import decoded
from survey_app.asking.people.successors import LINK, not_yet_answered
from survey_app.asking.people.tree import AGENCY, REGION
from survey_app.asking.people.units import unit_names
from survey_app.asking.people.uploads import (
    COLUMN,
    LARGEST,
    Upload,
    confirm_upload,
    find_upload,
    forget_upload,
    keep_fields,
    keep_upload,
    left_upload,
)
from survey_app.settings import settings
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login
from survey_app.shared.form_in_memory import form_in_memory
from survey_app.shared.i18n import N_
from survey_app.shared.pages import language_of, page
from survey_app.shared.spreadsheet_text import harmless

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
MAY_CHANGE = requires(Role.HR, Role.ADMIN)
NO_FILE: Final = N_("Velg filen med uttrekket fra HR-systemet.")
TOO_LARGE: Final = N_("Filen er større enn 20 MB. Er det riktig fil?")
NOT_ENOUGH: Final = N_("Si hvilke kolonner som har nøkkelen, e-postadressen og enheten.")
MEANT_TWICE: Final = N_("To kolonner er valgt til det samme. Velg én av dem.")
MEANING_NAMES: Final = {
    "number": N_("Den ansattes nøkkel i HR-systemet"),
    "email": N_("E-postadresse"),
    "language": N_("Språk"),
    "unit": N_("Enhetens kode"),
    "unit_name": N_("Enhetens navn"),
    "type": N_("Enhetens type"),
    "parent": N_("Enheten over (kode eller navn)"),
    "mobile": N_("Mobilnummer, for SMS til dem uten egen e-postadresse"),
}
NOT_ANSWERED: Final = N_(
    "Svar på hva som har skjedd med hver enhet. Svaret avgjør om kurven fortsetter."
)
NOT_LOOKED_OVER: Final = N_("Kryss av for at uttrekket er riktig, eller velg en annen fil.")


@get("/people/import", guards=[MAY_CHANGE])
async def choose_register(request: Request[Any, Any, Any]) -> Response[str]:
    """Ask for the file, and lead back to one that was left before it was confirmed."""
    return _choose(request, left=await left_upload(_reader(request).account))


@post("/people/import", guards=[MAY_CHANGE], request_max_body_size=2 * LARGEST)
async def take_register(request: Request[Any, Any, Any]) -> Response[Any]:
    """Keep the file for a day, or say everything that is wrong with it."""
    form = await form_in_memory(request)
    reader = _reader(request, form["csrf"])
    if "file" not in form.files:
        return _choose(request, problem=NO_FILE)
    content = form.files["file"]
    if len(content) > LARGEST:
        return _choose(request, problem=TOO_LARGE)
    name = PurePath(form.file_names["file"].replace("\\", "/")).name
    kept = await keep_upload(name, content, account=reader.account, actor=reader.email, now=now())
    try:
        await _read(await _own(reader, str(kept)))
    except RegisterProblems as found:
        await forget_upload(kept)
        return _choose(request, mends_=mends_of(found.problems, language_of(request)))
    return Redirect(f"/people/import/{kept}", status_code=303)


@get("/people/import/{upload:str}", guards=[MAY_CHANGE])
async def look_register_over(
    request: Request[Any, Any, Any], upload: FromPath[str]
) -> Response[Any]:
    """Show what would change; before that ask what is not known; once confirmed, how far it is."""
    return await _review(request, await _own(_reader(request), upload))


@post("/people/import/{upload:str}", guards=[MAY_CHANGE])
async def confirm_register(request: Request[Any, Any, Any], upload: FromPath[str]) -> Response[Any]:
    """Leave to the worker what was looked over; or forget the file."""
    form = await request.form()
    reader = _reader(request, str(form.get("csrf", "")))
    kept = await _own(reader, upload)
    if form.get("forget"):
        await forget_upload(kept.id)
        return Redirect("/people", status_code=303)
    try:
        plan = await _plan(kept)
    except RegisterProblems:
        return await _review(request, kept)
    said = {str(name): str(told) for name, told in form.items() if str(name).startswith(LINK)}
    kept = replace(kept, fields={**kept.fields, **said})
    await keep_fields(kept.id, kept.fields)
    if not_yet_answered(plan.questions, answers_in(kept.fields)):
        return await _review(request, kept, problem=NOT_ANSWERED, at="h-asked")
    if plan.warnings and not form.get("complete"):
        return await _review(request, kept, problem=NOT_LOOKED_OVER, at="complete")
    await confirm_upload(kept.id, str(form.get("seen", "")), now=now())
    return Redirect(f"/people/import/{kept.id}", status_code=303)


@get("/people/import/{upload:str}/columns", guards=[MAY_CHANGE])
async def ask_columns(request: Request[Any, Any, Any], upload: FromPath[str]) -> Response[str]:
    """Ask what the columns mean; what is guessed or was said before is filled in."""
    return await _columns(request, await _own(_reader(request), upload))


@post("/people/import/{upload:str}/columns", guards=[MAY_CHANGE])
async def take_columns(request: Request[Any, Any, Any], upload: FromPath[str]) -> Response[Any]:
    """Keep what the columns mean, for this file and the next."""
    form = await request.form()
    kept = await _own(_reader(request, str(form.get("csrf", ""))), upload)
    header = header_of(decoded(kept.content))
    told = {name: str(form.get(f"column-{at}", "")) for at, name in enumerate(header)}
    rest = {name: value for name, value in kept.fields.items() if not name.startswith(COLUMN)}
    fields = rest | {COLUMN + name: value for name, value in told.items()}
    await keep_fields(kept.id, fields)
    kept = replace(kept, fields=fields)
    meanings = [one for one in told.values() if one]
    if not is_enough(guess(header, told)):
        return await _columns(request, kept, problem=NOT_ENOUGH)
    if len(meanings) > len(set(meanings)):
        return await _columns(request, kept, problem=MEANT_TWICE)
    try:
        await _read(kept)
    except RegisterProblems as found:
        told_mends = mends_of(found.problems, language_of(request))
        return await _columns(request, kept, mends_=told_mends)
    return Redirect(f"/people/import/{kept.id}", status_code=303)


@post("/people/import/{upload:str}/units", guards=[MAY_CHANGE])
async def place_units(request: Request[Any, Any, Any], upload: FromPath[str]) -> Response[Any]:
    """Keep what new units are and where they belong."""
    form = await request.form()
    kept = await _own(_reader(request, str(form.get("csrf", ""))), upload)
    said = {
        str(name): str(value)
        for name, value in form.items()
        if str(name).startswith(("type:", "parent:"))
    }
    kept = replace(kept, fields={**kept.fields, **said})
    await keep_fields(kept.id, kept.fields)
    try:
        await _read(kept)
    except RegisterProblems as found:
        rest = {name: told for name, told in kept.fields.items() if name not in said}
        await keep_fields(kept.id, rest)
        told = mends_of(found.problems, language_of(request))
        return await _review(request, replace(kept, fields=rest), mends_=told)
    return Redirect(f"/people/import/{kept.id}", status_code=303)


@get("/people/import/{upload:str}/changes.csv", guards=[MAY_CHANGE])
async def list_changes(request: Request[Any, Any, Any], upload: FromPath[str]) -> Response[bytes]:
    """Give every change as a file, by keys; no address is in it."""
    plan = await _plan(await _own(_reader(request), upload))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("kind", "code", "change", "before", "after"))
    writer.writerows([harmless(cell) for cell in row] for row in change_rows(plan))
    return Response(
        text.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": 'attachment; filename="changes.csv"',
            "cache-control": "no-store",
        },
    )


def _reader(request: Request[Any, Any, Any], csrf: str | None = None) -> SignedIn:
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    if csrf is not None and not csrf_is_right(reader, csrf):
        raise ForeignRequest(request.url.path)
    return reader


async def _own(reader: SignedIn, upload: str) -> Upload:
    found = await find_upload(upload, account=reader.account)
    if found is None:
        raise NotFoundException
    return found


async def _read(upload: Upload) -> ReadRegister:
    return await read_upload(upload.content, upload.fields, Login.WEB)


async def _plan(upload: Upload) -> Plan:
    read = await _read(upload) if upload.content else ReadRegister(None)
    if read.register is None:
        raise NotFoundException
    return await plan_import(read.register, today=today(), login=Login.WEB)


def _choose(
    request: Request[Any, Any, Any],
    *,
    problem: str = "",
    mends_: list[FileMend] | None = None,
    left: Upload | None = None,
) -> Response[str]:
    context = {"problem": problem, "mends": mends_ or [], "left": left}
    status = WRONG if problem or mends_ else 200
    return page(request, "asking/people_import.html", context, status=status)


async def _columns(
    request: Request[Any, Any, Any],
    upload: Upload,
    *,
    problem: str = "",
    mends_: list[FileMend] | None = None,
) -> Response[str]:
    text = decoded(upload.content)
    header = header_of(text)
    remembered = {
        name.removeprefix(COLUMN): told
        for name, told in upload.fields.items()
        if name.startswith(COLUMN)
    }
    needed = needed_meanings(by_sms=settings().sends_sms)
    context = {
        "upload": upload,
        "columns": list(zip(header, first_cells(text), strict=True)),
        "meant": guess(header, remembered, needed),
        "meanings": {one: MEANING_NAMES[one] for one in needed},
        "problem": problem,
        "mends": mends_ or [],
    }
    status = WRONG if problem or mends_ else 200
    return page(request, "asking/people_columns.html", context, status=status)


async def _review(
    request: Request[Any, Any, Any],
    upload: Upload,
    *,
    problem: str = "",
    at: str = "",
    mends_: list[FileMend] | None = None,
) -> Response[Any]:
    if upload.state in {"confirmed", "done"}:
        context: dict[str, Any] = {"upload": upload}
        return page(
            request, "asking/people_written.html", context, fragment="asking/_people_written.html"
        )
    try:
        read = await _read(upload)
    except RegisterProblems as found:
        # it could be read when it was uploaded: the register is another one by now, or the system
        return _choose(request, mends_=mends_of(found.problems, language_of(request)))
    if not read.columns_known:
        return Redirect(f"/people/import/{upload.id}/columns", status_code=303)
    language = language_of(request)
    if read.register is None:
        context = {
            "upload": upload,
            "new_units": read.new_units,
            "types": [(code, type_name(code, language)) for code in (REGION, *unit_types())],
            "places": [one for one in read.places if one.kind != AGENCY],
            "mends": mends_ or [],
        }
        status = WRONG if mends_ else 200
        return page(request, "asking/people_units.html", context, status=status)
    plan = await plan_import(read.register, today=today(), login=Login.WEB)
    context = {
        "upload": upload,
        "told": differences(plan, await unit_names(Login.WEB), language, answers_in(upload.fields)),
        "seen": plan.seen,
        "odd": plan.warnings,
        "rekeyed": plan.rekeyed if plan.has_other_keys else 0,
        "shrinking": sorted(plan.shrinking, key=lambda one: one.after - one.before),
        "columns": read.columns,
        "meanings": MEANING_NAMES,
        "unread": [name for name in read.header if name not in (read.columns or {})],
        "left_behind": len(await _left_behind(plan)),
        "problem": problem,
        "problem_at": at,
    }
    status = WRONG if problem else 200
    return page(request, "asking/people_changes.html", context, status=status)


async def _left_behind(plan: Plan) -> set[UUID]:
    """Return the accounts that lead to a unit until the register is written, and then to none."""
    units = [one for one in plan.changes if one.thing == "unit"]
    after = await ended_scopes(
        Login.WEB,
        ending={one.code for one in units if one.act == "ended"},
        coming={one.code for one in units if one.act in {"added", "returned"}},
    )
    return set(after) - set(await ended_scopes(Login.WEB))


HANDLERS = [
    choose_register,
    take_register,
    look_register_over,
    confirm_register,
    ask_columns,
    take_columns,
    place_units,
    list_changes,
]
