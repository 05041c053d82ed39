"""``/settings/privacy``: what is held about people, what goes when, and what is held of one."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import ROLE_NAMES, Role
from survey_app.accounts.sessions import csrf_is_right
from survey_app.administration.act_names import act_name, actor_name
from survey_app.administration.privacy.documents import KINDS, privacy_document
from survey_app.administration.privacy.model import About
from survey_app.administration.privacy.overview import about_people, next_to_go, put_into_words
from survey_app.administration.privacy.person import HeldOfOne, as_file, hold_of, note_look
from survey_app.settings import Settings
from survey_app.shared.clock import OSLO, now, today
from survey_app.shared.form_text import clean
from survey_app.shared.i18n import N_
from survey_app.shared.pages import language_of, page

ADDRESS: Final = "/settings/privacy"
PERSON: Final = f"{ADDRESS}/person"
ADMINISTRATORS = requires(Role.ADMIN)
LONGEST: Final = 254  # signs of an address
NOBODY: Final = N_("Skriv en e-postadresse, eller nummeret i HR-systemet.")


@get(ADDRESS, guards=[ADMINISTRATORS])
async def show_what_is_held(request: Request[Any, Any, Any]) -> Response[str]:
    """Show what is held, how long, and what goes next."""
    return await _overview(request)


@get(PERSON, guards=[ADMINISTRATORS])
async def ask_for_person() -> Redirect:
    """Lead to the form: whom somebody looks for stands in no address."""
    return Redirect(f"{ADDRESS}#person", status_code=303)


@post(PERSON, guards=[ADMINISTRATORS])
async def show_person(request: Request[Any, Any, Any]) -> Response[Any]:
    """Show what is held of one person, or give it as a file; the log says who looked."""
    form = await request.form()
    reader = signed_in(request)
    if reader is None or not csrf_is_right(reader, str(form.get("csrf", ""))):
        raise ForeignRequest(ADDRESS)
    sought = " ".join(clean(str(form.get("sought", ""))).split())
    if not sought or len(sought) > LONGEST:
        return await _overview(request, sought[:LONGEST], NOBODY, 422)
    found, file = await hold_of(sought), form.get("as") == "file"
    await note_look(found, actor=reader.email, file=file, now=now())
    return _file(found) if file else _person(request, sought, found)


@get([f"{ADDRESS}/{kind}" for kind in KINDS], guards=[ADMINISTRATORS])
async def take_document(request: Request[Any, Any, Any]) -> Response[str]:
    """Give a document for the data protection officer, in the reader's language."""
    lang, kind = language_of(request), request.url.path.rpartition("/")[2]
    chosen: Settings = request.app.state.settings
    return Response(
        privacy_document(kind, lang, settings=chosen, day=today()),
        media_type="text/html; charset=utf-8",
        headers={
            # a file: its style stands in it, which no page of ours may have
            "Content-Disposition": f'attachment; filename="{kind}-{lang}.html"',
            "Cache-Control": "no-store",
        },
    )


def _file(found: HeldOfOne) -> Response[bytes]:
    return Response(
        as_file(found, made_at=now()),
        media_type="application/json",
        headers={
            "Content-Disposition": 'attachment; filename="person.json"',
            "Cache-Control": "no-store",
        },
    )


def _person(request: Request[Any, Any, Any], sought: str, found: HeldOfOne) -> Response[str]:
    lang = language_of(request)
    context = {
        "sought": sought,
        "found": found,
        "role_names": ROLE_NAMES,
        "chosen": request.app.state.settings,
        "log": [
            (row.at.astimezone(OSLO), actor_name(row.actor, lang), act_name(row.action, lang))
            for row in found.log
        ],
    }
    return page(request, "administration/person.html", context)


async def _overview(
    request: Request[Any, Any, Any], sought: str = "", problem: str = "", status: int = 200
) -> Response[str]:
    chosen: Settings = request.app.state.settings
    lang = language_of(request)
    context = {
        "sought": sought,
        "problem": problem,
        "chosen": chosen,
        "next": await next_to_go(chosen),
        "held": [
            (about.value, put_into_words(about_people(about), chosen, lang))
            for about in About
            if about is not About.NOBODY
        ],
    }
    return page(request, "administration/privacy.html", context, status=status)


HANDLERS = [show_what_is_held, ask_for_person, show_person, take_document]
