"""Find a questionnaire: as it would be asked today, or exactly as a wave asked it."""

from __future__ import annotations

from questionnaires.errors import OverlapError
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from survey_app.asking.campaigns.first_wave import is_first_wave
from survey_app.asking.campaigns.queries import (
    WaveRow,
    find_wave,
    frozen_questionnaire,
    list_waves,
)
from survey_app.shared.database import Login
from survey_app.shared.errors import BarometerError


class NoSuchFormError(BarometerError):
    """There is no such form, or the wave did not ask it."""


def form_of_today(form: str) -> Questionnaire:
    """Return a form as it would be asked today.

    Raises
    ------
    NoSuchFormError
        The sentence names those there are.
    """
    library = load_library()
    if form not in library.forms:
        known = ", ".join(sorted(library.forms))
        raise NoSuchFormError(f"there is no form «{form}»; there are {known}")
    return library.questionnaire(form)


async def form_of_wave(login: Login, form: str, key: str) -> tuple[WaveRow, Questionnaire]:
    """Return a form as a wave asked it; before it has opened, as it would today.

    Where halves were to get the words of two versions and cannot any more, since what changed
    since the plan does not let them link, everybody's is returned: opening says so.

    Raises
    ------
    UnknownWave
        If there is no such wave.
    NoSuchFormError
        If the wave asks another one.
    """
    wave = await find_wave(login, key)
    frozen = await frozen_questionnaire(login, wave)
    if wave.form != form:
        raise NoSuchFormError(f"{key} asks {wave.form}, not {form}")
    if frozen:
        return wave, Questionnaire.from_json(frozen)
    return wave, await planned_questionnaire(login, wave)


async def waves_that_asked(
    login: Login, instrument: str | None = None
) -> tuple[tuple[WaveRow, Questionnaire], ...]:
    """Return the waves that asked something, or a form of an instrument, with what they asked.

    The newest comes first. Those that are not opened yet, or were cancelled, asked nothing.
    """
    found: dict[str, Questionnaire] = {}
    told = []
    for wave in await list_waves(login):
        if wave.questionnaire is None or wave.state == "cancelled":
            continue
        if wave.questionnaire not in found:
            content = await frozen_questionnaire(login, wave)
            found[wave.questionnaire] = Questionnaire.from_json(content or b"")
        asked = found[wave.questionnaire]
        if instrument in {None, asked.form.instrument}:
            told.append((wave, asked))
    return tuple(told)


async def planned_questionnaire(login: Login, wave: WaveRow) -> Questionnaire:
    """Return what a wave would ask today: both versions, or the newest where they cannot link."""
    first = await is_first_wave(login, wave)
    library = load_library()
    form_of_today(wave.form)  # says which there are where this is gone
    try:
        return library.questionnaire(wave.form, first_wave=first, overlap=wave.overlap)
    except OverlapError:
        return library.questionnaire(wave.form, first_wave=first)
