"""Where HR asks two people to hold the keys of a wave, and sees how far they are."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, FromPath
from litestar.response import Redirect

from questionnaires.loader import load_library
from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import csrf_is_right
from survey_app.asking.campaigns.acts import openings_of
from survey_app.asking.campaigns.key_holders import ask_two, forget_two, key_holders, new_link
from survey_app.asking.campaigns.queries import WaveRow, find_campaign, find_wave
from survey_app.asking.errors import KeyHolderRefused, UnknownWave
from survey_app.audit.record import record
from survey_app.key_holding.standing import standing_of
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now
from survey_app.shared.database import Login, connection
from survey_app.shared.i18n import N_, translator
from survey_app.shared.pages import language_of, page
from survey_app.shared.trustees import TrusteeError

WRONG = 422  # HTTP's own number for a form that can be read but not used
MAY_ASK = requires(Role.HR, Role.ADMIN)
FormFields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
REFUSED = {
    "same name": N_("De to må ha hvert sitt navn, slik at de kan skilles fra hverandre."),
    "asked before": N_("To er spurt allerede. Glem dem først, hvis det skal være to andre."),
    "no name": N_("Skriv en rolle for hver av de to, på høyst 100 tegn."),
    "too late": N_("Målingen er åpnet uten nøkkelholdere, og da er det for sent."),
}


@get("/waves/{key:str}/keys", guards=[MAY_ASK])
async def show_keys(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[str]:
    """Show how far the key holders of a wave are, or ask who they are to be."""
    return await _page(request, await _wave(key))


@post("/waves/{key:str}/keys", guards=[MAY_ASK], status_code=200)
async def ask_holders(
    request: Request[Any, Any, Any], key: FromPath[str], data: FormFields
) -> Response[str]:
    """Make a link for each of two people, and show both, once."""
    wave = await _wave(key)
    _check(request, data)
    names = [data.get("first", "").strip(), data.get("second", "").strip()]
    try:
        made = await _ask(wave, names)
    except TrusteeError:
        return await _page(request, wave, problem=REFUSED["no name"], names=names, status=WRONG)
    except KeyHolderRefused as refused:
        problem = REFUSED[refused.reason]
        return await _page(request, wave, problem=problem, names=names, status=WRONG)
    await _note(request, wave, "key holders asked")
    return await _page(request, wave, links=dict(enumerate(made, start=1)))


@post("/waves/{key:str}/keys/link", guards=[MAY_ASK], status_code=200)
async def make_new_link(
    request: Request[Any, Any, Any], key: FromPath[str], data: FormFields
) -> Response[str]:
    """Make another link for one of the two, and show it, once."""
    wave = await _wave(key)
    _check(request, data)
    for holder in await key_holders(Login.WEB, wave.id):
        if str(holder.place) == data.get("place"):
            made = await new_link(holder.id)
            await _note(request, wave, "key holder's link made anew", place=holder.place)
            return await _page(request, wave, links={holder.place: made})
    raise NotFoundException


@post("/waves/{key:str}/keys/forget", guards=[MAY_ASK])
async def forget_holders(
    request: Request[Any, Any, Any], key: FromPath[str], data: FormFields
) -> Redirect:
    """Ask nobody any more, as long as no ballot is sealed to their keys."""
    wave = await _wave(key)
    _check(request, data)
    if wave.state == "draft":
        async with connection(Login.WEB) as link, link.transaction():
            await forget_two(link, wave.id)
        await _note(request, wave, "key holders forgotten")
    return Redirect(f"/waves/{key}/keys", status_code=303)


async def _wave(key: str) -> WaveRow:
    try:
        return await find_wave(Login.WEB, key)
    except UnknownWave as error:
        raise NotFoundException from error


def _check(request: Request[Any, Any, Any], data: FormFields) -> None:
    reader = signed_in(request)
    if reader is None or not csrf_is_right(reader, data.get("csrf", "")):
        raise ForeignRequest(request.url.path)


async def _ask(wave: WaveRow, names: list[str]) -> list[str]:
    """Ask two for a draft; or those whose keys the wave was opened with, to open it on a page."""
    keys: list[bytes | None] = [None, None]
    if wave.state in {"open", "closed"} and wave.trustees:
        names = [holder.name for holder in wave.trustees]
        keys = [holder.public_key for holder in wave.trustees]
    elif wave.state != "draft" or wave.trustees:
        raise KeyHolderRefused("too late")
    async with connection(Login.WEB) as link, link.transaction():
        return await ask_two(link, wave.id, names, keys=keys)


async def _note(
    request: Request[Any, Any, Any], wave: WaveRow, action: str, **facts: object
) -> None:
    reader = signed_in(request)
    actor = reader.email if reader else "system"
    await record(Login.WEB, now=now(), actor=actor, action=action, subject=wave.key, **facts)


async def _page(
    request: Request[Any, Any, Any],
    wave: WaveRow,
    *,
    links: dict[int, str] | None = None,
    problem: str = "",
    names: list[str] | None = None,
    status: int = 200,
) -> Response[str]:
    language = language_of(request)
    texts = translator(language)
    messages = load_library().messages
    standing = await standing_of(wave.id)
    name = in_language(wave.labels["name"], language)
    titles = (await find_campaign(Login.WEB, wave.campaign)).title
    base_url = request.app.state.settings.base_url
    shown = {
        place: _Shown(
            f"{base_url}/key-holder/{secret}",
            texts.gettext("Du er spurt om å ha en av to nøkler"),
            texts.gettext("Åpne lenken på din egen PC: {link}"),
        )
        for place, secret in (links or {}).items()
    }
    context = {
        "wave": wave,
        "name": name,
        "campaign_title": in_language(titles, language),
        "standing": standing,
        "links": shown,
        "problem": texts.gettext(problem) if problem else "",
        "names": names or ["", ""],
        "may_ask": wave.state == "draft" and not wave.trustees,
        "opening": any(
            one.state in {"proposed", "confirmed"} for one in await openings_of(Login.WEB, wave.id)
        ),
        "may_link": wave.state in {"open", "closed"} and bool(wave.trustees),
        "promise": {
            one: messages.text(f"promise.{one}", language) for one in ("trustees", "worker")
        },
    }
    return page(request, "key_holding/desk.html", context, status=status)


class _Shown:
    """A link as it is shown once, and as a mail that HR can send from the own mail program."""

    def __init__(self, address: str, subject: str, body: str) -> None:
        self.address = address
        query = {"subject": subject, "body": body.format(link=address)}
        self.mail = f"mailto:?{urlencode(query, quote_via=quote)}"


HANDLERS = [show_keys, ask_holders, make_new_link, forget_holders]
