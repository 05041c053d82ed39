"""Where a browser has its credential signed. Who asks is known here; what is answered never is."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from litestar import Request, post
from litestar.params import FromPath

from survey_app.answering.arrival import Arrival, arrive
from survey_app.answering.outcomes import Word, hand_out, tell, tell_unknown
from survey_app.answering.trouble import TROUBLE, tell_log
from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import ForeignSecret, SigningFailed, UnreadableBlinded
from survey_app.asking.invitations.credential_keys import KeyRing
from survey_app.asking.invitations.issue_credential import issue, issued
from survey_app.counting.urn.lock import lock_number
from survey_app.settings import Settings
from survey_app.shared.base64url import from_base64url, to_base64url
from survey_app.shared.database import Link, Login, connection
from survey_app.shared.finished_reply import Reply
from survey_app.shared.sent_json import sent_json
from survey_app.waves.states import state_of

REFUSED: dict[str, Word] = {"withdrawn": "unknown", "held": "failed"}


class BlindedMessage(msgspec.Struct):
    """What the browser sends: a blinded message, base64url."""

    blinded: str


@cache
def _ring(settings: Settings) -> KeyRing:
    return KeyRing(settings.secret())


@post("/answer/{token:str}/credential", status_code=200)
async def sign_credential(request: Request[Any, Any, Any], token: FromPath[str]) -> Reply:
    """Mark the link used and sign what the browser blinded; the same again for a retry."""
    try:
        blinded = from_base64url(sent_json(await request.body(), BlindedMessage).blinded)
    except ValueError:
        return tell("unreadable")
    settings = request.app.state.settings
    async with connection(Login.WEB) as link:
        found = await arrive(link, settings, token)
        if found is None:
            return await tell_unknown(request)
        outcome = await _outcome(link, found, _ring(settings), blinded)
    return tell(outcome) if isinstance(outcome, str) else hand_out(signature=to_base64url(outcome))


async def _outcome(link: Link, found: Arrival, ring: KeyRing, blinded: bytes) -> bytes | Word:
    # a card answers by the plain form: its mark and its ballot go together
    if found.invitation.card or found.standing in REFUSED:
        return REFUSED.get(found.standing, "unknown")
    if found.invitation.state != "open":
        ring.forget(found.survey.id)
        return "closed"
    if found.standing == "used":
        return await issued(link, found.invitation, blinded) or "used"
    try:
        return await _sign(link, found, ring, blinded)
    except UnreadableBlinded:
        return "unreadable"
    except (SigningFailed, ForeignSecret, *TROUBLE) as error:
        tell_log("no credential was issued", error)
        return "failed"


async def _sign(link: Link, found: Arrival, ring: KeyRing, blinded: bytes) -> bytes | Word:
    group = found.survey.domain_of(found.invitation.domain)
    key = await ring.key(link, found.survey.id, group)
    if key is None:
        return "unknown"
    lock = lock_number(found.survey.id)
    signature = await issue(link, found.invitation, key, blinded, lock=lock)
    return signature or await _refused(link, found)


async def _refused(link: Link, found: Arrival) -> Word:
    is_open = await state_of(link, found.survey.id) is State.OPEN
    return "used" if is_open else "closed"
