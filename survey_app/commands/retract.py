"""``barometer wave retract``: take back figures that are known to be wrong."""

from __future__ import annotations

from collections.abc import Callable

from survey_app.asking.campaigns.commands import ANSWERS_GONE
from survey_app.asking.campaigns.queries import find_wave
from survey_app.publishing.releasing.retract_wave import retract_wave
from survey_app.shared import clock
from survey_app.shared.database import Login

Echo = Callable[[str], None]


async def retract_named(key: str, reason: str, echo: Echo) -> None:
    """Take back the figures of a published wave; whoever types it needs no second person."""
    await retract_wave(key, now=clock.now(), reason=reason)
    echo(f"the figures of {key} are taken back: wherever they stood, everybody reads why")
    if (await find_wave(Login.WORKER, key)).answers_gone(clock.now()):
        echo(ANSWERS_GONE)
    else:
        echo(f"correct them as soon as you can: barometer wave publish {key} --correct REASON")
