"""The days of an open wave as a form says them, read by the rules of the campaign file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from survey_app.asking.campaigns.burden import FieldPeriod, keeps_from_opening
from survey_app.asking.campaigns.field_days import bad_days, bad_reminders
from survey_app.asking.campaigns.limits import burden_limits
from survey_app.asking.campaigns.queries import WaveRow, list_waves
from survey_app.asking.campaigns.states import State
from survey_app.asking.campaigns.wave_checks import HALF_A_YEAR
from survey_app.asking.errors import CampaignProblems, problem
from survey_app.asking.mistakes import Mistake
from survey_app.asking.reasons import Against, Reason
from survey_app.running.plan import planned_wave, said_of
from survey_app.shared.database import Login, connection
from survey_app.shared.form_text import day_of
from survey_app.waves.move_dates import MovedDates, mistakes_of
from survey_app.waves.move_results import mistake_of_results

MOVED: Final = ("closes_on", "results_on", "reminder_days")


def moved_dates(said: Mapping[str, str], wave: WaveRow) -> MovedDates:
    """Read other days of a wave, which otherwise stays as it is.

    Parameters
    ----------
    said : mapping of str to str
        By the names in `MOVED`.
    wave : WaveRow

    Raises
    ------
    CampaignProblems
        With every mistake, each with its key.
    """
    planned = planned_wave(said_of(wave) | {name: said.get(name, "") for name in MOVED}, wave)
    return MovedDates(planned.closes_on, planned.results_on, planned.reminder_days)


def checked_dates(said: Mapping[str, str], wave: WaveRow, *, today: date) -> MovedDates:
    """Read other days of an open wave, which begin tomorrow and leave what was sent.

    Raises
    ------
    CampaignProblems
        With every mistake, each with its key.
    """
    moved = moved_dates(said, wave)
    if found := mistakes_of(wave, moved, today=today):
        raise CampaignProblems([problem(0, field, mistake) for field, mistake in found])
    return moved


async def speaks_against_moves(
    wave: WaveRow, said: Mapping[str, str], *, today: date
) -> list[Reason]:
    """Name what speaks against other days of an open wave of staff, and not against those it has.

    The days can be read.
    """
    if wave.population != "staff":
        return []
    moved = moved_dates(said, wave)
    known = set(_bad(wave.opens_on, wave.closes_on, wave.reminder_days))
    return [
        *(
            one
            for one in _bad(wave.opens_on, moved.closes_on, moved.reminder_days)
            if one not in known
        ),
        *await stopped_by(wave, moved.closes_on, today=today),
    ]


def _bad(opens_on: date, closes_on: date, reminder_days: Sequence[int]) -> Iterator[Reason]:
    yield from bad_days(opens_on, closes_on)
    yield from bad_reminders(opens_on, reminder_days)


async def stopped_by(wave: WaveRow, closes_on: date, *, today: date) -> list[Reason]:
    """Name planned waves of staff that can open as it stands, and cannot with another last day."""
    async with connection(Login.WEB) as link:
        limits = await burden_limits(link)
    stands = _period(wave)
    moved = replace(stands, closes_on=closes_on)
    return [
        Reason(
            Against.STOPPED,
            names=json.dumps(one.labels["name"]),
            day=one.opens_on.isoformat(),
            weeks=limits.weeks_between,
        )
        for one in await list_waves(Login.WEB)
        if one.population == "staff"
        and one.state == State.DRAFT
        and one.opens_on >= today
        and keeps_from_opening(moved, _period(one), limits)
        and not keeps_from_opening(stands, _period(one), limits)
    ]


def _period(wave: WaveRow) -> FieldPeriod:
    return FieldPeriod(wave.invite, wave.opens_on, wave.closes_on)


def checked_results(said: Mapping[str, str], wave: WaveRow, *, today: date) -> date:
    """Read another day of results of a closed wave.

    Raises
    ------
    CampaignProblems
        With the mistake, if there is one.
    """
    day = day_of(said.get("results_on", ""))
    if (found := mistake_of_results(wave, day, today=today)) or day is None:
        values = {"most": HALF_A_YEAR} if found is Mistake.RESULTS_LATE else {}
        raise CampaignProblems([problem(0, "results_on", found or Mistake.NEEDED, **values)])
    return day
