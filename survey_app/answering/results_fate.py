"""What becomes of a survey's results, for those who were asked: they come, are there, or do not."""

from __future__ import annotations

import time
from typing import Literal

from survey_app.answering.surveys import FRESH, MOST_KEPT, Survey
from survey_app.asking.campaigns.queries import WaveRow, find_wave
from survey_app.asking.campaigns.results_wait import held_results_of
from survey_app.asking.campaigns.states import State
from survey_app.asking.desk.held_up import HeldUp, held_up
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login

type Fate = Literal["", "looked at", "withheld", "too few", "late", "out", "taken back"]
"""Empty while they are to come on their day."""

_kept: dict[Survey, tuple[float, Fate]] = {}


async def fate_of(survey: Survey) -> Fate:
    """Tell what becomes of a survey's results, once it takes no more answers.

    It is read again after `FRESH` seconds, or once the wave has changed: whoever asks again and
    again asks no database for it.
    """
    if survey.pilot or survey.state in {State.OPEN, State.CANCELLED}:
        return ""
    kept = _kept.get(survey)
    if kept is not None and time.monotonic() < kept[0] + FRESH:
        return kept[1]
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    fate = await _fate_of(await find_wave(Login.WEB, survey.key))
    _kept[survey] = (time.monotonic(), fate)
    return fate


async def _fate_of(wave: WaveRow) -> Fate:
    trouble = await held_up(Login.WEB)
    if trouble.is_withheld(wave):
        return "withheld"
    if trouble.is_undecided(wave):
        return "looked at"
    if trouble.has_too_few(wave):
        return "too few"
    if wave.taken_back:
        return "taken back"
    if wave.state == State.PUBLISHED and not await _is_kept_back(wave, trouble):
        return "out"
    return "late" if wave.results_on < today() else ""


async def _is_kept_back(wave: WaveRow, trouble: HeldUp) -> bool:
    """Tell whether published results wait for their day, or for those of another wave."""
    if trouble.is_to_come(wave, wave.results_on, now=now()):
        return True
    return bool(await held_results_of(wave, today=today()))
