"""The page of a key holder. The link is the authority: no account, no cookie, nothing in a log.

What arrives here is a public key, or ballots with one seal less. A private key or a passphrase
never does.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from survey_app.asking.campaigns.key_holders import (
    TAMPERED,
    StoredKeyHolder,
    holder_of,
    note_trouble,
    receive_key,
    say_compared,
)
from survey_app.audit.record import record
from survey_app.counting.urn import hand_over, seal
from survey_app.counting.urn.errors import ChangedHandOverError, IncompleteHandOverError
from survey_app.counting.urn.hand_over import Step
from survey_app.counting.urn.proof import compared_proof
from survey_app.key_holding.standing import Standing, live_counter, standing_of
from survey_app.shared.agency import in_language
from survey_app.shared.base64url import from_base64url, to_base64url
from survey_app.shared.clock import now
from survey_app.shared.database import Login, connection
from survey_app.shared.i18n import translator
from survey_app.shared.pages import language_of, page
from survey_app.shared.sent_json import sent_json
from survey_app.shared.trustees import Trustee, TrusteeError

PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
UUID_BYTES = 16
STATUS = {
    "kept": 200,
    "unknown": 404,
    "not-yet": 409,
    "done": 409,
    "unreadable": 422,
    "other": 409,
    "tampered": 409,
}


class SentKey(msgspec.Struct):
    """What the browser sends of a new pair of keys."""

    public_key: str


@get("/key-holder/{link:str}")
async def show_holder(request: Request[Any, Any, Any], link: FromPath[str]) -> Response[str]:
    """Show what this holder has to do now."""
    holder = await holder_of(link)
    if holder is None:
        return _unknown(request)
    standing = await standing_of(holder.wave)
    return page(
        request, "key_holding/holder.html", _context(request, standing, holder), headers=PRIVATE
    )


@post("/key-holder/{link:str}/key", status_code=200)
async def take_key(request: Request[Any, Any, Any], link: FromPath[str]) -> Response[Any]:
    """Keep the public key of a holder; of the other half nothing comes here."""
    holder = await holder_of(link)
    if holder is None:
        return _tell("unknown")
    standing = await standing_of(holder.wave)
    if standing.wave.state != "draft":
        return _tell("done")
    try:
        raw = from_base64url(sent_json(await request.body(), SentKey).public_key)
        kept = await receive_key(holder, raw)
    except (ValueError, TrusteeError):
        return _tell("unreadable")
    if not kept:
        return _tell("other")
    fingerprint = Trustee(holder.name, raw).fingerprint
    await _note(standing, "public key received", holder, fingerprint=fingerprint)
    return _tell("kept")


@post("/key-holder/{link:str}/compared")
async def confirm(request: Request[Any, Any, Any], link: FromPath[str]) -> Response[Any]:
    """Note that both fingerprints agree, as the holder says: those that the page showed."""
    holder = await holder_of(link)
    if holder is None:
        return _unknown(request)
    standing = await standing_of(holder.wave)
    other = standing.other(holder)
    own_key, other_key = holder.public_key, other.public_key
    shown = (await request.form()).get("shown")
    if own_key is not None and other_key is not None and shown == _shown(holder, other):
        secret = request.app.state.settings.secret()
        proof = compared_proof(secret, holder.id, own_key, other_key)
        await say_compared(holder, other, proof)
    return _back(request, link)


@get("/key-holder/{link:str}/ballots")
async def give_ballots(request: Request[Any, Any, Any], link: FromPath[str]) -> Response[Any]:
    """Give the holder whose turn it is all ballots, sealed to their key."""
    holder = await holder_of(link)
    if holder is None:
        return _tell("unknown")
    standing = await standing_of(holder.wave)
    if not standing.is_turn_of(holder):
        return _tell(_out_of_turn(standing, holder))
    step, secret = Step(holder.place), request.app.state.settings.secret()
    try:
        async with connection(Login.WEB) as database:
            content = await hand_over.take(database, holder.wave, step, secret=secret)
    except ChangedHandOverError:
        return await _stop(standing, holder)
    return Response(content, media_type="application/octet-stream", headers=PRIVATE)


@get("/key-holder/{link:str}/counter")
async def show_counter(request: Request[Any, Any, Any], link: FromPath[str]) -> Response[Any]:
    """Show to which key of a worker the opened ballots are sealed: a fresh one, in its memory."""
    if await holder_of(link) is None:
        return _tell("unknown")
    counter = await live_counter(request.app.state.settings.secret())
    if counter is None:
        return Response({"outcome": "no-counter"}, status_code=503, headers=PRIVATE)
    found = {
        "id": to_base64url(counter.id.bytes),
        "public_key": to_base64url(counter.public_key),
    }
    return Response(found, headers=PRIVATE)


@post("/key-holder/{link:str}/ballots", status_code=200)
async def take_ballots(request: Request[Any, Any, Any], link: FromPath[str]) -> Response[Any]:
    """Keep the ballots with one seal less; the wave is counted once both are off."""
    holder = await holder_of(link)
    if holder is None:
        return _tell("unknown")
    standing = await standing_of(holder.wave)
    if not standing.is_turn_of(holder):
        return _tell(_out_of_turn(standing, holder))
    try:
        ballots = await _keep(request, standing, holder)
    except IncompleteHandOverError:
        return _tell("unreadable")
    except ChangedHandOverError:
        return await _stop(standing, holder)
    except asyncpg.UniqueViolationError:
        return _tell("done")
    await note_trouble(Login.WEB, holder.wave, "")
    await _note(
        standing, "seal taken off", holder, fingerprint=holder.trustee.fingerprint, ballots=ballots
    )
    return _tell("kept")


@post("/key-holder/{link:str}/again")
async def begin_again(request: Request[Any, Any, Any], link: FromPath[str]) -> Response[Any]:
    """Let the first holder begin anew, where the second could not open what was handed over."""
    holder = await holder_of(link)
    if holder is None:
        return _unknown(request)
    standing = await standing_of(holder.wave)
    if standing.is_turn_of(holder) and holder.place != 1:
        async with connection(Login.WEB) as database:
            await hand_over.take_back(database, holder.wave, Step.SEALED_ONCE)
        await note_trouble(Login.WEB, holder.wave, "again")
    return _back(request, link)


async def _keep(
    request: Request[Any, Any, Any], standing: Standing, holder: StoredKeyHolder
) -> int:
    """Keep what a holder hands over; returns how many ballots it is."""
    counter, body = None, await request.body()
    secret = request.app.state.settings.secret()
    size = standing.wave.ballot_size or 0
    async with connection(Login.WEB) as database:
        step = Step(holder.place)
        before = await hand_over.take(database, holder.wave, step, secret=secret) or b""
        after = Step(holder.place + 1)
        row = hand_over.row_bytes(size, after)
        if after is Step.TO_COUNTER:
            counter, body = UUID(bytes=body[:UUID_BYTES].ljust(UUID_BYTES)), body[UUID_BYTES:]
            hand_over.check_row_count(body[seal.OVERHEAD :], before=len(before), row=row)
        else:
            hand_over.check_row_count(body, before=len(before), row=row)
        await hand_over.keep_hand_over(
            database, holder.wave, after, body, secret=secret, counter=counter
        )
    return len(before) // hand_over.row_bytes(size, step)


async def _stop(standing: Standing, holder: StoredKeyHolder) -> Response[Any]:
    await note_trouble(Login.WEB, holder.wave, TAMPERED)
    await _note(standing, "hand-over was changed in the database", holder)
    return _tell("tampered")


def _out_of_turn(standing: Standing, holder: StoredKeyHolder) -> str:
    if standing.tampered:
        return "tampered"
    if standing.wave.state in {"draft", "open"}:
        return "not-yet"
    before = standing.step is None or standing.step < holder.place
    return "not-yet" if standing.wave.state == "closed" and before else "done"


def _tell(outcome: str) -> Response[dict[str, str]]:
    return Response({"outcome": outcome}, status_code=STATUS[outcome], headers=PRIVATE)


def _back(request: Request[Any, Any, Any], link: str) -> Redirect:
    query = {"lang": language_of(request)}
    return Redirect(f"/key-holder/{link}", status_code=303, query_params=query, headers=PRIVATE)


def _unknown(request: Request[Any, Any, Any]) -> Response[str]:
    _ = translator(language_of(request)).gettext
    context = {
        "heading": _("Vi kjenner ikke denne lenken"),
        "sentence": _(
            "Lenken til en nøkkelholder slutter å virke når det er laget en ny. Spør HR om den nye."
        ),
        "address": "/trustees",
        "link": _("Slik passer to på nøkkelen"),
    }
    return page(request, "shared/message.html", context, status=404, headers=PRIVATE)


async def _note(standing: Standing, action: str, holder: StoredKeyHolder, **facts: object) -> None:
    key = standing.wave.key
    await record(
        Login.WEB,
        now=now(),
        actor="key holder",
        action=action,
        subject=key,
        place=holder.place,
        **facts,
    )


def _context(
    request: Request[Any, Any, Any], standing: Standing, holder: StoredKeyHolder
) -> dict[str, Any]:
    wave: UUID = holder.wave
    outer = holder.place == 1
    size = standing.wave.ballot_size or 0
    info = seal.purpose(wave) if outer else seal.inner_purpose(wave)
    return {
        "standing": standing,
        "wave": standing.wave,
        "name": _name(standing, language_of(request)),
        "holder": holder,
        "other": standing.other(holder),
        "shown": _shown(holder, standing.other(holder)),
        "stage": standing.stage_of(holder),
        "row": hand_over.row_bytes(size, Step(holder.place)),
        "info": to_base64url(info),
        "count_info": to_base64url(hand_over.hand_over_purpose(wave)),
        "key": to_base64url(holder.public_key) if holder.public_key else "",
    }


def _shown(holder: StoredKeyHolder, other: StoredKeyHolder) -> str:
    """Return both keys as the page shows them; empty while one is not there."""
    if holder.public_key is None or other.public_key is None:
        return ""
    return to_base64url(holder.public_key + other.public_key)


def _name(standing: Standing, language: str) -> str:
    labels = standing.wave.labels
    name: str = in_language(labels["name"], language)
    return name


HOLDERS = Router(
    path="/",
    route_handlers=[
        show_holder,
        take_key,
        confirm,
        give_ballots,
        take_ballots,
        show_counter,
        begin_again,
    ],
    request_max_body_size=hand_over.LARGEST + 1024,
)
