"""Make the cards of a wave on a page: how many each unit gets, made by the worker, fetched once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.queries import WaveRow, find_campaign
from survey_app.asking.campaigns.states import State
from survey_app.asking.cards.order import CardOrder
from survey_app.asking.invitations.card_piles import Pile, find_piles
from survey_app.asking.letters.queries import cards_made
from survey_app.asking.letters.requests import (
    AskedLetters,
    confirm_request,
    find_request,
    own_requests,
)
from survey_app.audit.record import record
from survey_app.running.asking import allowed_wave, reader_of
from survey_app.running.letter_sealing import OtherSession
from survey_app.running.poster_routes import HANDLERS as POSTERS
from survey_app.running.sealed_orders import handed_back, leave_order
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, connection
from survey_app.shared.i18n import N_, as_language
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
NO_WORKER: Final = N_(
    "Kortene kan ikke lages akkurat nå. Ingenting er gått tapt. Prøv igjen om et minutt, og si "
    "ellers fra til den som drifter systemet."
)
OTHER_SESSION: Final = N_(
    "Du har logget inn på nytt siden du ba om kortene, og da kan ingen åpne filen. Lag de samme "
    "kortene en gang til."
)
WHY: Final[Mapping[str, str]] = {
    "signs": N_(
        "Navnet på en enhet har tegn som systemet ikke har noen skrift for, og de ville "
        "stått som tomme firkanter. Be den som drifter systemet om å installere en "
        "skrift som har dem, eller skriv navnet med andre bokstaver."
    ),
    "changed": N_("Målingen er ikke åpen lenger, og kodene virker bare i en åpen måling."),
    "lost": N_("Systemet ble startet på nytt før kortene var laget. Lag dem en gang til."),
    "failed": N_("Noe gikk galt, og ingen kort er laget. Si fra til den som drifter systemet."),
}


@get("/waves/{key:str}/cards", guards=[requires(*READERS)])
async def show_piles(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Show how many cards each unit gets, and offer to make them."""
    return await _piles(request, await allowed_wave(request, key))


@post("/waves/{key:str}/cards", guards=[requires(*READERS)])
async def order_cards(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Let the worker make the cards of an open wave."""
    wave = await allowed_wave(request, key)
    form = await request.form()
    reader = reader_of(request, str(form.get("csrf", "")))
    piles = await _found(wave)
    if wave.state != State.OPEN or wave.closes_on < today() or not piles:
        return await _piles(request, wave)
    order = CardOrder(wave.key, as_language(str(form.get("language", ""))))
    facts = {
        "what": "cards",
        "language": order.language,
        "cards": sum(pile.cards for pile in piles),
    }
    left = await leave_order(request, wave, order, facts, reader)
    if left is None:
        return await _piles(request, wave, problem=NO_WORKER)
    await confirm_request(left)
    at = now()
    await record(Login.WEB, now=at, actor=reader.email, action="cards asked", subject=wave.key)
    return Redirect(f"/waves/{wave.key}/cards/{left}", status_code=303)


@get("/waves/{key:str}/cards/{asked:str}", guards=[requires(*READERS)])
async def show_cards(
    request: Request[Any, Any, Any], key: FromPath[str], asked: FromPath[str]
) -> Response[Any]:
    """Show how far it is, or that the file is ready."""
    wave = await allowed_wave(request, key)
    return await _show(request, wave, await _own(request, wave, asked))


@post("/waves/{key:str}/cards/{asked:str}", guards=[requires(*READERS)])
async def fetch_cards(
    request: Request[Any, Any, Any], key: FromPath[str], asked: FromPath[str]
) -> Response[Any]:
    """Give the file, once."""
    wave = await allowed_wave(request, key)
    form = await request.form()
    reader = reader_of(request, str(form.get("csrf", "")))
    found = await _own(request, wave, asked)
    if found.state != "made":
        return Redirect(f"/waves/{wave.key}/cards/{asked}", status_code=303)
    try:
        file = await handed_back(request, found)
    except OtherSession:
        return await _show(request, wave, found, problem=OTHER_SESSION)
    if file is None:
        return Redirect(f"/waves/{wave.key}/cards/{asked}", status_code=303)
    at = now()
    await record(Login.WEB, now=at, actor=reader.email, action="cards fetched", subject=wave.key)
    return file


async def _found(wave: WaveRow) -> list[Pile]:
    async with connection(Login.WEB) as link:
        return await find_piles(link, wave.id)


async def _own(request: Request[Any, Any, Any], wave: WaveRow, asked: str) -> AskedLetters:
    account = reader_of(request).account
    found = await find_request(asked, wave=wave.id, account=account, now=now())
    if found is None or not found.is_of_cards:
        raise NotFoundException
    return found


async def _frame(request: Request[Any, Any, Any], wave: WaveRow) -> dict[str, Any]:
    return {
        "wave": wave,
        "campaign": await find_campaign(Login.WEB, wave.campaign),
        "name": in_language(wave.labels["name"], language_of(request)),
    }


async def _piles(
    request: Request[Any, Any, Any], wave: WaveRow, *, problem: str = ""
) -> Response[Any]:
    piles = await _found(wave)
    asked = await own_requests(wave.id, account=reader_of(request).account, now=now())
    context = await _frame(request, wave) | {
        "piles": piles,
        "people": sum(pile.people for pile in piles),
        "cards": sum(pile.cards for pile in piles),
        "is_open": wave.state == State.OPEN,
        "is_over": wave.closes_on < today(),
        "is_draft": wave.state == State.DRAFT,
        "made": await cards_made(Login.WEB, wave.id),
        "requests": [one for one in asked if one.is_of_cards],
        "problem": problem,
    }
    return page(request, "running/cards.html", context, status=WRONG if problem else 200)


async def _show(
    request: Request[Any, Any, Any], wave: WaveRow, found: AskedLetters, *, problem: str = ""
) -> Response[Any]:
    context = await _frame(request, wave) | {
        "asked": found,
        "why": WHY.get(found.outcome, WHY["failed"]),
        "problem": problem,
    }
    fragment = "running/_card_request.html"
    status = WRONG if problem else 200
    return page(request, "running/card_request.html", context, fragment=fragment, status=status)


# a poster is handed out like cards: it names nobody
HANDLERS = [show_piles, order_cards, show_cards, fetch_cards, *POSTERS]
