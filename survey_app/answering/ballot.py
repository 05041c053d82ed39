"""Where a ballot arrives with a credential. What is answered is known here; who answers never is.

It may be served by a process and a host of its own (``BAROMETER_BALLOT_URL``), which no link to a
person ever reaches: nothing here takes a token, and whoever sends is not told apart.
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import HttpMethod, Request, post, route
from litestar.datastructures import State

from survey_app.answering.outcomes import Word, tell, tell_unknown
from survey_app.answering.sealed_ballot import sealed_ballot
from survey_app.answering.surveys import Survey, find_open_link, survey_of_link
from survey_app.answering.trouble import TROUBLE, tell_log
from survey_app.counting.urn.cast_ballot import cast_ballot
from survey_app.counting.urn.credentials import receipt_of, verify
from survey_app.settings import Settings
from survey_app.shared.base64url import from_base64url
from survey_app.shared.database import Link, Login, connection
from survey_app.shared.finished_reply import Reply
from survey_app.shared.sent_json import sent_json

# The page may stand on another host. There is nothing to steal by asking: no cookie goes either
# way, and the reply is one word.
_ANYBODY = (b"access-control-allow-origin", b"*")
_WELCOME = [
    _ANYBODY,
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", b"content-type"),
    (b"access-control-max-age", b"86400"),
]


class Sent(msgspec.Struct):
    """A ballot as it is sent; ``pad`` makes all of a wave equally long.

    ``arm`` is the half or module that was asked, where not everybody is asked the same.
    """

    wave: str
    group: str
    message: str
    signature: str
    answers: dict[str, str | list[str]]
    pad: str = ""
    arm: int | None = None


@route("/ballot", http_method=[HttpMethod.OPTIONS], status_code=200)
async def welcome_ballots() -> Reply:
    """Tell browsers on other hosts that they may send ballots here."""
    return Reply(200, _WELCOME, b"")


@post("/ballot", status_code=200)
async def take_ballot(request: Request[Any, Any, Any], state: State) -> Reply:
    """Verify, seal and count a ballot once; a repeat gets the same thanks."""
    try:
        sent = sent_json(await request.body(), Sent)
        message, signature = from_base64url(sent.message), from_base64url(sent.signature)
    except ValueError:
        return open_to_all(tell("unreadable"))
    async with connection(Login.WEB) as link:
        survey, is_open = await survey_with_state(link, state.settings, sent.wave)
        modulus = survey.group_keys.get(sent.group) if survey else None
        if survey is None or modulus is None:
            return open_to_all(await tell_unknown(request))
        if not is_open:
            return open_to_all(tell("closed"))
        if not survey.as_opened:
            return open_to_all(tell("failed"))
        if not verify(modulus, message, signature):
            return open_to_all(tell("forged"))
        return open_to_all(tell(await _cast(link, survey, sent, receipt_of(message))))


async def _cast(link: Link, survey: Survey, sent: Sent, receipt: bytes) -> Word:
    chosen = {
        item: [codes] if isinstance(codes, str) else codes for item, codes in sent.answers.items()
    }
    # the group is what the signature proves, and all that is stored of the unit
    sealed = sealed_ballot(survey.for_arm(sent.arm), chosen, sent.group)
    if sealed is None:
        return "unreadable"
    try:
        return "accepted" if await cast_ballot(link, survey.id, receipt, sealed) else "closed"
    except TROUBLE as error:
        tell_log("a ballot was not taken", error)
        return "failed"


async def survey_with_state(link: Link, settings: Settings, key: str) -> tuple[Survey | None, bool]:
    """Return the survey with this key, if it was ever opened, and whether it is open now."""
    found = await find_open_link(link, key)
    if found is None:
        return None, False
    return await survey_of_link(link, settings, found), found.state == "open"


def open_to_all(reply: Reply) -> Reply:
    """Let a page on another host read a reply."""
    return Reply(reply.status, [*reply.headers, _ANYBODY], reply.body)
