"""What scripts are told: one word as JSON, the same bytes for everybody."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from litestar import Request

from survey_app.answering.limit import guesses_too_much
from survey_app.answering.reply import PRIVATE, in_a_minute
from survey_app.shared.finished_reply import Reply
from survey_app.shared.networks import network_of

type Word = Literal[
    "accepted", "used", "closed", "unknown", "busy", "unreadable", "forged", "failed"
]
STATUS: dict[Word, int] = {
    "accepted": 200,
    "forged": 403,
    "unknown": 404,
    "used": 409,
    "closed": 410,
    "unreadable": 422,
    "busy": 429,
    "failed": 503,
}
_HEADERS = [
    *((name.lower().encode(), text.encode()) for name, text in PRIVATE.items()),
    (b"content-type", b"application/json"),
]


def tell(word: Word) -> Reply:
    """Answer with an outcome."""
    return Reply(STATUS[word], _HEADERS, msgspec.json.encode({"outcome": word}))


def hand_out(**values: str) -> Reply:
    """Answer with what was asked for."""
    return Reply(200, _HEADERS, msgspec.json.encode(values))


async def tell_unknown(request: Request[Any, Any, Any]) -> Reply:
    """Say that we know no such thing; slow down those who try many, as with unknown links."""
    if await guesses_too_much(network_of(request)):
        return in_a_minute(tell("busy"))
    return tell("unknown")
