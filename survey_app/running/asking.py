"""Who asks, and which wave they may ask about."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.exceptions import NotFoundException

from survey_app.accounts.errors import ForeignPage, ForeignRequest
from survey_app.accounts.guards import signed_in
from survey_app.accounts.sessions import SignedIn, csrf_is_right
from survey_app.asking.campaigns.permissions import populations_for
from survey_app.asking.campaigns.queries import WaveRow, find_wave
from survey_app.asking.errors import UnknownWave
from survey_app.shared.database import Login


def reader_of(request: Request[Any, Any, Any], csrf: str | None = None) -> SignedIn:
    """Return who is signed in; where a form was sent, after its token was looked at."""
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    if csrf is not None and not csrf_is_right(reader, csrf):
        raise ForeignRequest(request.url.path)
    return reader


async def allowed_wave(request: Request[Any, Any, Any], key: str) -> WaveRow:
    """Return a wave that the reader may do something with."""
    try:
        wave = await find_wave(Login.WEB, key)
    except UnknownWave as error:
        raise NotFoundException from error
    allowed = populations_for(reader_of(request).role)
    if allowed is not None and wave.population not in allowed:
        raise ForeignPage(request.url.path)
    return wave
