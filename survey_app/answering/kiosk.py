"""A shared screen in a guard room: a code, the form, «Ferdig», and nothing of it left behind.

Browsers write to their disk the addresses they were at, and what was posted to a page that they
show. So no address here holds a link (`kiosk_ticket.py`), a browser's own post is always answered
with an address, and what a page must show again travels by script alone, which is written nowhere.
The form is the plain one (grade B): no draft, no receipt, nothing that waits on the device.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from litestar import Request, get, post
from litestar.params import FromPath
from redis.exceptions import RedisError

from survey_app.answering.arrival import Arrival, arrive, chosen_language
from survey_app.answering.code_page import CodeTrouble, Token, find_code, say_trouble, status_of
from survey_app.answering.fields import Fields, read_fields, single
from survey_app.answering.form_page import filled_page
from survey_app.answering.kiosk_ticket import new_ticket, open_ticket
from survey_app.answering.limit import guesses_too_much
from survey_app.answering.messages import CODE_HEADINGS, HEADINGS
from survey_app.answering.personal import AGAIN
from survey_app.answering.reply import PRIVATE, as_page, go_to, in_a_minute, show
from survey_app.answering.second_look import Doubt, doubt_about
from survey_app.answering.submit import Outcome, submit_personal
from survey_app.asking.invitations.codes import Flaw
from survey_app.shared.database import Login, connection
from survey_app.shared.finished_reply import Reply
from survey_app.shared.i18n import N_, Language, as_language, languages, translator
from survey_app.shared.negotiation import accepted_encodings
from survey_app.shared.networks import network_of
from survey_app.shared.pages import render

BY_SCRIPT: Final = "x-kiosk"  # header of what the page's own script sends
GO: Final = "x-go"  # header that tells it where to go
SECONDS: Final = 60  # that a page stays when nobody touches it
LONGEST: Final = 60  # of a code that is shown again
ENDED: Final = {
    "card": HEADINGS["card_used"],
    "closed": HEADINGS["closed"],
    "cancelled": HEADINGS["cancelled"],
    **CODE_HEADINGS,
}
WHY: Final = {
    "used": N_("Har du svart, er alt i orden. Svaret er sendt inn, og ingenting mangler."),
    "card": N_(
        "Enten er det brukt før, eller så er det alt kommet så mange svar med kort som det er"
        " ansatte som skal ha kort. Ingenting er sendt inn nå."
    ),
    "closed": N_("Fristen er ute, og ingenting er sendt inn nå."),
    "cancelled": N_("Ingenting er sendt inn nå."),
    "withdrawn": N_("Har du fått et nyere brev, bruker du koden i det."),
}
EMPTIED: Final = N_(
    "Svaret er ikke sendt inn. Skjemaet er tømt, så ingenting blir liggende her. Fyll det ut på"
    " nytt."
)
_TROUBLES: Final[dict[str, CodeTrouble]] = {
    **{flaw.value: flaw for flaw in Flaw}, "unknown": "unknown", "busy": "busy",
}  # fmt: skip


@get("/kiosk")
async def ask_at_kiosk(request: Request[Any, Any, Any]) -> Reply:
    """Ask for a code, in large signs."""
    trouble = _TROUBLES.get(request.query_params.get("wrong", ""))
    return _code_page(request, chosen_language(request), "", trouble)


@post("/kiosk", status_code=200)
async def take_code_at_kiosk(request: Request[Any, Any, Any]) -> Reply:
    """Lead to the form that a code opens, or say what is wrong with it."""
    chosen = request.query_params.get("lang", "")
    language = as_language(chosen) if chosen else None
    typed = single(await read_fields(request), "code")
    found = await find_code(request, typed)
    if isinstance(found, Token):
        return await _to_form(request, found.text, language)
    if _by_script(request):
        return _code_page(request, as_language(chosen), typed, found)
    return go_to("/kiosk", language, wrong=found)


@get("/kiosk/form/{ticket:str}")
async def show_form_at_kiosk(request: Request[Any, Any, Any], ticket: FromPath[str]) -> Reply:
    """Show the form, once; whoever comes back to the address is asked for a code."""
    token = await open_ticket(ticket)
    if token is None:
        return go_to("/kiosk", None)
    async with connection(Login.WEB) as link:
        found = await arrive(link, request.app.state.settings, token)
    if found is None:
        return go_to("/kiosk", None)
    language = chosen_language(request, found.invitation.language)
    if found.standing not in {"open", "held"}:
        return _go(request, f"/kiosk/{found.standing}", language)
    again = request.query_params.get("again", "")
    doubt = doubt_about(found.survey, {}) if again == "blank" else None
    return _form(request, found, language, token, {}, EMPTIED if again == "yes" else "", doubt)


@post("/kiosk/answer", status_code=200)
async def hand_in_at_kiosk(request: Request[Any, Any, Any]) -> Reply:
    """Take the form, or show it again: in another language, or with what is wrong."""
    fields = await read_fields(request)
    token = single(fields, "link")
    async with connection(Login.WEB) as link:
        found = await arrive(link, request.app.state.settings, token)
        if found is None:
            await guesses_too_much(network_of(request))
            return _go(request, "/kiosk", None, wrong="unknown")
        language = as_language(single(fields, "lang"), found.invitation.language)
        if found.standing not in {"open", "held"}:
            return _go(request, f"/kiosk/{found.standing}", language)
        wanted = single(fields, "show_language")
        if wanted in languages():
            return await _again(request, found, as_language(wanted), token, fields)
        if doubt := doubt_about(found.survey, fields):
            return await _again(request, found, language, token, fields, doubt=doubt)
        outcome = await submit_personal(link, found.survey, found.invitation, fields)
    if outcome in AGAIN:
        problem = AGAIN[outcome][0]
        return await _again(request, found, language, token, fields, problem)
    where = "done" if outcome is Outcome.ACCEPTED else _ending(found, outcome.value)
    return _go(request, f"/kiosk/{where}", language)


@get("/kiosk/done")
async def show_done(request: Request[Any, Any, Any]) -> Reply:
    """Say that it is done, in large letters, and make room for the next."""
    return _ended(request, N_("Ferdig"), N_("Svarene dine er sendt inn."))


@get(["/kiosk/used", "/kiosk/card", "/kiosk/closed", "/kiosk/cancelled", "/kiosk/withdrawn"])
async def show_ended(request: Request[Any, Any, Any]) -> Reply:
    """Say why a code opens no form."""
    name = request.url.path.rpartition("/")[2]
    return _ended(request, ENDED[name], WHY[name])


def _ending(found: Arrival, name: str) -> str:
    """Return the last part of the address that says why nothing was taken."""
    return "card" if found.invitation.card and name == "used" else name


async def _to_form(
    request: Request[Any, Any, Any], token: str, language: Language | None, **query: str
) -> Reply:
    try:
        ticket = await new_ticket(token)
    except (RedisError, OSError):
        return _go(request, "/kiosk", language, wrong="busy")
    return _go(request, f"/kiosk/form/{ticket}", language, **query)


async def _again(
    request: Request[Any, Any, Any],
    found: Arrival,
    language: Language,
    token: str,
    fields: Fields,
    problem: str = "",
    doubt: Doubt | None = None,
) -> Reply:
    """Show a form as it was filled in; without script empty, since what is posted is kept."""
    if _by_script(request):
        return _form(request, found, language, token, fields, problem, doubt)
    if single(fields, "show_language"):
        return await _to_form(request, token, language)
    is_blank = doubt is not None and doubt == doubt_about(found.survey, {})
    return await _to_form(request, token, language, again="blank" if is_blank else "yes")


def _form(
    request: Request[Any, Any, Any],
    found: Arrival,
    language: Language,
    token: str,
    fields: Fields,
    problem: str,
    doubt: Doubt | None,
) -> Reply:
    page = filled_page(
        found.survey,
        language,
        found.survey.domain_of(found.invitation.domain),
        demo=request.app.state.settings.demo,
        fields=fields,
        problem=problem,
        doubt=doubt,
        kiosk=token,
    )
    return show(page, accepted_encodings(request))


def _code_page(
    request: Request[Any, Any, Any], language: Language, typed: str, trouble: CodeTrouble | None
) -> Reply:
    context = {
        "typed": typed[:LONGEST],
        "problem": say_trouble(typed, trouble, language) if trouble else "",
        # never the host that was asked: of a page under another name it would say so itself
        "host": urlsplit(request.app.state.settings.answering_url).netloc,
    }
    status = status_of(trouble) if trouble else 200
    heading = N_("Skriv inn koden din")
    reply = _page(request, "answering/kiosk.html", language, heading, context, status)
    return in_a_minute(reply) if trouble == "busy" else reply


def _ended(request: Request[Any, Any, Any], heading: str, sentence: str) -> Reply:
    language = chosen_language(request)
    context = {"sentence": translator(language).gettext(sentence)}
    return _page(request, "answering/kiosk_done.html", language, heading, context)


def _page(
    request: Request[Any, Any, Any],
    template: str,
    language: Language,
    heading: str,
    context: dict[str, Any],
    status: int = 200,
) -> Reply:
    frame = {
        "demo": request.app.state.settings.demo,
        "heading": translator(language).gettext(heading),
        "query": "",
        "seconds": SECONDS,
    }
    html = render(template, language, frame | context)
    return show(as_page(html), accepted_encodings(request), status=status)


def _by_script(request: Request[Any, Any, Any]) -> bool:
    return BY_SCRIPT in request.headers


def _go(
    request: Request[Any, Any, Any], path: str, language: Language | None, **query: str
) -> Reply:
    """Lead on; a script is told where to, since it would follow a redirect before the page does."""
    if not _by_script(request):
        return go_to(path, language, **query)
    asked = urlencode(query | ({"lang": language} if language else {}))
    headers = {**PRIVATE, GO: f"{path}?{asked}" if asked else path}
    return Reply(
        204, [(name.lower().encode(), text.encode()) for name, text in headers.items()], b""
    )
