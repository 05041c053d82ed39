"""Forms of an open survey that come too fast: one, those of a network, or all of them together.

Nobody is turned away. A form comes back as it was filled in, and is taken a little later.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from litestar import Request
from redis.exceptions import RedisError

from survey_app.answering.fields import Fields, single
from survey_app.answering.form_token import FIELD as TOKEN
from survey_app.answering.form_token import LEAST, LONGEST, was_sent
from survey_app.answering.proof_of_work import FIELD as WORK
from survey_app.answering.proof_of_work import age_at, is_done
from survey_app.answering.second_look import CROWDED, HASTY, RUSHED, Doubt
from survey_app.shared import clock
from survey_app.shared.limits import Bucket, pour
from survey_app.shared.networks import network_of
from survey_app.waves.arrivals import count_arrival

# so many at once from one network, and then one every six seconds: a prison has one address
CROWD: Final = Bucket("open form", most=100, each=6)
# and so many, of those that compute nothing while forms come faster than people send them
WITHOUT_WORK: Final = Bucket("open form without work", most=10, each=60)
APART: Final = 60.0
"""Seconds that clocks of web hosts may be apart; a younger page was served before one went back."""
BARELY: Final = 2.0
"""Seconds more than the least: there are programs, which wait no longer than they must."""
TOO_MANY: Final = 429


async def rush(
    request: Request[Any, Any, Any], wave: UUID, fields: Fields, age: float
) -> Doubt | None:
    """Tell why a form has to wait, if it has to.

    Parameters
    ----------
    request : Request
    wave : UUID
    fields : mapping
        What was sent, with the page's token and what it computed.
    age : float
        Seconds since the page was served; below 0 where the clock was set back since.

    Returns
    -------
    Doubt or None
        Without Redis nobody waits but for the least time.
    """
    if age < -APART:
        # how long it was read is not known, and nobody waits until the clock has caught up
        age = LONGEST
    if age < LEAST:
        return Doubt(HASTY)
    if await _is_crowded(CROWD, request):
        return Doubt(CROWDED, status=TOO_MANY)
    token = single(fields, TOKEN)
    if await was_sent(token):
        return None  # thanked for again, whatever has come since
    came = await count_arrival(
        wave, network_of(request), hasty=age < LEAST + BARELY, now=clock.now()
    )
    level = came.level
    if not level or is_done(token, single(fields, WORK), level):
        return None
    if age < age_at(level) or await _is_crowded(WITHOUT_WORK, request):
        return Doubt(RUSHED, status=TOO_MANY)
    return None


async def _is_crowded(bucket: Bucket, request: Request[Any, Any, Any]) -> bool:
    """Count one form from a network, whose name is not kept; without Redis none is too many."""
    try:
        return await pour(bucket, network_of(request)) > 0
    except (RedisError, OSError):
        return False
