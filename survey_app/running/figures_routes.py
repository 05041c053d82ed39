"""``/waves/KEY/figures``: what stands of a published wave, and what to do where it is wrong."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.queries import find_campaign
from survey_app.asking.campaigns.states import State
from survey_app.publications.retractions import retractions
from survey_app.reading.waves import told_taken_back, waves
from survey_app.running.asking import allowed_wave
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.pages import language_of, page


@get("/waves/{key:str}/figures", guards=[requires(*READERS)])
async def show_figures(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Say since when figures of a wave stand, and offer to correct them or take them back."""
    wave, lang, at = await allowed_wave(request, key), language_of(request), now()
    if wave.state != State.PUBLISHED:
        raise NotFoundException
    back = next((one for one in await retractions(at=at) if one.wave_key == key), None)
    released = next((one for one in await waves(wave.population, at) if one.key == key), None)
    context = {
        "wave": wave,
        "name": in_language(wave.labels["name"], lang),
        "campaign": await find_campaign(Login.WEB, wave.campaign),
        "released": released,
        "answers_gone": wave.answers_gone(at),
        "taken_back": [told_taken_back(back, lang)] if back else [],
    }
    return page(request, "running/figures.html", context)
